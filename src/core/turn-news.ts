/** How pressing it is to show what is new in a turn. Pure; it must not know how it is shown. */
import type { Priority } from './pacing.ts';
import { hasWords, type TurnState } from './turn.ts';

/** Reads the states of one turn as they come. Words are looked at until there are some: a long answer is not read again for each. */
export const createNewsOf = (): ((state: TurnState) => Priority) => {
  let hadWords = false;
  let phase: TurnState['phase'] | null = null;
  return (state) => {
    const isNewPhase = phase !== state.phase;
    phase = state.phase;
    if (state.phase === 'settled') return state.outcome === 'failed' ? 'problem' : 'finalWords';
    if (hadWords) return isNewPhase ? 'notice' : 'moreWords';
    hadWords = hasWords(state);
    if (hadWords) return 'firstWords';
    return isNewPhase ? 'notice' : 'moreWords';
  };
};
