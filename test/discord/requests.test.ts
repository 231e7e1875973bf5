import { createServer } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { createRequestWatch } from '../../src/discord/requests.ts';

const opened: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0)) await close();
});

const startServer = async (answers: { status: number; scope?: string }[]): Promise<string> => {
  const server = createServer((_request, response) => {
    const answer = answers.shift() ?? { status: 500 };
    if (answer.scope) response.setHeader('X-RateLimit-Scope', answer.scope);
    response.writeHead(answer.status).end();
  });
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

test('counts the refusals for which Discord bans, of the running ten minutes', async () => {
  let nowMs = 0;
  const watch = createRequestWatch({ nowMs: () => nowMs, sleep: () => Promise.resolve() });
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
  expect(watch.invalidRequests()).toBe(3);
  nowMs = 600_000;
  expect(watch.invalidRequests()).toBe(0);
});

test('gives up a request when its signal aborts', async () => {
  const watch = createRequestWatch({ nowMs: () => 0, sleep: () => Promise.resolve() });
  const url = await startServer([]);
  await expect(watch.makeRequest(url, { method: 'GET', signal: AbortSignal.abort() })).rejects.toMatchObject({
    name: 'AbortError',
  });
});
