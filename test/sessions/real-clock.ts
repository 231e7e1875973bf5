/** The system's clock, for what must not stand still in a test: connections and leases of a real database. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../../src/ports/clock.ts';

export const realClock: Clock = {
  nowMs: () => Date.now(),
  sleep: async (durationMs, signal) => {
    await sleep(durationMs, undefined, { signal });
  },
};
