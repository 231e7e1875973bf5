/** This process's share of Discord's requests, spread evenly over time. It must not know what a request is about. */
import type { Clock } from '../ports/clock.ts';

export type Budget = {
  /**
   * Resolves when one request may be sent; rejects with the signal's reason. `isPassing` asks for what is left over: words that
   * stream in, which newer words replace anyway. Among equals, first come, first served.
   */
  take(options: { isPassing: boolean; signal: AbortSignal }): Promise<void>;
  /** Whether requests are waiting: no time for courtesies. */
  isShort(): boolean;
};

type Waiting = Set<() => void>;

const takeFirst = (waiting: Waiting): (() => void) | null => {
  const first = waiting.values().next();
  if (first.done) return null;
  waiting.delete(first.value);
  return first.value;
};

/**
 * Discord allows a bot 50 requests a second (Discord docs: Rate Limits, Global) and does not say where its seconds begin. Even
 * spacing stays below the limit in any second; discord.js alone would send a second's requests at once, and the next second's right after.
 */
export const createBudget = (options: { requestsPerSecond: number; clock: Clock }): Budget => {
  const { requestsPerSecond, clock } = options;
  const spacingMs = 1000 / requestsPerSecond;
  const urgent: Waiting = new Set();
  const passing: Waiting = new Set();
  const whileServing = new AbortController().signal;
  let nextAtMs = 0;
  let isServing = false;

  const isEmpty = (): boolean => urgent.size === 0 && passing.size === 0;

  /** Grants one request after the other; ends when nobody waits. */
  const serve = async (): Promise<void> => {
    isServing = true;
    while (!isEmpty()) {
      // Never longer than one spacing, also when somebody sets the machine's clock back.
      const waitMs = Math.min(nextAtMs - clock.nowMs(), spacingMs);
      if (waitMs > 0) await clock.sleep(waitMs, whileServing);
      // A timer that fires late is made up for, by one request at most.
      nextAtMs = Math.max(nextAtMs, clock.nowMs() - spacingMs) + spacingMs;
      const grant = takeFirst(urgent) ?? takeFirst(passing);
      grant?.();
    }
    isServing = false;
  };

  return {
    take: ({ isPassing, signal }) =>
      new Promise((resolve, reject) => {
        const waiting = isPassing ? passing : urgent;
        const grant = (): void => {
          signal.removeEventListener('abort', leave);
          resolve();
        };
        const leave = (): void => {
          waiting.delete(grant);
          reject(signal.reason);
        };
        if (signal.aborted) return reject(signal.reason);
        signal.addEventListener('abort', leave, { once: true });
        waiting.add(grant);
        if (!isServing) void serve();
      }),
    isShort: () => !isEmpty(),
  };
};
