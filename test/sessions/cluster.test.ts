/** Leases, signals and exclusion: of one process, and of many that share a PostgreSQL. */
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { StoreError } from '../../src/ports/store.ts';
import { createLocalCluster } from '../../src/sessions/local-cluster.ts';
import { openSessions } from '../../src/sessions/open.ts';
import { createPostgresLeases } from '../../src/sessions/postgres-leases.ts';
import type { Sessions } from '../../src/sessions/sessions.ts';
import { clusterContract } from '../contracts/cluster-contract.ts';
import { createFakeClock } from '../lanes/fake-clock.ts';
import { freshDatabase, query } from '../postgres/fresh-database.ts';
import { realClock } from './real-clock.ts';
import { createRecordingLog } from './recording-log.ts';
import { sampleAccount } from './sample-records.ts';

const openOn = async (storeUrl: string): Promise<Sessions> => {
  return openSessions({
    storeUrl,
    storeSecret: 'a secret of many letters',
    clock: realClock,
    log: createRecordingLog(),
    onLeaseLost: () => undefined,
  });
};

const openForTest = async (storeUrl: string): Promise<Sessions> => {
  const sessions = await openOn(storeUrl);
  onTestFinished(() => sessions.close());
  return sessions;
};

clusterContract('one process', async () => {
  const cluster = createLocalCluster();
  return [cluster, cluster];
});

describe('two processes', () => {
  let both: readonly [Sessions, Sessions];

  beforeAll(async () => {
    const url = await freshDatabase();
    both = [await openOn(url), await openOn(url)];
  });

  afterAll(async () => {
    for (const sessions of both) await sessions.close();
  });

  clusterContract('PostgreSQL', async () => both);
});

describe('processes on one PostgreSQL', () => {
  it('agree on everything when they start together on an empty database', async () => {
    const url = await freshDatabase();
    const all = await Promise.all([openForTest(url), openForTest(url), openForTest(url)]);
    await all[0].store.accounts.set('p1', sampleAccount('p1'));
    for (const { store } of all) expect(await store.accounts.get('p1')).toEqual(sampleAccount('p1'));
  });

  it('come back after every connection was cut, and tell whoever was in the middle', async () => {
    const url = await freshDatabase();
    const { store, signals } = await openForTest(url);
    const heard: string[] = [];
    const refusals: unknown[] = [];
    signals.onSignal((signal) => heard.push(signal.kind));
    await store.accounts.set('p1', sampleAccount('p1'));
    const sleeping = query(url, 'SELECT pg_sleep(60)').catch((error: unknown) => error);
    const findSleeper = "SELECT pid FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(60)'";
    await expect.poll(() => query(url, findSleeper)).toHaveLength(1);
    await query(
      url,
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = current_database() AND pid <> pg_backend_pid()`,
    );
    await sleeping;
    const isBack = async (): Promise<boolean> => {
      try {
        await store.accounts.get('p1');
        await signals.send({ kind: 'queued', threadId: 'a' });
        return heard.length > 0;
      } catch (error) {
        refusals.push(error);
        return false;
      }
    };
    await expect.poll(isBack).toBe(true);
    const unavailable = expect.objectContaining({ name: 'StoreError', kind: 'unavailable' });
    expect(refusals).toEqual(refusals.map(() => unavailable));
  });
});

type LeasedDatabase = {
  readonly url: string;
  readonly sessions: Sessions;
  readonly clock: ReturnType<typeof createFakeClock>;
  readonly lost: StoreError[];
  /** Taken with a clock that stands still. */
  readonly takeOwn: () => Promise<void>;
  /** From now on its owner cannot reach the store. */
  readonly cutOff: () => void;
};

const openLeased = async (): Promise<LeasedDatabase> => {
  const url = await freshDatabase();
  const sessions = await openForTest(url);
  const clock = createFakeClock();
  const lost: StoreError[] = [];
  const { engine } = sessions;
  if (engine.kind !== 'postgres') throw new TypeError('this store is on PostgreSQL');
  const state = { isBroken: false };
  const database = {
    query: async (sql: string, values?: readonly unknown[]) => {
      if (state.isBroken) throw new Error('out of reach');
      return engine.database.query(sql, values);
    },
  };
  const leases = createPostgresLeases({ database, clock, log: createRecordingLog() });
  return {
    url,
    sessions,
    clock,
    lost,
    takeOwn: async () => {
      await leases.take('shard 0', { onLost: (error) => lost.push(error) });
    },
    cutOff: () => {
      state.isBroken = true;
    },
  };
};

const ignoreLoss = { onLost: (): void => undefined };

describe('a lease on PostgreSQL', () => {
  it('tells who holds it', async () => {
    const { sessions, takeOwn } = await openLeased();
    await takeOwn();
    await expect(sessions.leases.take('shard 0', ignoreLoss)).rejects.toThrow(
      `shard 0 is held by process ${process.pid} on `,
    );
  });

  it('is renewed while its owner lives', async () => {
    const { url, clock, takeOwn, lost } = await openLeased();
    await takeOwn();
    // Far off, so that however long this takes the lease does not run out, and one that is renewed ends sooner.
    await query(url, "UPDATE makevideo.leases SET until = now() + interval '1 day'");
    await clock.advance(2_500);
    const isRenewed = async (): Promise<boolean> => {
      const [row] = await query(
        url,
        "SELECT until < now() + interval '1 hour' AS renewed FROM makevideo.leases",
      );
      return row?.['renewed'] === true;
    };
    await expect.poll(isRenewed).toBe(true);
    expect(lost).toEqual([]);
  });

  it('is free after its owner is gone, and the owner hears of it should it wake up', async () => {
    const { url, sessions, clock, takeOwn, lost } = await openLeased();
    await takeOwn();
    await query(url, 'UPDATE makevideo.leases SET until = now()');
    await sessions.leases.take('shard 0', ignoreLoss);
    await clock.advance(2_500);
    await expect.poll(() => lost.map(({ kind }) => kind)).toEqual(['locked']);
  });

  it('is given up by an owner who cannot reach the store for as long as it lasts', async () => {
    const { clock, takeOwn, cutOff, lost } = await openLeased();
    await takeOwn();
    cutOff();
    for (const _ of [1, 2, 3]) await clock.advance(2_500);
    expect(lost).toEqual([]);
    await clock.advance(2_500);
    expect(lost.map(({ kind }) => kind)).toEqual(['locked']);
  });
});
