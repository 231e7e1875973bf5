/** A process that writes records and dies at the step it is told. Arguments: file, fatal step. Prints what was acknowledged. */
import { openDatabase } from '../../src/sessions/database.ts';
import { createSecrets } from '../../src/sessions/secrets.ts';
import { createSqliteAdapter } from '../../src/sessions/sqlite-adapter.ts';
import { createStore } from '../../src/sessions/store.ts';
import { readStoreUrl } from '../../src/sessions/store-url.ts';
import { createFate, say, withFate } from './dying.ts';
import { createRecordingLog } from './recording-log.ts';
import { sampleTurn } from './sample-records.ts';

const [path = '', fatalStep = '0'] = process.argv.slice(2);
const log = createRecordingLog();
const database = openDatabase(readStoreUrl(`sqlite:${path}`), { log });
const dying = withFate(database, createFate(Number(fatalStep)));
const store = createStore({
  createAdapter: () => createSqliteAdapter(dying),
  secrets: createSecrets([Buffer.alloc(32, 1)]),
  log,
  openWork: async () => ({ arrivalIds: [], turnIds: [], renderIds: [], triedAccountIds: [] }),
  ownedBy: async () => ({ threadIds: [], turnIds: [], renderIds: [], arrivalIds: [] }),
  close: async () => database.close(),
});

for (const text of ['first', 'second', 'third']) {
  await store.turns.set('t1', sampleTurn('t1', text));
  say(text);
}
await store.turns.delete('t1');
say('deleted');
await store.close();
say('done');
