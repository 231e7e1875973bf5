/** When what is new in a message is best shown: just after some words were said, not just before. It must not know what is said. */
import type { Clock } from '../../ports/clock.ts';

/** A message that is written less often than this has waited long enough. */
const oftenMs = 1_100;
/** Words of this age have just been said. */
const justSaidMs = 40;
/** More words are waited for, once before each write, if they can be expected within this time. */
const expectedWithinMs = 200;
/** How late the next words may be before they are waited for no longer. */
const lateMsMax = 100;
/** How long a notice waits for words, or for an end that follows at once: one request shows both. */
const noticeWaitMs = 100;

export type Beat = {
  /** Something new is to be shown. */
  said(): void;
  /** Asked when words may be sent; true, once for each write, when more are worth waiting for. */
  isTooEarly(): boolean;
  isWaiting(): boolean;
  /** Resolves with the next words, when the signal aborts, or when they are late. */
  untilMore(signal: AbortSignal): Promise<void>;
  /** Resolves when a notice has waited long enough; rejects with the signal's reason. */
  untilNoticed(signal: AbortSignal): Promise<void>;
  /** All that was new is shown. */
  wrote(): void;
};

export const createBeat = (clock: Clock): Beat => {
  let saidAtMs = Number.NEGATIVE_INFINITY;
  /** When the next words come if the rhythm goes on. */
  let expectedAtMs = Number.NEGATIVE_INFINITY;
  let wroteAtMs = Number.NEGATIVE_INFINITY;
  let isDecided = false;
  /** Ends the wait for more words. */
  let more: AbortController | null = null;

  const isExpectedSoon = (nowMs: number): boolean =>
    nowMs < expectedAtMs + lateMsMax && expectedAtMs <= nowMs + expectedWithinMs;

  return {
    said: () => {
      const nowMs = clock.nowMs();
      expectedAtMs = nowMs + (nowMs - saidAtMs);
      saidAtMs = nowMs;
      more?.abort();
    },
    isTooEarly: () => {
      const nowMs = clock.nowMs();
      const isOften = nowMs - wroteAtMs < oftenMs;
      const isEarly = !isDecided && isOften && nowMs - saidAtMs > justSaidMs && isExpectedSoon(nowMs);
      isDecided = true;
      if (isEarly) more = new AbortController();
      return isEarly;
    },
    isWaiting: () => more !== null,
    untilMore: async (signal) => {
      const ends = AbortSignal.any(more === null ? [signal] : [signal, more.signal]);
      // The sleep rejects when more is said, or when somebody asks for the view at once.
      await clock.sleep(expectedAtMs + lateMsMax - clock.nowMs(), ends).catch(() => undefined);
      more = null;
    },
    untilNoticed: (signal) => clock.sleep(noticeWaitMs, signal),
    wrote: () => {
      wroteAtMs = clock.nowMs();
      isDecided = false;
    },
  };
};
