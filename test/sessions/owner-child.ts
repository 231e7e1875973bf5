/** A process that opens the store and keeps it until it is killed. Arguments: STORE_URL. */
import { setTimeout as sleep } from 'node:timers/promises';
import { openSessions } from '../../src/sessions/open.ts';
import { say } from './dying.ts';
import { createRecordingLog } from './recording-log.ts';
import { sampleTurn } from './sample-records.ts';

const [storeUrl = ''] = process.argv.slice(2);
const { store } = await openSessions({
  storeUrl,
  storeSecret: null,
  clock: {
    nowMs: () => Date.now(),
    sleep: async (durationMs, signal) => {
      await sleep(durationMs, undefined, { signal });
    },
  },
  log: createRecordingLog(),
  onLeaseLost: () => say('lost'),
});
await store.turns.set('t1', sampleTurn('t1', 'before the kill'));
say('open');
