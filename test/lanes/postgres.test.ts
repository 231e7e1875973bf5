/** The lanes on PostgreSQL, held to the contract of all queue engines, and what is special about them. */
import { PgBoss } from 'pg-boss';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { laneQueue, laneSchema } from '../../src/lanes/boss.ts';
import { openPostgresLanes } from '../../src/lanes/postgres.ts';
import type { Lanes } from '../../src/ports/lanes.ts';
import { connectPostgres } from '../../src/sessions/postgres.ts';
import { type LanesUnderTest, lanesContract } from '../contracts/lanes-contract.ts';
import { freshDatabase, query } from '../postgres/fresh-database.ts';
import { realClock } from '../sessions/real-clock.ts';
import { createRecordingLog } from '../sessions/recording-log.ts';
import { createFakeClock } from './fake-clock.ts';
import { withQuiet } from './quiet-database.ts';

let url = '';

beforeAll(async () => {
  url = await freshDatabase();
  // The tables are made once; each test begins without rows.
  const database = connectPostgres({ url, clock: realClock, log: createRecordingLog() });
  const opened = await openPostgresLanes({ database, clock: realClock, log: createRecordingLog() });
  await opened.close();
  await database.close();
});

const setUp = async (): Promise<LanesUnderTest> => {
  await query(url, `DELETE FROM ${laneSchema}.job`);
  const log = createRecordingLog();
  const clock = createFakeClock();
  const database = await withQuiet(connectPostgres({ url, clock: realClock, log }));
  const openings: (() => Promise<void>)[] = [];
  onTestFinished(async () => {
    for (const close of openings.toReversed()) await close();
    await database.close();
  });
  const open = async (): Promise<Lanes> => {
    const opened = await openPostgresLanes({ database, clock, log });
    openings.push(async () => {
      const stopped = opened.lanes.stop(0);
      await clock.advance(0);
      await stopped;
      await opened.close();
    });
    return opened.lanes;
  };
  return {
    clock,
    settle: () => database.settle(),
    lanes: await open(),
    reopen: open,
    failures: () =>
      log.lines.filter(({ level }) => level === 'error').map(({ fields }) => String(fields['entryId'])),
  };
};

lanesContract('PostgreSQL', 10_000, setUp);

/** For the database as if so much time had passed since everything that it knows of; then it forgets what it may. */
const letTimePass = async (interval: string): Promise<void> => {
  const database = connectPostgres({ url, clock: realClock, log: createRecordingLog() });
  const columns = ['created_on', 'start_after', 'keep_until', 'completed_on'];
  const earlier = columns.map((column) => `${column} = ${column} - interval '${interval}'`);
  await database.query(`UPDATE ${laneSchema}.job SET ${earlier.join()}`);
  await database.query(`UPDATE ${laneSchema}.queue SET maintain_on = NULL`);
  const db = { executeSql: (sql: string, values?: unknown[]) => database.query(sql, values) };
  await new PgBoss({ db, schema: laneSchema, schedule: false }).supervise(laneQueue);
  await database.close();
};

describe('lanes on PostgreSQL', () => {
  it('remember a finished id for seven days, and one that waits for as long as it does', async () => {
    const { lanes, settle, reopen } = await setUp();
    await lanes.start(async () => {});
    await lanes.add({ id: 'done', lane: 'l', kind: 'turn' });
    await settle();
    await lanes.stop(0);
    const next = await reopen();
    await next.add({ id: 'waits', lane: 'l', kind: 'turn' });
    await letTimePass('6 days 23 hours 59 minutes');
    expect(await next.add({ id: 'done', lane: 'l', kind: 'turn' })).toBe('known');
    await letTimePass('2 minutes');
    // Another process may be the one that forgets, a moment later.
    await expect.poll(() => next.add({ id: 'done', lane: 'l', kind: 'turn' })).toBe('added');
    await letTimePass('1 year');
    expect(await next.add({ id: 'waits', lane: 'l', kind: 'turn' })).toBe('known');
  });
});
