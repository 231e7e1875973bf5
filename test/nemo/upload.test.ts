import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHeicConverter } from '../../src/nemo/heic.ts';
import type { HandOverFile } from '../../src/ports/backend.ts';
import { asOperator, asPerson, createTestClient, errorOf, type LoopbackServer, serve } from './kit.ts';

/** 32 × 32 pixels, the left half blue and the right half red: one HEVC frame of libx265 in a container written by hand. */
const heic = Buffer.from(
  'AAAAGGZ0eXBoZWljAAAAAG1pZjFoZWljAAABJm1ldGEAAAAAAAAAIWhkbHIAAAAAAAAAAHBpY3QAAAAAAAAAAAAAAAAAAAAADnBpdG0AAAAAAAEAAAAeaWxvYwAAAABEAAABAAEAAAABAAABRgAAAIMAAAAjaWluZgAAAAAAAQAAABVpbmZlAgAAAAABAABodmMxAAAAAKppcHJwAAAAjWlwY28AAABxaHZjQwEECAAAAJ+oAAAAAB7wAPz9+PgAAA8DoAABABdAAQwB//8ECAAAAwCfqAAAAwAAHroCQKEAAQAmQgEBBAgAAAMAn6gAAAMAAB6gQghZbq5MrwEBAAADAAEAAAMAGQiiAAEABkQBwXPAiQAAABRpc3BlAAAAAAAAACAAAAAgAAAAFWlwbWEAAAAAAAAAAQABAoECAAAAi21kYXQAAAAXQAEMAf//BAgAAAMAn6gAAAMAAB66AkAAAAAmQgEBBAgAAAMAn6gAAAMAAB6gQghZbq5MrwEBAAADAAEAAAMAGQgAAAAGRAHBc8CJAAAAMCgBr3iEoHF0c//4k7xH3SN/6SluCHneZ/9aq5fziamWu0l5sqjYbxD0Kq28w/2PgA==',
  'base64',
);

const png = await sharp({ create: { width: 2, height: 2, channels: 3, background: '#010203' } })
  .png()
  .toBuffer();
const mp3 = Buffer.concat([Buffer.from('ID3\u0003\0\0\0\u0010\0\0', 'latin1'), Buffer.alloc(8000)]);
const script = Buffer.from('#!/bin/sh\necho hello\n');

type Upload = { readonly type: string; readonly body: Buffer };
type Reply = { readonly status?: number; readonly body: unknown };

let host: LoopbackServer;
let backend: LoopbackServer;
let test: ReturnType<typeof createTestClient>;
let uploads: Upload[];
let fetched: string[];
let stored: Map<string, (request: IncomingMessage, response: ServerResponse) => void>;
let replyTo: (upload: Upload, index: number) => Reply;

const readAll = async (request: IncomingMessage): Promise<Buffer> => Buffer.concat(await request.toArray());

const put = (name: string, bytes: Uint8Array): HandOverFile => {
  stored.set(`/${name}`, (_request, response) =>
    response.writeHead(200, { 'Content-Length': bytes.length }).end(bytes),
  );
  return fileAt(`${host.url}/${name}`, { name, sizeBytes: bytes.length });
};

const fileAt = (url: string, changes: Partial<HandOverFile> = {}): HandOverFile => ({
  name: 'file.png',
  url,
  sizeBytes: 100,
  contentType: 'image/png',
  ...changes,
});

const handOver = (files: readonly HandOverFile[], onProgress?: (doneCount: number) => void) =>
  test.client.handOver({ ...asOperator(), sessionId: 's', files, ...(onProgress && { onProgress }) });

const isJson = (upload: Upload | undefined): boolean => upload?.type === 'application/json';
const urlsOf = (upload: Upload | undefined): unknown => JSON.parse(upload?.body.toString() ?? '{}').urls;

/** The one part of a multipart body, by RFC 7578. */
const partOf = async (upload: Upload | undefined) => {
  const response = new Response(new Uint8Array(upload?.body ?? []), {
    headers: { 'Content-Type': upload?.type ?? '' },
  });
  const files = (await response.formData()).getAll('files').filter((entry) => entry instanceof File);
  const [file] = files;
  if (file === undefined || files.length !== 1) throw new Error('The body does not hold exactly one file.');
  return { name: file.name, type: file.type, bytes: Buffer.from(await file.arrayBuffer()) };
};

const taken: Reply = { body: { code: 0, data: { session_state_applied: true } } };
const unsupported: Reply = { body: { code: 4001, message: 'unsupported' } };

beforeEach(async () => {
  uploads = [];
  fetched = [];
  stored = new Map();
  replyTo = () => taken;
  host = await serve((request, response) => {
    fetched.push(request.url ?? '');
    const answer = stored.get(request.url ?? '');
    if (answer === undefined) response.writeHead(404).end();
    else answer(request, response);
  });
  backend = await serve(async (request, response) => {
    const upload = { type: request.headers['content-type'] ?? '', body: await readAll(request) };
    uploads.push(upload);
    const { status = 200, body } = replyTo(upload, uploads.length - 1);
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
  });
  test = createTestClient(backend.url);
});

afterEach(async () => {
  await test.client.close();
  await Promise.all([host.close(), backend.close()]);
});

describe('files that are handed over', () => {
  it('go by their addresses, all in one request', async () => {
    const files = [put('a.png', png), put('b.mp3', mp3), put('c.heic', heic)];
    expect(await handOver(files)).toEqual(files.map(({ name }) => ({ name, accepted: true })));
    expect(uploads).toHaveLength(1);
    expect(urlsOf(uploads[0])).toEqual(files.map(({ url }) => url));
  });

  it('are judged by content and not by name', async () => {
    expect(await handOver([put('picture.png', script), put('notes.txt', png)])).toMatchObject([
      { name: 'picture.png', accepted: false, problem: { kind: 'unsupportedFile' } },
      { name: 'notes.txt', accepted: true },
    ]);
    expect(urlsOf(uploads[0])).toEqual([`${host.url}/notes.txt`]);
  });

  it('are refused before anything is fetched when they are over 200 MB', async () => {
    const file = fileAt(`${host.url}/long.mp4`, { sizeBytes: 200 * 1024 * 1024 + 1 });
    expect(await handOver([file])).toMatchObject([{ accepted: false, problem: { kind: 'fileTooLarge' } }]);
    expect([...fetched, ...uploads]).toEqual([]);
  });

  it.each([
    'http://files.invalid/a.png',
    'https://127.0.0.1.invalid/a.png',
    'file:///etc/passwd',
    'no address',
    'http://user@127.0.0.1/a.png',
  ])('are read from no other host: %s', async (url) => {
    expect(await handOver([fileAt(url)])).toMatchObject([
      { accepted: false, problem: { kind: 'fileUnreadable' } },
    ]);
    expect(uploads).toEqual([]);
  });

  it('are not followed to another host', async () => {
    stored.set('/a.png', (_request, response) =>
      response.writeHead(302, { Location: 'http://169.254.0.1/secret' }).end(),
    );
    expect(await handOver([fileAt(`${host.url}/a.png`)])).toMatchObject([
      { accepted: false, problem: { kind: 'fileUnreadable' } },
    ]);
  });

  it('whose address has expired are unreadable', async () => {
    expect(await handOver([fileAt(`${host.url}/gone.png`)])).toMatchObject([
      { accepted: false, problem: { kind: 'fileUnreadable' } },
    ]);
    expect(uploads).toEqual([]);
  });

  it('go by their address though their host does not answer us', async () => {
    stored.set('/a.png', (request) => request.socket.resetAndDestroy());
    expect(await handOver([fileAt(`${host.url}/a.png`)])).toEqual([{ name: 'file.png', accepted: true }]);
  });
});

describe('a refused batch', () => {
  it('goes file by file, and each refused file is named', async () => {
    const files = [put('a.png', png), put('bad.png', png), put('c.png', png)];
    replyTo = (upload) => (JSON.stringify(urlsOf(upload)).includes('bad') ? unsupported : taken);
    expect(await handOver(files)).toMatchObject([
      { name: 'a.png', accepted: true },
      { name: 'bad.png', accepted: false, problem: { kind: 'unsupportedFile', code: '4001' } },
      { name: 'c.png', accepted: true },
    ]);
    expect(uploads.map((upload) => urlsOf(upload))).toEqual([
      files.map(({ url }) => url),
      ...files.map(({ url }) => [url]),
    ]);
  });

  it('tells how far it is, file by file, counting those that are refused', async () => {
    const files = [put('a.png', png), put('bad.png', script), put('c.png', png), put('d.png', png)];
    replyTo = (_upload, index) =>
      index === 0 ? { body: { code: 0, data: { files: [{ filename: 'c.png' }] } } } : taken;
    const told: number[] = [];
    await handOver(files, (doneCount) => told.push(doneCount));
    expect(told).toEqual([2, 3, 4]);
  });

  it('that was partly taken goes on with the rest', async () => {
    const files = [put('a.png', png), put('b.png', png)];
    replyTo = (_upload, index) =>
      index === 0 ? { body: { code: 0, data: { files: [{ filename: 'b.png' }] } } } : taken;
    expect(await handOver(files)).toMatchObject([{ accepted: true }, { accepted: true }]);
    expect(uploads.map((upload) => urlsOf(upload))).toEqual([
      files.map(({ url }) => url),
      [`${host.url}/a.png`],
    ]);
  });

  it.each([
    [1002, 'sessionLost'],
    [2001, 'outOfCredits'],
    [402, 'planBlocked'],
  ])('for a reason that is not the files (%i) rejects', async (code, kind) => {
    replyTo = () => ({ body: { code } });
    const error = await errorOf(handOver([put('a.png', png), put('b.png', png)]));
    expect(error).toMatchObject({ kind: 'refused', problem: { kind } });
    expect(uploads).toHaveLength(1);
  });

  it('whose connection breaks rejects and sends nothing again', async () => {
    const broken = await serve((request) => {
      request.socket.resetAndDestroy();
    });
    const { client } = createTestClient(broken.url);
    const work = client.handOver({
      ...asOperator(),
      sessionId: 's',
      files: [put('a.png', png), put('b.png', png)],
    });
    expect(await errorOf(work)).toMatchObject({ kind: 'network', sent: true });
    await client.close();
    await broken.close();
  });
});

const cannotFetch = (upload: Upload): Reply =>
  isJson(upload) ? { status: 422, body: { detail: 'cannot fetch' } } : taken;

describe('a file that the backend cannot fetch', () => {
  it('is streamed as one part of a form', async () => {
    replyTo = cannotFetch;
    const bytes = Buffer.concat([png, Buffer.alloc(300_000, 5)]);
    const name = 'holiday "1" 图片.png';
    stored.set('/x', (_request, response) => response.writeHead(200).end(bytes));
    expect(await handOver([fileAt(`${host.url}/x`, { name })])).toEqual([{ name, accepted: true }]);
    expect(uploads[1]?.body.toString('latin1')).toMatch(
      /^--makevideo-.*\r\nContent-Disposition: form-data; name="files"; filename="/u,
    );
    const part = await partOf(uploads[1]);
    expect(part).toMatchObject({ name, type: 'image/png' });
    expect(createHash('sha256').update(part.bytes).digest('hex')).toBe(
      createHash('sha256').update(bytes).digest('hex'),
    );
  });

  it('says its length when its host does', async () => {
    const lengths: (string | undefined)[] = [];
    backend.server.prependListener('request', (request: IncomingMessage) =>
      lengths.push(request.headers['content-length']),
    );
    replyTo = cannotFetch;
    await handOver([put('a.png', png)]);
    expect(Number(lengths[1])).toBe(uploads[1]?.body.length);
  });

  it.each([
    [422, 'fileUnreadable'],
    [500, 'backendUnavailable'],
  ])('when the bytes are refused as well (%i), means %s', async (status, kind) => {
    replyTo = () => ({ status, body: {} });
    expect(await handOver([put('a.png', png)])).toMatchObject([
      { accepted: false, problem: { kind, code: String(status) } },
    ]);
    expect(uploads).toHaveLength(2);
  });

  it('is too large when the backend says so of its bytes', async () => {
    replyTo = (upload) => (isJson(upload) ? { status: 400, body: {} } : { status: 413, body: {} });
    expect(await handOver([put('a.png', png)])).toMatchObject([
      { accepted: false, problem: { kind: 'fileTooLarge' } },
    ]);
  });

  it('is read again when the token was renewed in between', async () => {
    const tokens = ['nmv_usr_1', 'nmv_usr_2'];
    let forms = 0;
    const strict = await serve(async (request, response) => {
      const upload = { type: request.headers['content-type'] ?? '', body: await readAll(request) };
      const answer = (body: unknown): void => {
        response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
      };
      if (request.url === '/api/auth/anonymous-token')
        return answer({ code: 0, data: { token: tokens.shift() } });
      if (isJson(upload)) return answer({ code: 400 });
      forms += 1;
      if (forms === 1) return answer({ code: 1001 });
      uploads.push(upload);
      answer({ code: 0 });
    });
    const { client } = createTestClient(strict.url);
    expect(
      await client.handOver({ ...asPerson('p'), sessionId: 's', files: [put('a.png', png)] }),
    ).toMatchObject([{ accepted: true }]);
    expect((await partOf(uploads[0])).bytes.equals(png)).toBe(true);
    await client.close();
    await strict.close();
  });
});

describe('a HEIC picture', () => {
  it('is converted when the backend does not take it', async () => {
    replyTo = (upload) => (isJson(upload) ? unsupported : taken);
    expect(await handOver([put('IMG_1.HEIC', heic)])).toEqual([{ name: 'IMG_1.HEIC', accepted: true }]);
    const part = await partOf(uploads[1]);
    expect(part).toMatchObject({ name: 'IMG_1.jpg', type: 'image/jpeg' });
    expect(await sharp(part.bytes).metadata()).toMatchObject({ format: 'jpeg', width: 32, height: 32 });
  });

  it('that cannot be decoded is unsupported', async () => {
    replyTo = (upload) => (isJson(upload) ? unsupported : taken);
    expect(await handOver([put('IMG_1.HEIC', heic.subarray(0, 300))])).toMatchObject([
      { accepted: false, problem: { kind: 'unsupportedFile' } },
    ]);
  });

  it('that says to have a hundred million pixels is refused before any of them is decoded', async () => {
    const bomb = Buffer.from(heic);
    const sizeAt = bomb.indexOf('ispe', 0, 'latin1') + 8;
    bomb.writeUInt32BE(10_000, sizeAt);
    bomb.writeUInt32BE(10_000, sizeAt + 4);
    expect(await errorOf(createHeicConverter()(bomb, new AbortController().signal))).toBeInstanceOf(
      RangeError,
    );
  });

  it('keeps its colours', async () => {
    const picture = Buffer.from(await createHeicConverter()(heic, new AbortController().signal));
    const { data } = await sharp(picture).raw().toBuffer({ resolveWithObject: true });
    const [left, right] = [[...data.subarray(0, 3)], [...data.subarray(31 * 3, 32 * 3)]];
    // JPEG loses a little: near enough to blue and red is what an eye asks for.
    expect(left.map((value) => Math.round(value / 64))).toEqual([0, 0, 4]);
    expect(right.map((value) => Math.round(value / 64))).toEqual([4, 0, 0]);
  });

  it('waits for its turn, and gives up with its signal', async () => {
    const convert = createHeicConverter();
    const stop = new AbortController();
    const [first, second] = [
      convert(heic, new AbortController().signal),
      errorOf(convert(heic, stop.signal)),
    ];
    stop.abort(new Error('enough'));
    expect((await first).length).toBeGreaterThan(60);
    expect(await second).toBe(stop.signal.reason);
  });
});
