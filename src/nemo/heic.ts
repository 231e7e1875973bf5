/** HEIC → JPEG, away from the event loop, one picture at a time. Knows nothing of the backend. */
import { Worker } from 'node:worker_threads';
import { heicMaxMs, heicPixelsMax } from './limits.ts';

export type ConvertHeic = (bytes: Uint8Array, signal: AbortSignal) => Promise<Uint8Array>;

/** The worker beside this file, whether the house runs from its sources or from a build. */
const workerUrl = new URL(`./heic-worker${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url);

const convert = (bytes: Uint8Array, signal: AbortSignal): Promise<Uint8Array> =>
  new Promise((resolve, reject) => {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(heicMaxMs)]);
    const worker = new Worker(workerUrl, {
      workerData: { bytes, pixelsMax: heicPixelsMax },
      resourceLimits: { maxOldGenerationSizeMb: 256 },
    });
    const stop = (): void => {
      void worker.terminate();
      reject(limit.reason);
    };
    limit.addEventListener('abort', stop, { once: true });
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', () => {
      limit.removeEventListener('abort', stop);
      reject(new Error('The converter ended without a picture.'));
    });
  });

/** A queue of one: a decoded photograph takes tens of megabytes. Rejects when the picture cannot be read. */
export const createHeicConverter = (): ConvertHeic => {
  let previous: Promise<unknown> = Promise.resolve();
  return (bytes, signal) => {
    const result = previous.then(() => {
      signal.throwIfAborted();
      return convert(bytes, signal);
    });
    // The next picture waits for this one whatever becomes of it; its own caller gets the error.
    previous = result.catch(() => undefined);
    return result;
  };
};
