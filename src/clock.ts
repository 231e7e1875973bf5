/** The machine's own time and chance, as the ports want them. */
import { setTimeout as delay } from 'node:timers/promises';
import { v4 } from 'uuid';
import type { Clock, NewId } from './ports/clock.ts';

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  sleep: async (durationMs, signal) => {
    signal.throwIfAborted();
    try {
      await delay(durationMs, undefined, { signal });
    } catch (error) {
      // The timer's own AbortError hides why; callers are promised the reason.
      throw signal.aborted ? signal.reason : error;
    }
  },
};

export const newId: NewId = () => v4();
