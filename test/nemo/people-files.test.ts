/** Files of people from a host that never stops sending. */
import { expect, it } from 'vitest';
import type { Http } from '../../src/nemo/http.ts';
import { fileSizeBytesMax, requestLimits } from '../../src/nemo/limits.ts';
import { createPeopleFiles } from '../../src/nemo/people-files.ts';
import { errorOf } from './kit.ts';

const mebibyte = new Uint8Array(1024 * 1024);
mebibyte.set(Buffer.from('89504e470d0a1a0a', 'hex'));

/** Answers every request with a picture that has no end, and counts what is taken of it. */
const createEndlessHost = () => {
  let sentBytes = 0;
  async function* chunks() {
    for (;;) {
      sentBytes += mebibyte.length;
      yield mebibyte;
    }
  }
  const http: Http = {
    exchange: async ({ url }) => ({
      url,
      status: 200,
      contentType: 'image/png',
      header: () => null,
      chunks: chunks(),
      discard: () => undefined,
    }),
    close: async () => undefined,
  };
  return { files: createPeopleFiles(http, () => true, requestLimits), sentBytes: () => sentBytes };
};

const file = { name: 'a.png', url: 'https://files.example/a.png', sizeBytes: 100, contentType: 'image/png' };
const { signal } = new AbortController();

it('a file that grows beyond 200 MB while it is passed on ends there, whatever its size was said to be', async () => {
  const { files, sentBytes } = createEndlessHost();
  const { chunks } = await files.open(file, signal);
  let passedBytes = 0;
  const passOn = async (): Promise<void> => {
    for await (const chunk of chunks) passedBytes += chunk.length;
  };
  expect(await errorOf(passOn())).toMatchObject({ problem: { kind: 'fileTooLarge' } });
  expect(passedBytes).toBeLessThanOrEqual(fileSizeBytesMax);
  expect(sentBytes()).toBeLessThanOrEqual(fileSizeBytesMax + mebibyte.length);
});

it('what an endless file is, is seen from its first bytes, and it is held to the limit when it is read', async () => {
  const { files, sentBytes } = createEndlessHost();
  expect(await errorOf(files.kindOf(file, signal))).toMatchObject({ problem: { kind: 'unsupportedFile' } });
  expect(sentBytes()).toBe(mebibyte.length);
  expect(await files.read(file, { sizeBytesMax: 3 * mebibyte.length, signal })).toBeNull();
  expect(sentBytes()).toBe(5 * mebibyte.length);
});
