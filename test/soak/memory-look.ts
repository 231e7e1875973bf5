/** Loaded into a bot's process: on SIGUSR2 it tidies up and writes down what memory is really in use. Knows nothing of the bot. */
import { appendFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const path = process.env['KEPT_MEMORY'];
if (path === undefined) throw new Error('KEPT_MEMORY names the file for the looks.');

setFlagsFromString('--expose-gc');
const collectGarbage: unknown = runInNewContext('gc');

process.on('SIGUSR2', () => {
  if (typeof collectGarbage === 'function') collectGarbage();
  appendFileSync(path, `${JSON.stringify(process.memoryUsage())}\n`);
});
