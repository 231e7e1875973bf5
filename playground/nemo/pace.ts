// The stand-in's own waiting, at a chosen speed. It must not know what is waited for.
import { setTimeout as delay } from 'node:timers/promises';

export type Pace = {
  nowMs: () => number;
  /** Waits `ms ÷ speed`; rejects with the signal's reason when the stand-in closes. */
  sleep(ms: number): Promise<void>;
  speed: () => number;
  /** Holds for waits that begin from now on. */
  setSpeed(speed: number): void;
};

export function createPace(options: { nowMs: () => number; speed: number; signal: AbortSignal }): Pace {
  let { speed } = options;
  return {
    nowMs: options.nowMs,
    speed: () => speed,
    setSpeed: (wanted) => {
      speed = wanted;
    },
    async sleep(ms) {
      options.signal.throwIfAborted();
      if (ms <= 0) return;
      await delay(ms / speed, undefined, { signal: options.signal });
    },
  };
}
