/** One clock for everything that looks at the time now and then, however many they are. Knows nothing of what they do. */
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';

const intervalMs = 1_000;
/** How often it is looked whose second is over: thousands that were added at different times do not tick at once. */
const stepMs = 100;

/** Calls `tick` about once a second until the returned function is called. */
export type Ticker = (tick: () => void) => () => void;

export const createTicker = ({ clock, log }: { clock: Clock; log: Log }): Ticker => {
  const ticks = new Set<{ readonly tick: () => void; dueAtMs: number }>();
  let stopping: AbortController | null = null;

  const tickDue = (): void => {
    const nowMs = clock.nowMs();
    for (const mine of ticks) {
      if (mine.dueAtMs > nowMs) continue;
      mine.dueAtMs = nowMs + intervalMs;
      try {
        mine.tick();
      } catch (error) {
        // One that fails must not stop the clock of the others.
        log.error({ err: error }, 'a tick failed');
      }
    }
  };

  const run = async (signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      await clock.sleep(stepMs, signal);
      tickDue();
    }
  };

  return (tick) => {
    const mine = { tick, dueAtMs: clock.nowMs() + intervalMs };
    ticks.add(mine);
    if (stopping === null) {
      stopping = new AbortController();
      // The sleep rejects when the last one has left, which is how it ends; nothing else can fail in it.
      run(stopping.signal).catch(() => undefined);
    }
    return () => {
      ticks.delete(mine);
      if (ticks.size > 0) return;
      stopping?.abort();
      stopping = null;
    };
  };
};
