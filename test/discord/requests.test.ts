import { createServer, type RequestListener } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { REST } from 'discord.js';
import { Agent, getGlobalDispatcher, setGlobalDispatcher } from 'undici';
import { afterEach, expect, test } from 'vitest';
import type { RefusalGuard } from '../../src/discord/refusal-guard.ts';
import { createRequestWatch } from '../../src/discord/requests.ts';

const opened: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0)) await close();
});

const serve = async (listener: RequestListener): Promise<string> => {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  opened.push(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `http://127.0.0.1:${address.port}/`;
};

const counting = () => {
  let count = 0;
  const guard: RefusalGuard = {
    count: () => {
      count += 1;
    },
    refusals: () => count,
    isCautious: () => false,
    requireLeave: () => {},
  };
  return { guard, refusals: () => count };
};

const startServer = (answers: { status: number; scope?: string }[]): Promise<string> =>
  serve((_request, response) => {
    const answer = answers.shift() ?? { status: 500 };
    if (answer.scope) response.setHeader('X-RateLimit-Scope', answer.scope);
    response.writeHead(answer.status).end();
  });

test('counts the refusals for which Discord bans, and no others', async () => {
  const { guard, refusals } = counting();
  const watch = createRequestWatch(guard);
  const url = await startServer([
    { status: 200 },
    { status: 401 },
    { status: 403 },
    { status: 404 },
    { status: 429, scope: 'user' },
    { status: 429, scope: 'shared' },
  ]);
  for (let request = 0; request < 6; request += 1)
    await (await watch.makeRequest(url, { method: 'GET' })).text();
  expect(refusals()).toBe(3);
});

test('gives up a request when its signal aborts', async () => {
  const watch = createRequestWatch(counting().guard);
  const url = await startServer([]);
  await expect(watch.makeRequest(url, { method: 'GET', signal: AbortSignal.abort() })).rejects.toMatchObject({
    name: 'AbortError',
  });
});

test('sends files whole, also in a process in which another undici was loaded first', async () => {
  const present = getGlobalDispatcher();
  setGlobalDispatcher(new Agent());
  opened.push(() => Promise.resolve(setGlobalDispatcher(present)));
  let received: Promise<FormData> | null = null;
  const api = await serve((request, response) => {
    const type = request.headers['content-type'] ?? '';
    received = buffer(request).then((body) =>
      new Response(body, { headers: { 'content-type': type } }).formData(),
    );
    received.then(
      () => response.writeHead(200).end(),
      () => response.writeHead(400).end(),
    );
  });
  const { makeRequest } = createRequestWatch(counting().guard);
  const rest = new REST({ api, makeRequest, hashSweepInterval: 0, handlerSweepInterval: 0 });
  const bytes = new Uint8Array([0, 255, 13, 10]);
  await rest.post('/channels/1/messages', {
    auth: false,
    body: {},
    files: [{ name: 'video.mp4', data: bytes }],
  });
  const form: FormData = await (received ?? Promise.reject(new Error('nothing arrived')));
  const file = form.get('files[0]');
  expect(file).toMatchObject({ name: 'video.mp4' });
  expect(file instanceof Blob ? await file.bytes() : null).toEqual(bytes);
});
