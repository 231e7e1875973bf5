// The stand-in's own waiting, at a chosen speed. It must not know what is waited for.
import { setTimeout as delay } from 'node:timers/promises';

export type Pace = {
  nowMs: () => number;
  /** Waits `ms ÷ speed`; rejects with the signal's reason when the stand-in closes. */
  sleep(ms: number): Promise<void>;
};

export function createPace(options: { nowMs: () => number; speed: number; signal: AbortSignal }): Pace {
  return {
    nowMs: options.nowMs,
    async sleep(ms) {
      options.signal.throwIfAborted();
      if (ms <= 0) return;
      await delay(ms / options.speed, undefined, { signal: options.signal });
    },
  };
}
