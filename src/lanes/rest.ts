/** Waiting that may end early. Must not know what for. */
import type { Clock } from '../ports/clock.ts';

/** Timers hold at most 2^31 ms (about 24 days); a longer delay is slept in pieces. */
const sleepMaxMs = 24 * 60 * 60 * 1_000;

/** Sleeps; an abort of `signal` only ends it early. */
export const rest = async (clock: Clock, durationMs: number, signal: AbortSignal): Promise<void> => {
  if (signal.aborted) return;
  try {
    await clock.sleep(Math.min(durationMs, sleepMaxMs), signal);
  } catch (cause) {
    // Woken on purpose. Any other failure of a clock is a bug.
    if (!signal.aborted) throw cause;
  }
};
