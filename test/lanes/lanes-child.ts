/** A process that runs lanes and dies at the step it is told. Arguments: file, fatal step. Prints what it did. */
import { createEmbeddedLanes } from '../../src/lanes/embedded.ts';
import type { LaneEntry } from '../../src/ports/lanes.ts';
import { openDatabase, readStoreUrl } from '../../src/sessions/database.ts';
import { createFate, say, withFate } from '../sessions/dying.ts';
import { createRecordingLog } from '../sessions/recording-log.ts';
import { createFakeClock, settle } from './fake-clock.ts';

const [path = '', fatalStep = '0'] = process.argv.slice(2);
const log = createRecordingLog();
const step = createFate(Number(fatalStep));
const database = openDatabase(readStoreUrl(`sqlite:${path}`), { log });
const lanes = createEmbeddedLanes({ database: withFate(database, step), clock: createFakeClock(), log });

const add = async (id: string, lane: string): Promise<void> => {
  await lanes.add({ id, lane, kind: 'turn' });
  say(`added ${id}`);
};

const run = async ({ id }: LaneEntry): Promise<void> => {
  say(`begins ${id}`);
  step();
  await settle();
  say(`ends ${id}`);
  step();
};

await add('a1', 'a');
await add('a2', 'a');
await add('b1', 'b');
await lanes.start(run);
await add('a3', 'a');
await add('b2', 'b');
say('withdraws b2');
if (await lanes.withdraw('b2')) say('withdrawn b2');
while ((await lanes.unfinished('a')).length + (await lanes.unfinished('b')).length > 0) await settle();
await lanes.stop(0);
database.close();
say('done');
