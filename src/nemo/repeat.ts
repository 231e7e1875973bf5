/** Tries a reading request again on faults that pass. Never used for a request that changes something. */
import type { RefusedCall } from '../core/problems.ts';
import { NemoError } from '../ports/backend.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import { type RequestLimits, readAttemptsMax } from './limits.ts';

export type RepeatDependencies = {
  readonly limits: RequestLimits;
  readonly clock: Clock;
  /** From 0 to 1; spreads the retries of many turns. */
  readonly random: () => number;
  readonly log: Log;
};

export type Repeat = <T>(
  what: { call: RefusedCall; signal: AbortSignal },
  work: () => Promise<T>,
) => Promise<T>;

/** Network faults, time-outs, 5xx and 408: all of them are `backendUnavailable`; an answer that is too long stays too long. */
const isPassing = (error: unknown): boolean =>
  error instanceof NemoError && error.problem.kind === 'backendUnavailable';

/** Three attempts in all, with growing waits between; rejects with the last error. */
export const createRepeat =
  ({ limits, clock, random, log }: RepeatDependencies): Repeat =>
  async ({ call, signal }, work) => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await work();
      } catch (error) {
        if (attempt >= readAttemptsMax || !isPassing(error)) throw error;
        log.debug({ call, attempt, err: error }, 'a reading request failed and is tried again');
        await clock.sleep(limits.retryWaitMs * 2 ** (attempt - 1) * (0.5 + random()), signal);
      }
    }
  };
