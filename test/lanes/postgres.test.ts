/** The lanes on PostgreSQL, held to the contract of all queue engines, and what is special about them. */
import { beforeAll, onTestFinished } from 'vitest';
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
  await query(url, 'DELETE FROM makevideo_lanes.job');
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
