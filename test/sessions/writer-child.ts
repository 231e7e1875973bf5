/** A process that accepts turn after turn until it is killed, printing each once it is on disk. Arguments: STORE_URL. */
import { openLanes } from '../../src/lanes/open.ts';
import { openSessions } from '../../src/sessions/open.ts';
import { createFakeClock } from '../lanes/fake-clock.ts';
import { say } from './dying.ts';
import { createRecordingLog } from './recording-log.ts';
import { sampleTurn } from './sample-records.ts';

const [storeUrl = ''] = process.argv.slice(2);
const clock = createFakeClock();
const log = createRecordingLog();
const { store, engine } = await openSessions({
  storeUrl,
  storeSecret: null,
  clock,
  log,
  onLeaseLost: () => say('lost'),
});
const { lanes } = await openLanes({ engine, clock, log });

for (let index = 0; index < 100_000; index += 1) {
  const turnId = `turn-${index}`;
  await store.turns.set(turnId, sampleTurn(turnId));
  await lanes.add({ id: turnId, lane: turnId, kind: 'turn' });
  say(turnId);
}
