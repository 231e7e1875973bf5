/** When the next words of a message are best shown: just after some were said, not just before. It must not know what is said. */
import type { Clock } from '../../ports/clock.ts';

/** A message that is written less often than this has waited long enough. */
const oftenMs = 1_500;
/** Words of this age have just been said. */
const justSaidMs = 40;
/** How long more words are waited for, once before each write. An agent says some every tenth to fifth of a second. */
const moreAwaitedMs = 200;

export type Beat = {
  /** Something new is to be shown. */
  said(): void;
  /** Asked when words may be sent; true, once for each write, when more are worth waiting for. */
  isTooEarly(): boolean;
  isWaiting(): boolean;
  /** Resolves with the next words, when the signal aborts, or after a moment. */
  untilMore(signal: AbortSignal): Promise<void>;
  /** All that was new is shown. */
  wrote(): void;
};

export const createBeat = (clock: Clock): Beat => {
  let saidAtMs = 0;
  let wroteAtMs = Number.NEGATIVE_INFINITY;
  let isDecided = false;
  /** Ends the wait for more words. */
  let more: AbortController | null = null;

  return {
    said: () => {
      saidAtMs = clock.nowMs();
      more?.abort();
    },
    isTooEarly: () => {
      const nowMs = clock.nowMs();
      const isEarly = !isDecided && nowMs - wroteAtMs < oftenMs && nowMs - saidAtMs > justSaidMs;
      isDecided = true;
      if (isEarly) more = new AbortController();
      return isEarly;
    },
    isWaiting: () => more !== null,
    untilMore: async (signal) => {
      const ends = AbortSignal.any(more === null ? [signal] : [signal, more.signal]);
      // The sleep rejects when more is said, or when somebody asks for the view at once.
      await clock.sleep(moreAwaitedMs, ends).catch(() => undefined);
      more = null;
    },
    wrote: () => {
      wroteAtMs = clock.nowMs();
      isDecided = false;
    },
  };
};
