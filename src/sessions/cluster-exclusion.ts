/** Exclusion in a cluster: a lease that is asked for again and again. Must not know how leases are kept. */
import type { Clock } from '../ports/clock.ts';
import type { Exclusively, Lease, Leases } from '../ports/leases.ts';
import type { Log } from '../ports/log.ts';
import { StoreError } from '../ports/store.ts';

/** How often somebody who waits for another process asks again. */
const retryIntervalMs = 100;

type Dependencies = {
  readonly leases: Leases;
  /** Of this process alone: only the first of its queue asks the others. */
  readonly inProcess: Exclusively;
  readonly clock: Clock;
  readonly log: Log;
};

export const createClusterExclusion = ({ leases, inProcess, clock, log }: Dependencies): Exclusively => {
  const onLost = (error: StoreError): void => log.warn({ error }, 'exclusion was lost');

  const take = async (name: string, signal: AbortSignal): Promise<Lease> => {
    for (;;) {
      try {
        return await leases.take(`exclusive:${name}`, { onLost });
      } catch (cause) {
        if (!(cause instanceof StoreError && cause.kind === 'locked')) throw cause;
        await clock.sleep(retryIntervalMs, signal);
      }
    }
  };

  return (name, signal, work) =>
    inProcess(name, signal, async () => {
      const lease = await take(name, signal);
      try {
        return await work();
      } finally {
        await lease.release();
      }
    });
};
