/** Looking at the backend's state instead of asking again: when, how often, and what the looks make of a turn. Pure. */
import { brokenLooksMax, silentLookIntervalMs, silentLooksMax, type Timing } from './limits.ts';
import { type Problem, problemOf } from './problems.ts';
import { flushed } from './reduce-stream.ts';
import type { Found, Looking, LookReason, Outcome, TurnState } from './turn.ts';

export const settle = (state: TurnState, outcome: Outcome, problem: Problem | null): TurnState => ({
  ...flushed(state),
  phase: 'settled',
  outcome,
  problem,
  looking: null,
});

/** From now on the turn waits for looks; the shell makes the first one then. */
export const look = (state: TurnState, why: LookReason, nextLookAtMs: number): TurnState => ({
  ...state,
  phase: 'reconciling',
  looking: { why, looks: 0, nextLookAtMs, lastSeen: null },
});

const isQuick = (why: LookReason): boolean => why === 'answered' || why === 'silent';

const intervalMs = (looking: Looking, { reconcileIntervalMs }: Timing): number =>
  isQuick(looking.why) ? Math.min(silentLookIntervalMs, reconcileIntervalMs) : reconcileIntervalMs;

const lookAgain = (state: TurnState, looking: Looking, nextLookAtMs: number): TurnState => ({
  ...state,
  looking: { ...looking, nextLookAtMs },
});

/** All looks are used up and nothing changed. */
const giveUp = (state: TurnState, looking: Looking): TurnState => {
  if (looking.why === 'answered') return settle(state, 'answered', null);
  if (state.problem !== null) return settle(state, 'failed', state.problem);
  if (looking.lastSeen === null) return settle(state, 'failed', problemOf('backendUnavailable'));
  return looking.why === 'silent'
    ? settle(state, 'unchanged', null)
    : settle(state, 'failed', problemOf('noAnswer'));
};

/**
 * After a broken stream the agent may still be at work: a change counts once two looks agree on it, so that the next instruction
 * does not meet a session that is busy.
 */
const isStable = (before: Looking, found: NonNullable<Found>): boolean =>
  isQuick(before.why) || before.lastSeen === found.fingerprint || before.looks + 1 >= brokenLooksMax;

/** What one more look makes of the turn. */
export const judge = (state: TurnState, event: { found: Found; atMs: number }, timing: Timing): TurnState => {
  const { found } = event;
  if (state.looking === null) return state;
  const lastSeen = found?.fingerprint ?? state.looking.lastSeen;
  const looking: Looking = { ...state.looking, looks: state.looking.looks + 1, lastSeen };
  const looked = { ...state, looking };
  if (found?.hasChanged === true) {
    const { before, after } = found;
    if (!isStable(state.looking, found))
      return lookAgain(looked, looking, event.atMs + timing.reconcileFirstMs);
    // The words of an answer that broke off do not tell what became of it.
    const isTold = looking.why === 'answered';
    return settle({ ...looked, change: { before, after } }, isTold ? 'answered' : 'edited', null);
  }
  const looksMax = isQuick(looking.why) ? silentLooksMax : brokenLooksMax;
  const isDone = looking.looks >= looksMax || (looking.why === 'answered' && found !== null);
  return isDone
    ? giveUp(looked, looking)
    : lookAgain(looked, looking, event.atMs + intervalMs(looking, timing));
};
