/** A process that runs what others add, a little while each, until it is killed. Arguments: STORE_URL. */
import { setTimeout as sleep } from 'node:timers/promises';
import { openPostgresLanes } from '../../src/lanes/postgres.ts';
import { connectPostgres } from '../../src/sessions/postgres.ts';
import { say } from '../sessions/dying.ts';
import { realClock } from '../sessions/real-clock.ts';
import { createRecordingLog } from '../sessions/recording-log.ts';

const [url = ''] = process.argv.slice(2);
const log = createRecordingLog();
const database = connectPostgres({ url, clock: realClock, log });
const { lanes } = await openPostgresLanes({ database, clock: realClock, log });

await lanes.start(async ({ id, lane }) => {
  const { rows } = await database.query(
    'INSERT INTO runs (id, lane, pid) VALUES ($1, $2, $3) RETURNING seq',
    [id, lane, process.pid],
  );
  await sleep(5);
  await database.query('UPDATE runs SET ended = clock_timestamp() WHERE seq = $1', [rows[0]?.['seq']]);
});
say('ready');
