/** Runs on a thread of its own: one HEIC picture in, one JPEG out. Talks to src/nemo/heic.ts only. */
import { parentPort, workerData } from 'node:worker_threads';
import decodeHeic from 'heic-decode';
import { encode } from 'jpeg-js';
import { z } from 'zod';

/** As phones themselves write JPEGs: no loss that a film would show. */
const qualityPercent = 92;

const inputSchema = z.object({ bytes: z.instanceof(Uint8Array), pixelsMax: z.number() });

const { bytes, pixelsMax } = inputSchema.parse(workerData);
const images = await decodeHeic.all({ buffer: bytes });
try {
  const [first] = images;
  if (first === undefined) throw new Error('The file holds no picture.');
  if (first.width * first.height > pixelsMax) throw new RangeError('The picture has too many pixels.');
  const { data, width, height } = await first.decode();
  const pixels = new Uint8Array(data.buffer, data.byteOffset, data.length);
  const jpeg = encode({ data: pixels, width, height }, qualityPercent).data;
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port has no origin, unlike a window
  parentPort?.postMessage(jpeg);
} finally {
  images.dispose();
}
