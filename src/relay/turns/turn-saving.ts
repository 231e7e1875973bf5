/** When the record of a turn is written: before anything depends on it, and now and then for its words. Knows no chat and no backend. */
import type { TurnRecord } from '../../ports/store.ts';
import type { RelayDeps } from '../deps.ts';
import { persist } from '../persist.ts';

/** An answer in a thousand short pieces is not written a thousand times: each time takes all of its words. */
const wordsSaveIntervalMs = 2_000;

/**
 * Writes the record of a turn. `wordsFinished`: there is more to show again after a crash; it is stored now, or by `saveWords` once some
 * time has passed.
 */
export const createSaving = (deps: RelayDeps, record: () => TurnRecord) => {
  const saveOnce = (): Promise<void> => deps.store.turns.set(record().turnId, record());
  let isSubmitted = record().state.submittedAtMs !== null;
  let wordsSavedAtMs = Number.NEGATIVE_INFINITY;
  let hasNewWords = false;
  /** Words that are shown again after a crash. The turn does not depend on them, so a failure is logged and the turn goes on. */
  const saveWords = (): void => {
    const nowMs = deps.clock.nowMs();
    if (!hasNewWords || nowMs - wordsSavedAtMs < wordsSaveIntervalMs) return;
    hasNewWords = false;
    wordsSavedAtMs = nowMs;
    saveOnce().catch((error: unknown) => {
      deps.log.warn({ err: error, turnId: record().turnId }, 'words in between could not be stored');
    });
  };
  return {
    isSubmitted: () => isSubmitted,
    save: async (): Promise<void> => {
      // Before the instruction is sent, a write that fails ends the turn (invariant I9); afterwards that would lose what was paid for.
      if (isSubmitted) return persist(deps, saveOnce);
      const isBeingSubmitted = record().state.submittedAtMs !== null;
      await saveOnce();
      isSubmitted = isBeingSubmitted;
    },
    saveWords,
    wordsFinished: (): void => {
      hasNewWords = true;
      saveWords();
    },
  };
};
