/** One clock for everything that looks at the time now and then, however many they are. Knows nothing of what they do. */
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';

const intervalMs = 1_000;

/** Calls `tick` about once a second until the returned function is called. */
export type Ticker = (tick: () => void) => () => void;

export const createTicker = ({ clock, log }: { clock: Clock; log: Log }): Ticker => {
  const ticks = new Set<() => void>();
  let stopping: AbortController | null = null;

  const tickAll = (): void => {
    for (const tick of ticks) {
      try {
        tick();
      } catch (error) {
        // One that fails must not stop the clock of the others.
        log.error({ err: error }, 'a tick failed');
      }
    }
  };

  const run = async (signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      await clock.sleep(intervalMs, signal);
      tickAll();
    }
  };

  return (tick) => {
    // A function of its own each time: the same one may be added twice.
    const mine = (): void => tick();
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
