/** `npm run bench` measures everything; `npm run bench -- words` one thing. Each prints one line of JSON; nothing is judged here. */
import { benchAcknowledgement } from './acknowledgement.ts';
import { benchFilm } from './film.ts';
import { benchLongAnswer } from './long-answer.ts';
import { benchLongStream } from './long-stream.ts';
import { benchOpenTurns } from './open-turns.ts';
import { runOnce } from './relay/run.ts';
import { benchStart } from './start.ts';
import { benchPostgresStore, benchStore } from './store.ts';
import { benchStoreStart } from './store-start.ts';
import { benchStream } from './stream.ts';
import { benchUpload } from './upload.ts';

const benches: Readonly<Record<string, () => Promise<Record<string, unknown>>>> = {
  acknowledgement: benchAcknowledgement,
  words: () => runOnce({ subject: 'makevideo', turns: 1, seconds: 30 }),
  'words-of-100': () => runOnce({ subject: 'makevideo', turns: 100, seconds: 30 }),
  'open-turns-of-1000': () => benchOpenTurns(1_000),
  'open-turns': () => benchOpenTurns(10_000),
  start: benchStart,
  store: benchStore,
  'store-postgres': benchPostgresStore,
  'store-start': benchStoreStart,
  stream: benchStream,
  'long-stream': benchLongStream,
  'long-answer': benchLongAnswer,
  upload: benchUpload,
  film: benchFilm,
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !Object.hasOwn(benches, name));
if (unknown.length > 0) {
  process.stderr.write(
    `There is no bench ${unknown.join(', ')}. Known: ${Object.keys(benches).join(', ')}\n`,
  );
  process.exit(64);
}
for (const [name, bench] of Object.entries(benches)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  process.stdout.write(`${JSON.stringify(await bench())}\n`);
}
process.exit();
