/** A clock that stands still until a test moves it. */
import type { Clock } from '../../src/ports/clock.ts';

type Sleeper = { readonly untilMs: number; readonly wake: () => void };

export type FakeClock = Clock & {
  /** Moves the time and lets everything that was due run, later sleeps included. */
  advance(durationMs: number): Promise<void>;
  sleeperCount(): number;
};

/** Lets everything run that only waits for promises. */
export const settle = async (): Promise<void> => {
  for (let round = 0; round < 5; round += 1) await new Promise(setImmediate);
};

export const createFakeClock = (startMs = 1_700_000_000_000): FakeClock => {
  const sleepers = new Set<Sleeper>();
  let nowMs = startMs;
  return {
    nowMs: () => nowMs,
    sleep: (durationMs, signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) {
          reject(signal.reason);
          return;
        }
        const leave = (): void => {
          sleepers.delete(sleeper);
          reject(signal.reason);
        };
        const sleeper: Sleeper = {
          untilMs: nowMs + durationMs,
          wake: () => {
            signal.removeEventListener('abort', leave);
            sleepers.delete(sleeper);
            resolve();
          },
        };
        sleepers.add(sleeper);
        signal.addEventListener('abort', leave, { once: true });
      }),
    advance: async (durationMs) => {
      nowMs += durationMs;
      const due = [...sleepers].filter(({ untilMs }) => untilMs <= nowMs);
      for (const { wake } of due) wake();
      await settle();
    },
    sleeperCount: () => sleepers.size,
  };
};
