/** A process that died, or cannot reach the store, must not hold what others could run. Must not know SQL, nor what an entry does. */
import { type ClaimDependencies, fieldsOf, type HeldEntry } from './held-entries.ts';
import type { Claim } from './lane-jobs.ts';
import { rest } from './rest.ts';

/** Proves again and again that this process lives, and takes from it what is not its own any more. */
export const createProofOfLife = (
  { jobs, clock, log, times }: ClaimDependencies,
  held: ReadonlySet<HeldEntry>,
) => {
  const lose = (one: HeldEntry): void => {
    if (!held.has(one)) return;
    log.warn(fieldsOf(one.claim), 'lane entry is no longer this process’s own');
    one.lost.abort(new Error('Another process may run this entry.'));
  };

  /** Rejects when there was no answer in time. */
  const prove = async (all: readonly HeldEntry[]): Promise<ReadonlySet<Claim>> => {
    const answered = new AbortController();
    const patience = rest(clock, times.proveIntervalMs, answered.signal).then(() => null);
    try {
      const own = await Promise.race([jobs.prove(all.map(({ claim }) => claim)), patience]);
      if (own === null) throw new Error('The store does not answer.');
      return new Set(own);
    } finally {
      answered.abort();
    }
  };

  return async (over: AbortSignal): Promise<void> => {
    for (let provenAtMs = clock.nowMs(); ; ) {
      await rest(clock, times.proveIntervalMs, over);
      if (over.aborted) return;
      const askedAtMs = clock.nowMs();
      const all = [...held];
      try {
        const own = await prove(all);
        provenAtMs = askedAtMs;
        all.filter(({ claim }) => !own.has(claim)).forEach(lose);
      } catch (error) {
        log.warn({ error, entries: all.length }, 'the store was not told that this process lives');
        if (clock.nowMs() - provenAtMs >= times.abandonAfterMs) all.forEach(lose);
      }
    }
  };
};
