/** Processes that share lanes on PostgreSQL and die: at every step of a story, and by kill −9 in the middle of much work. */
import { PgBoss } from 'pg-boss';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { heartbeatSeconds, laneQueue, laneSchema } from '../../src/lanes/boss.ts';
import { openPostgresLanes } from '../../src/lanes/postgres.ts';
import { connectPostgres, type PostgresDatabase } from '../../src/sessions/postgres.ts';
import { freshDatabase, query } from '../postgres/fresh-database.ts';
import { startChild } from '../sessions/children.ts';
import { realClock } from '../sessions/real-clock.ts';
import { createRecordingLog } from '../sessions/recording-log.ts';
import { goOn, judge } from './crash-judgement.ts';
import { tellStory } from './crash-story.ts';
import { createFakeClock } from './fake-clock.ts';
import { type QuietDatabase, withQuiet } from './quiet-database.ts';

let url = '';
let database: QuietDatabase;
/** One of the others, who look for those that died. */
let supervisor: PgBoss;

beforeAll(async () => {
  url = await freshDatabase();
  database = await withQuiet(connectPostgres({ url, clock: realClock, log: createRecordingLog() }));
  const db = { executeSql: (sql: string, values?: unknown[]) => database.query(sql, values) };
  supervisor = new PgBoss({ db, schema: laneSchema, schedule: false });
  return () => database.close();
});

/** For the database as if nothing had been heard of anybody for longer than a heartbeat; then the others notice. */
const letHeartbeatsLapse = async (): Promise<void> => {
  await database.query(`
    UPDATE ${laneSchema}.job SET heartbeat_on = now() - interval '${heartbeatSeconds + 1} s' WHERE state = 'active';
    UPDATE ${laneSchema}.queue SET monitor_on = NULL, monitor_claim_on = NULL;
  `);
  await supervisor.supervise(laneQueue);
};

/** Nothing that a process asks after its death is answered; what it asked before may have happened or not. */
const createMortal = (fatalStep: number) => {
  const { promise: death, resolve: die } = Promise.withResolvers<'dead'>();
  const never = new Promise<never>(() => {});
  let steps = 0;
  const step = (): void => {
    steps += 1;
    if (steps === fatalStep) die('dead');
  };
  const orNever = async <T>(work: () => Promise<T>): Promise<T> => {
    if (steps >= fatalStep) return never;
    step();
    if (steps >= fatalStep) return never;
    const result = await work();
    if (steps < fatalStep) step();
    return steps >= fatalStep ? never : result;
  };
  const mortal: PostgresDatabase = {
    ...database,
    query: (sql, values) => orNever(() => database.query(sql, values)),
    transaction: (work) => orNever(() => database.transaction(work)),
  };
  return { mortal, death, step };
};

const liveAndDie = async (fatalStep: number): Promise<{ lines: string[]; isDone: boolean }> => {
  const lines: string[] = [];
  const { mortal, death, step } = createMortal(fatalStep);
  // The start of the queue itself is not part of the story.
  const life = { database };
  const opened = await openPostgresLanes({
    database: { ...database, query: (...asked) => life.database.query(...asked) },
    clock: createFakeClock(),
    log: createRecordingLog(),
  });
  Object.assign(life, { database: mortal });
  let isAlive = true;
  const say = (line: string): void => {
    if (isAlive) lines.push(line);
  };
  const story = tellStory(opened.lanes, step, { say, settle: () => new Promise((go) => setTimeout(go, 1)) });
  const ending = await Promise.race([story.then(() => 'done' as const), death]);
  isAlive = false;
  // Timers of a process that is gone are gone; whatever they still ask finds nothing.
  Object.assign(life, { database: { ...database, query: async () => ({ rows: [] }) } });
  void opened.close();
  return { lines, isDone: ending === 'done' };
};

const patient = { timeout: 150_000, interval: 20 };

const entryOf = (index: number) => ({ id: `e${index}`, lane: `l${index % 20}`, kind: 'turn' as const });

describe('lanes on PostgreSQL', () => {
  it('lose nothing and keep their order wherever a process dies', async () => {
    let deaths = 0;
    for (let fatalStep = 1; ; fatalStep += 1) {
      const { lines, isDone } = await liveAndDie(fatalStep);
      await database.settle();
      await letHeartbeatsLapse();
      const next = await openPostgresLanes({ database, clock: createFakeClock(), log: createRecordingLog() });
      judge(lines, await goOn(next.lanes, () => database.settle()));
      await next.close();
      await database.query(`DELETE FROM ${laneSchema}.job`);
      if (isDone) break;
      deaths += 1;
    }
    // Five additions, four claims, four endings and a withdrawal are two steps each at least.
    expect(deaths).toBeGreaterThanOrEqual(28);
  });

  it('are shared by processes: one entry of a lane at a time, in order, also after one of them was killed', async () => {
    await query(
      url,
      'CREATE TABLE runs (seq serial, id text, lane text, pid int, begun timestamptz DEFAULT clock_timestamp(), ended timestamptz)',
    );
    const workers = [1, 2].map(() => startChild('../lanes/postgres-lanes-child.ts', [url]));
    onTestFinished(async () => {
      await Promise.all(workers.map((worker) => worker.kill()));
    });
    const [victim, survivor] = workers;
    await Promise.all(workers.map((worker) => worker.said('ready')));
    const opened = await openPostgresLanes({ database, clock: realClock, log: createRecordingLog() });
    const countRuns = async (where: string): Promise<number> => {
      const { rows } = await database.query(
        `SELECT count(DISTINCT id)::int AS count FROM runs WHERE ${where}`,
      );
      return Number(rows[0]?.['count']);
    };
    const haveBothRun = async (): Promise<boolean> =>
      (await countRuns(`pid = ${victim?.pid}`)) > 10 && (await countRuns(`pid = ${survivor?.pid}`)) > 10;
    let added = 0;
    while (!(await haveBothRun())) {
      const entries = Array.from({ length: 20 }, (_, lane) => entryOf(added + lane));
      expect(await Promise.all(entries.map((entry) => opened.lanes.add(entry)))).toEqual(
        entries.map(() => 'added'),
      );
      added += entries.length;
      await expect.poll(() => countRuns('true'), patient).toBeGreaterThan(added - 200);
    }
    await victim?.kill();
    const [{ killed } = {}] = await query(url, 'SELECT clock_timestamp() AS killed');
    await query(url, 'UPDATE runs SET ended = $1 WHERE ended IS NULL AND pid = $2', [killed, victim?.pid]);
    await query(
      url,
      `UPDATE ${laneSchema}.job SET heartbeat_on = now() - interval '1 min' WHERE state = 'active' AND data->>'id' IN
         (SELECT id FROM runs WHERE pid = $1)`,
      [victim?.pid],
    );
    await expect.poll(() => countRuns('ended IS NOT NULL'), patient).toBe(added);
    await opened.close();
    const overlaps = await query(
      url,
      `SELECT one.id, other.id FROM runs one JOIN runs other ON one.lane = other.lane AND one.seq < other.seq
       AND other.begun < one.ended`,
    );
    expect(overlaps).toEqual([]);
    const begun = await query(url, 'SELECT lane, substr(id, 2)::int AS place FROM runs ORDER BY begun');
    for (const lane of new Set(begun.map((row) => row['lane']))) {
      const places = begun.filter((row) => row['lane'] === lane).map((row) => Number(row['place']));
      expect(places).toEqual(places.toSorted((one, other) => one - other));
    }
  });
});
