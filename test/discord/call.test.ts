import { getEventListeners } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { REST, RequestMethod } from 'discord.js';
import { afterEach, expect, test } from 'vitest';
import { z } from 'zod';
import { createBudget } from '../../src/discord/budget.ts';
import { asChatErrors, type CallDiscord, createCall } from '../../src/discord/call.ts';
import { createBucketIds } from '../../src/discord/limit-facts.ts';

const token = 'token-of-the-bot';
const opened: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0)) await close();
});

const callAgainst = async (answer: RequestListener, isCautious = false): Promise<CallDiscord> => {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const rest = new REST({
    api: `http://127.0.0.1:${address.port}/api`,
    hashSweepInterval: 0,
    handlerSweepInterval: 0,
  });
  opened.push(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  rest.setToken(token);
  const clock = { nowMs: () => Date.now(), sleep: () => Promise.resolve() };
  const budget = createBudget({ requestsPerSecond: 1_000, wordsIntervalMs: 0, clock });
  return createCall({
    connected: () => ({ rest }),
    token,
    budget,
    bucketIds: createBucketIds(),
    guard: { isCautious: () => isCautious },
    onTokenRefused: () => {},
  });
};

const json = (status: number, body: unknown): RequestListener => {
  return (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
};

const request = { method: RequestMethod.Get, fullRoute: '/channels/1' } as const;
const answer = z.object({ id: z.string() });

test('reads the answer', async () => {
  const call = await callAgainst(json(200, { id: '1', name: 'general' }));
  await expect(call(request, { answer, signal: new AbortController().signal })).resolves.toEqual({ id: '1' });
});

test('keeps words in between to itself while Discord refuses a lot, and sends what matters', async () => {
  const call = await callAgainst(json(200, { id: '1' }), true);
  const { signal } = new AbortController();
  await expect(call(request, { answer, signal, priority: 'moreWords' })).rejects.toMatchObject({
    name: 'ChatError',
    kind: 'unavailable',
  });
  await expect(call(request, { answer, signal, priority: 'finalWords' })).resolves.toEqual({ id: '1' });
});

test('calls an answer that does not read unavailable', async () => {
  const call = await callAgainst(json(200, { id: 1 }));
  await expect(call(request, { answer, signal: new AbortController().signal })).rejects.toMatchObject({
    name: 'ChatError',
    kind: 'unavailable',
  });
});

test('rejects with the reason of its signal while Discord makes it wait', async () => {
  const call = await callAgainst((_request, response) => {
    response
      .writeHead(429, { 'content-type': 'application/json', 'retry-after': '600' })
      .end(JSON.stringify({ message: 'slow down', retry_after: 600, global: false }));
    abort.abort(reason);
  });
  const reason = new Error('the bot stops');
  const abort = new AbortController();
  const { signal } = abort;
  await expect(asChatErrors(signal, () => call(request, { answer, signal }))).rejects.toBe(reason);
});

test('sends nothing when its signal has aborted already', async () => {
  let requests = 0;
  const call = await callAgainst((_request, response) => {
    requests += 1;
    response.end();
  });
  const reason = new Error('the bot stops');
  await expect(call(request, { answer, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  expect(requests).toBe(0);
});

test('leaves no listener on a signal that outlives many requests', async () => {
  const call = await callAgainst(json(200, { id: '1' }));
  const { signal } = new AbortController();
  for (let count = 0; count < 20; count += 1) await call(request, { answer, signal });
  expect(getEventListeners(signal, 'abort')).toHaveLength(0);
});

test('still knows its token after a 401', async () => {
  const tokens: (string | undefined)[] = [];
  const call = await callAgainst((request, response) => {
    tokens.push(request.headers.authorization);
    const status = tokens.length === 1 ? 401 : 200;
    json(status, status === 401 ? { code: 0, message: '401: Unauthorized' } : { id: '1' })(request, response);
  });
  const { signal } = new AbortController();
  await expect(asChatErrors(signal, () => call(request, { answer, signal }))).rejects.toMatchObject({
    kind: 'unavailable',
  });
  await expect(call(request, { answer, signal })).resolves.toEqual({ id: '1' });
  expect(tokens).toEqual([`Bot ${token}`, `Bot ${token}`]);
});

test('calls a broken connection unavailable', async () => {
  const call = await callAgainst((request) => {
    request.socket.destroy();
  });
  const { signal } = new AbortController();
  await expect(asChatErrors(signal, () => call(request, { answer, signal }))).rejects.toMatchObject({
    name: 'ChatError',
    kind: 'unavailable',
  });
});
