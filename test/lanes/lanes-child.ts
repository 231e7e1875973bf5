/** A process that runs lanes and dies at the step it is told. Arguments: file, fatal step. Prints what it did. */
import { createEmbeddedLanes } from '../../src/lanes/embedded.ts';
import { openDatabase } from '../../src/sessions/database.ts';
import { readStoreUrl } from '../../src/sessions/store-url.ts';
import { createFate, say, withFate } from '../sessions/dying.ts';
import { createRecordingLog } from '../sessions/recording-log.ts';
import { tellStory } from './crash-story.ts';
import { createFakeClock, settle } from './fake-clock.ts';

const [path = '', fatalStep = '0'] = process.argv.slice(2);
const log = createRecordingLog();
const step = createFate(Number(fatalStep));
const database = openDatabase(readStoreUrl(`sqlite:${path}`), { log });
const lanes = createEmbeddedLanes({ database: withFate(database, step), clock: createFakeClock(), log });

await tellStory(lanes, step, { say, settle });
database.close();
say('done');
