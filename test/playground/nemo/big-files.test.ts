// Large uploads go to disk as they arrive, and too large ones are refused without breaking the connection.
import { Readable } from 'node:stream';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { request } from 'undici';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { NemoStandIn } from '../../../playground/nemo/stand-in.ts';
import { attribution, createRawClient, startFast } from './raw-client.ts';

const megabyte = 1024 * 1024;
let standIn: NemoStandIn;

beforeAll(async () => {
  standIn = await startFast();
});
afterAll(() => standIn.close());

/** The beginning of an MP4 file, so that the content is judged as a film. */
const filmHead = Buffer.concat([
  Buffer.from([0, 0, 0, 24]),
  Buffer.from('ftypisom\0\0\x02\0isomiso2', 'latin1'),
]);

async function* bigForm(sizeMegabytes: number, onChunk: () => void): AsyncGenerator<Buffer> {
  const chunk = Buffer.alloc(megabyte, 7);
  yield Buffer.from('--b0undary\r\ncontent-disposition: form-data; name="files"; filename="big.mp4"\r\n\r\n');
  yield filmHead;
  for (let sent = 0; sent < sizeMegabytes; sent += 1) {
    onChunk();
    yield chunk;
  }
  yield Buffer.from('\r\n--b0undary--\r\n');
}

async function upload(sizeMegabytes: number, onChunk: () => void): Promise<unknown> {
  const sessionId = await createRawClient(standIn).openSession();
  const { body } = await request(`${standIn.url}/api/upload-video/nemo_agent/me/${sessionId}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${standIn.operatorToken}`,
      ...attribution,
      'content-type': 'multipart/form-data; boundary=b0undary',
    },
    body: Readable.from(bigForm(sizeMegabytes, onChunk)),
  });
  return body.json();
}

describe('an upload', () => {
  test('of 50 MB is taken without being held in memory', async () => {
    setFlagsFromString('--expose-gc');
    const collectGarbage: unknown = runInNewContext('gc');
    if (typeof collectGarbage !== 'function') throw new TypeError('There is no way to collect garbage.');
    const buffersBefore = process.memoryUsage().arrayBuffers;
    let mostBytes = 0;
    const answer = await upload(50, () => {
      // Only what is still held counts, not what waits to be collected.
      collectGarbage();
      mostBytes = Math.max(mostBytes, process.memoryUsage().arrayBuffers - buffersBefore);
    });
    expect(answer).toMatchObject({ code: 0, data: { files: [{ filename: 'big.mp4', file_type: 'video' }] } });
    expect(standIn.ledger.uploads()).toMatchObject([
      { by: 'multipart', sizeBytes: 50 * megabyte + filmHead.length },
    ]);
    expect(mostBytes).toBeLessThan(10 * megabyte);
  });

  test('of more than 200 MB is refused with 4002', async () => {
    expect(await upload(201, () => undefined)).toMatchObject({ code: 4002 });
  });
});
