/** Leases as rows, in the database's own time. Must not know what they are for. */
import { hostname } from 'node:os';
import type { Clock } from '../ports/clock.ts';
import type { Lease, Leases } from '../ports/leases.ts';
import type { Log } from '../ports/log.ts';
import { StoreError } from '../ports/store.ts';
import type { PostgresDatabase } from './postgres.ts';

/** A lease whose owner is gone is free after this time; its owner renews it this often. */
const leaseMs = 10_000;
const renewIntervalMs = 2_500;

const statements = {
  take: `INSERT INTO makevideo.leases AS held (name, fence, owner, since, until)
    VALUES ($1, nextval('makevideo.fences'), $2, now(), now() + $3 * interval '1 ms')
    ON CONFLICT (name) DO UPDATE SET
      fence = excluded.fence, owner = excluded.owner, since = excluded.since, until = excluded.until
    WHERE held.until <= now() RETURNING fence`,
  owner: 'SELECT owner, since FROM makevideo.leases WHERE name = $1',
  renew: `UPDATE makevideo.leases SET until = now() + $3 * interval '1 ms'
    WHERE name = $1 AND fence = $2 RETURNING fence`,
  release: 'DELETE FROM makevideo.leases WHERE name = $1 AND fence = $2',
};

type Dependencies = {
  readonly database: Pick<PostgresDatabase, 'query'>;
  readonly clock: Clock;
  readonly log: Log;
};

type Held = {
  readonly name: string;
  readonly fence: number;
  readonly onLost: (error: StoreError) => void;
};

const lost = (name: string, cause?: unknown): StoreError =>
  new StoreError('locked', {
    message: `This process can no longer prove that it holds ${name}: another took it, or the store was out of reach for too long.`,
    cause,
  });

/** Renews a lease until `released` aborts or it is lost. */
const keep = async (
  { name, fence, onLost }: Held,
  deps: Dependencies,
  released: AbortSignal,
): Promise<void> => {
  const { database, clock, log } = deps;
  for (let provenAtMs = clock.nowMs(); ; ) {
    await clock.sleep(renewIntervalMs, released);
    const askedAtMs = clock.nowMs();
    try {
      const { rows } = await database.query(statements.renew, [name, fence, leaseMs]);
      if (rows.length === 0) return onLost(lost(name));
      provenAtMs = askedAtMs;
    } catch (error) {
      log.warn({ lease: name, error }, 'a lease could not be renewed');
      if (clock.nowMs() - provenAtMs >= leaseMs) return onLost(lost(name, error));
    }
  }
};

export const createPostgresLeases = (dependencies: Dependencies): Leases => {
  const { database, log } = dependencies;
  const describe = async (name: string): Promise<string> => {
    const { rows } = await database.query(statements.owner, [name]);
    const { owner, since } = rows[0] ?? {};
    return since instanceof Date ? `${String(owner)}, since ${since.toISOString()}` : 'another process';
  };

  const hold = (held: Held): Lease => {
    const { name, fence } = held;
    const released = new AbortController();
    keep(held, dependencies, released.signal).catch((cause: unknown) => {
      // The sleep ends with the abort of `release`; anything else means that nobody renews any more.
      if (!released.signal.aborted) held.onLost(lost(name, cause));
    });
    return {
      fence,
      release: async () => {
        if (released.signal.aborted) return;
        released.abort();
        try {
          await database.query(statements.release, [name, fence]);
        } catch (error) {
          log.warn({ lease: name, error }, 'a lease was not given back; it runs out by itself');
        }
      },
    };
  };

  return {
    take: async (name, { onLost }) => {
      const owner = `process ${process.pid} on ${hostname()}`;
      const { rows } = await database.query(statements.take, [name, owner, leaseMs]);
      if (rows[0] !== undefined) return hold({ name, fence: Number(rows[0]['fence']), onLost });
      const message = `${name} is held by ${await describe(name)}. Stop it, or try again in ${leaseMs / 1_000} seconds if it is gone.`;
      throw new StoreError('locked', { message });
    },
  };
};
