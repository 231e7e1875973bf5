/** Lane entries as pg-boss jobs: what is waiting, claimed, finished. Must not know what runs when. */
import type { Job, PgBoss } from 'pg-boss';
import { v5 as uuidOf } from 'uuid';
import type { LaneEntry } from '../ports/lanes.ts';
import { laneQueue, laneSchema, type SharedDatabase } from './boss.ts';
import type { WaitingEntry } from './chains.ts';
import { createGrouped } from './grouped.ts';
import { isLaneEntryKind } from './lane-table.ts';

/** Unfinished entries of one lane: more than a person can mean, little enough to hold. */
const laneEntriesMax = 100;

/** From so many waiting entries on, they are asked for as many. */
const manyWaiting = 200;

/** One run of an entry by one process. The attempt is pg-boss's fence: what an earlier attempt says later counts for nothing. */
export type Claim = WaitingEntry & { readonly attempt: { readonly id: string; readonly retryCount: number } };

/** Methods reject with StoreError. */
export type LaneJobs = {
  add(waiting: WaitingEntry): Promise<'added' | 'known' | 'full'>;
  unfinishedOf(lane: string): Promise<readonly LaneEntry[]>;
  /** At most `count` entries that are the first of their lane and that nobody runs; they are this process's from now on. */
  claim(count: number): Promise<readonly Claim[]>;
  /** For an entry with `notBeforeMs`, when its time has come: false when it was withdrawn meanwhile. */
  begin(claim: Claim): Promise<boolean>;
  finish(claim: Claim): Promise<void>;
  /** Gives an entry back that did not end; it stays the first of its lane. */
  release(claim: Claim): Promise<void>;
  /** Proves that this process lives; resolves with those claims that are still its own. */
  prove(claims: readonly Claim[]): Promise<readonly Claim[]>;
  withdraw(id: string): Promise<boolean>;
};

// pg-boss wants UUIDs for jobs and keys of few letters; ours are texts of any kind. The namespaces are random and must never change.
const jobIdOf = (id: string): string => uuidOf(id, '6b1dfe0c-6f0e-4c57-9d63-3c8f4c6a51d2');
const keyOf = (lane: string): string => uuidOf(lane, '0f4b9a52-2b0a-4d4f-8a86-0a4a7a0c8e3b');

const jobs = `${laneSchema}.job`;

// The conditions repeat those of pg-boss's partial indexes, so that finished entries cost nothing.
const isWaiting = "state < 'active' AND NOT blocked AND policy = 'key_strict_fifo'";
const isRunning = "state = 'active' AND policy = 'key_strict_fifo'";

// `notBeforeMs` is taken out of the data when the entry begins: only what has not begun can be withdrawn.
const statements = {
  countUnfinished: `SELECT key, count(*) AS count FROM (
      SELECT singleton_key AS key FROM ${jobs} WHERE name = $1 AND singleton_key = ANY ($2::text[]) AND ${isWaiting}
      UNION ALL
      SELECT singleton_key FROM ${jobs} WHERE name = $1 AND singleton_key = ANY ($2::text[]) AND ${isRunning}
    ) AS unfinished GROUP BY key`,
  countWaiting: `SELECT count(*) AS count FROM
    (SELECT 1 FROM ${jobs} WHERE name = $1 AND ${isWaiting} LIMIT $2) AS waiting`,
  known: `SELECT id::text FROM ${jobs} WHERE name = $1 AND id = ANY ($2::uuid[])`,
  unfinishedOf: `SELECT data FROM ${jobs}
    WHERE name = $1 AND singleton_key = $2 AND (${isWaiting} OR ${isRunning}) ORDER BY state DESC, created_on, id`,
  begin: `UPDATE ${jobs} SET data = data - 'notBeforeMs'
    WHERE name = $1 AND id = $2::uuid AND state = 'active' AND retry_count = $3 RETURNING id`,
  owned: `SELECT id::text, retry_count FROM ${jobs} WHERE name = $1 AND id = ANY ($2::uuid[]) AND state = 'active'`,
  withdraw: `UPDATE ${jobs} SET state = 'cancelled', completed_on = now()
    WHERE name = $1 AND id = $2::uuid
      AND (state = 'created' OR (state IN ('active', 'retry') AND data ? 'notBeforeMs')) RETURNING id`,
};

/** null: not ours, or of a newer version. */
const readData = (data: unknown): WaitingEntry | null => {
  if (typeof data !== 'object' || data === null) return null;
  const { id, lane, kind, notBeforeMs = 0 } = Object.assign<Record<string, unknown>, object>({}, data);
  if (typeof id !== 'string' || typeof lane !== 'string' || typeof notBeforeMs !== 'number') return null;
  return isLaneEntryKind(kind) ? { entry: { id, lane, kind }, notBeforeMs } : null;
};

const dataOf = ({ entry, notBeforeMs }: WaitingEntry): object =>
  notBeforeMs > 0 ? { ...entry, notBeforeMs } : entry;

const createAdd = (boss: PgBoss, { query }: SharedDatabase) => {
  const fullLanes = async (items: readonly WaitingEntry[]): Promise<ReadonlySet<string>> => {
    const keys = items.map(({ entry }) => keyOf(entry.lane));
    const { rows } = await query(statements.countUnfinished, [laneQueue, keys]);
    return new Set(rows.filter(({ count }) => Number(count) >= laneEntriesMax).map(({ key }) => String(key)));
  };

  const knownOf = async (jobIds: readonly string[]): Promise<ReadonlySet<string>> => {
    if (jobIds.length === 0) return new Set();
    const { rows } = await query(statements.known, [laneQueue, jobIds]);
    return new Set(rows.map(({ id }) => String(id)));
  };

  const insert = async (items: readonly WaitingEntry[]): Promise<ReadonlySet<string>> => {
    if (items.length === 0) return new Set();
    const rows = items.map((item) => ({
      id: jobIdOf(item.entry.id),
      singletonKey: keyOf(item.entry.lane),
      data: dataOf(item),
    }));
    // Ids that are there already are left out of the answer.
    return new Set(await boss.insert(laneQueue, rows, { returnId: true }));
  };

  /** pg-boss orders a lane by the time of the statement, so entries of one lane never share one. */
  return createGrouped<WaitingEntry, 'added' | 'known' | 'full'>({
    keysOf: ({ entry }) => [`id ${entry.id}`, `lane ${entry.lane}`],
    perform: async (items) => {
      const full = await fullLanes(items);
      const isRefused = ({ entry }: WaitingEntry): boolean => full.has(keyOf(entry.lane));
      const inserted = await insert(items.filter((item) => !isRefused(item)));
      const known = await knownOf(items.filter(isRefused).map(({ entry }) => jobIdOf(entry.id)));
      return items.map((item) => {
        const jobId = jobIdOf(item.entry.id);
        if (inserted.has(jobId)) return 'added';
        return isRefused(item) && !known.has(jobId) ? 'full' : 'known';
      });
    },
  });
};

/**
 * PostgreSQL cannot estimate pg-boss's question for the first of each key, and with thousands of keys answers it by comparing each
 * with each: 10 s for 10,000, and 0.15 s without nested loops, which in turn would read the whole table for a single entry.
 */
const createFetch = (boss: PgBoss, { query, transaction }: SharedDatabase) => {
  return async (count: number): Promise<readonly Job[]> => {
    const { rows } = await query(statements.countWaiting, [laneQueue, manyWaiting]);
    if (Number(rows[0]?.['count']) < manyWaiting) return boss.fetch(laneQueue, { batchSize: count });
    return transaction(async (run) => {
      await run('SET LOCAL enable_nestloop = off');
      return boss.fetch(laneQueue, { batchSize: count, db: { executeSql: run } });
    });
  };
};

export const createLaneJobs = (boss: PgBoss, database: SharedDatabase): LaneJobs => {
  const { query } = database;
  const fetchJobs = createFetch(boss, database);
  const settle = (how: 'complete' | 'fail') =>
    createGrouped<Claim, true>({
      keysOf: () => [],
      perform: async (claims) => {
        const attempts = claims.map(({ attempt }) => attempt);
        await boss[how](laneQueue, attempts);
        return claims.map(() => true);
      },
    });
  const finish = settle('complete');
  const release = settle('fail');
  return {
    add: createAdd(boss, database),
    unfinishedOf: async (lane) => {
      const { rows } = await query(statements.unfinishedOf, [laneQueue, keyOf(lane)]);
      return rows.flatMap(({ data }) => readData(data)?.entry ?? []);
    },
    claim: async (count) => {
      const found = await fetchJobs(count);
      return found.flatMap(({ id, retryCount, data }) => {
        const waiting = readData(data);
        // What this version does not understand is not proven either, so another process gets it after a heartbeat.
        return waiting === null ? [] : [{ ...waiting, attempt: { id, retryCount } }];
      });
    },
    begin: async ({ attempt }) => {
      const { rows } = await query(statements.begin, [laneQueue, attempt.id, attempt.retryCount]);
      return rows.length > 0;
    },
    finish: async (claim) => {
      await finish(claim);
    },
    release: async (claim) => {
      await release(claim);
    },
    prove: async (claims) => {
      if (claims.length === 0) return [];
      const attempts = claims.map(({ attempt }) => attempt);
      await boss.touch(laneQueue, attempts);
      const { rows } = await query(statements.owned, [laneQueue, attempts.map(({ id }) => id)]);
      const owned = new Set(rows.map(({ id, retry_count: count }) => `${String(id)} ${String(count)}`));
      return claims.filter(({ attempt }) => owned.has(`${attempt.id} ${attempt.retryCount}`));
    },
    withdraw: async (id) => {
      const { rows } = await query(statements.withdraw, [laneQueue, jobIdOf(id)]);
      return rows.length > 0;
    },
  };
};
