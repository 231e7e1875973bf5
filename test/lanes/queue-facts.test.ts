/** How the shared queue stands, as a gateway and a worker on one PostgreSQL see it. */
import { expect, it, onTestFinished } from 'vitest';
import { openPostgresLanes } from '../../src/lanes/postgres.ts';
import { readQueueFacts } from '../../src/lanes/queue-facts.ts';
import type { LaneEntry } from '../../src/ports/lanes.ts';
import { connectPostgres } from '../../src/sessions/postgres.ts';
import { freshDatabase } from '../postgres/fresh-database.ts';
import { realClock } from '../sessions/real-clock.ts';
import { createRecordingLog } from '../sessions/recording-log.ts';

const entry = (id: string, lane: string): LaneEntry => ({ id, lane, kind: 'turn' });

it('counts what waits, and names an entry only while nobody runs its lane', async () => {
  const log = createRecordingLog();
  const database = connectPostgres({ url: await freshDatabase(), clock: realClock, log });
  onTestFinished(() => database.close());
  const opened = await openPostgresLanes({ database, clock: realClock, log });
  const { lanes } = opened;
  const gate = Promise.withResolvers<void>();
  onTestFinished(async () => {
    gate.resolve();
    await lanes.stop(5_000);
    await opened.close();
  });
  expect(await readQueueFacts(database)).toEqual({ waiting: 0, oldestRunnable: null });
  await lanes.add(entry('first', 'lane'));
  await lanes.add(entry('second', 'lane'));
  expect(await readQueueFacts(database)).toEqual({ waiting: 2, oldestRunnable: expect.any(String) });
  await lanes.start(() => gate.promise);
  await expect.poll(() => readQueueFacts(database)).toEqual({ waiting: 1, oldestRunnable: null });
});
