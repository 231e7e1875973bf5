/** Loaded into a bot's process before anything else: whatever it prints goes into a file too, whole and in order. */
import { appendFileSync } from 'node:fs';

const path = process.env['KEPT_OUTPUT'];
if (path === undefined) throw new Error('KEPT_OUTPUT names the file for the output.');

for (const stream of [process.stdout, process.stderr]) {
  const write = stream.write.bind(stream);
  stream.write = (chunk: string | Uint8Array, ...rest: unknown[]): boolean => {
    appendFileSync(path, chunk);
    return Reflect.apply(write, stream, [chunk, ...rest]) === true;
  };
}
