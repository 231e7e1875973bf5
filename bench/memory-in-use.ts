/** Loaded into a measured process with --import: on SIGWINCH it collects its garbage and says in a file what is left. */
import { renameSync, writeFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const file = process.env['MEMORY_FILE'];
const toMb = (bytes: number): number => Math.round(bytes / 1024 / 1024);

if (file !== undefined) {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect !== 'function') throw new Error('This Node does not let its garbage be collected.');
  process.on('SIGWINCH', () => {
    // Gives back to the system as well what is kept for growing again.
    collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
    const { heapUsed, heapTotal, external } = process.memoryUsage();
    const figures = { heapUsedMb: toMb(heapUsed), heapMb: toMb(heapTotal), externalMb: toMb(external) };
    writeFileSync(`${file}.new`, JSON.stringify(figures));
    renameSync(`${file}.new`, file);
  });
}
