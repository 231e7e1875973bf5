import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { NemoError } from '../../src/ports/backend.ts';
import {
  asOperator,
  asPerson,
  collect,
  createTestClient,
  errorOf,
  type LoopbackServer,
  serve,
} from './kit.ts';

type Client = ReturnType<typeof createTestClient>;

let backend: LoopbackServer | null = null;
let test: Client | null = null;

const start = async (
  listener: (request: IncomingMessage, response: ServerResponse) => void,
  changes: Parameters<typeof createTestClient>[1] = {},
): Promise<Client & { url: string }> => {
  backend = await serve(listener);
  test = createTestClient(backend.url, changes);
  return { ...test, url: backend.url };
};

const open = (client: Client['client'], signal?: AbortSignal) =>
  client.openStream({ ...asOperator(signal), sessionId: 's', text: 'hello' });

const asStream = (response: ServerResponse): ServerResponse =>
  response.writeHead(200, { 'Content-Type': 'text/event-stream; charset=utf-8' });

const asJson = (response: ServerResponse, body: unknown, status = 200): void => {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
};

const words = (text: string): string =>
  `data: ${JSON.stringify({ content: { role: 'model', parts: [{ text }] } })}\n\n`;

afterEach(async () => {
  await test?.client.close();
  await backend?.close();
  test = null;
  backend = null;
});

describe('a stream', () => {
  it('gives its words while they are written', async () => {
    const answered = Promise.withResolvers<ServerResponse>();
    const { client } = await start((_request, response) => {
      asStream(response).write(words('one'));
      answered.resolve(response);
    });
    const events = (await open(client))[Symbol.asyncIterator]();
    expect(await events.next()).toMatchObject({ value: { text: 'one' } });
    (await answered.promise).end(words('two'));
    expect(await events.next()).toMatchObject({ value: { text: 'two' } });
    expect(await events.next()).toEqual({ done: true, value: undefined });
  });

  it('is open as soon as its headers are there', async () => {
    const { client } = await start((_request, response) => asStream(response).flushHeaders());
    await expect(open(client)).resolves.toBeDefined();
  });

  it('that ends with nothing said ends cleanly', async () => {
    const { client } = await start((_request, response) => asStream(response).end());
    expect(await collect(await open(client))).toEqual([]);
  });

  it('that is cut gives its words and then a network error', async () => {
    const { client } = await start((_request, response) => {
      asStream(response).write(`${words('one')}data: {"te`);
      setImmediate(() => response.destroy());
    });
    const seen: unknown[] = [];
    const error = await errorOf(
      (async () => {
        for await (const event of await open(client)) seen.push(event);
      })(),
    );
    expect(seen).toMatchObject([{ text: 'one' }]);
    expect(error).toBeInstanceOf(NemoError);
    expect(error).toMatchObject({ kind: 'network', sent: true, problem: { kind: 'backendUnavailable' } });
  });

  it('that its reader leaves ends at the backend', async () => {
    const closed = Promise.withResolvers<void>();
    const { client } = await start((_request, response) => {
      asStream(response).write(words('one'));
      response.on('close', () => closed.resolve());
    });
    for await (const event of await open(client)) {
      expect(event).toMatchObject({ text: 'one' });
      break;
    }
    await expect(closed.promise).resolves.toBeUndefined();
  });

  it('that is aborted ends with the reason of the signal, at the backend too', async () => {
    const closed = Promise.withResolvers<void>();
    const { client } = await start((_request, response) => {
      asStream(response).write(words('one'));
      response.on('close', () => closed.resolve());
    });
    const stop = new AbortController();
    const reason = new Error('stopped by the person');
    const error = await errorOf(
      (async () => {
        for await (const event of await open(client, stop.signal))
          if (event.type === 'text') stop.abort(reason);
      })(),
    );
    expect(error).toBe(reason);
    await closed.promise;
  });

  it('that was aborted before it began sends nothing', async () => {
    let requests = 0;
    const { client } = await start((_request, response) => {
      requests += 1;
      response.end();
    });
    const reason = new Error('too late');
    expect(await errorOf(open(client, AbortSignal.abort(reason)))).toBe(reason);
    expect(requests).toBe(0);
  });

  it('that waits for its headers can be aborted', async () => {
    const asked = Promise.withResolvers<void>();
    const { client } = await start(() => asked.resolve());
    const stop = new AbortController();
    const opening = errorOf(open(client, stop.signal));
    await asked.promise;
    stop.abort(new Error('enough'));
    expect(await opening).toBe(stop.signal.reason);
  });

  it('that lasts longer than its limit is a time-out', async () => {
    // The limit is the seed's plus half a minute of slack; a negative setting brings it down to a test's patience.
    const { client } = await start((_request, response) => asStream(response).write(words('one')), {
      settings: { streamMaxMs: -29_000 },
    });
    const error = await errorOf(open(client).then(collect));
    expect(error).toMatchObject({ kind: 'timeout', sent: true, problem: { kind: 'backendUnavailable' } });
  });

  it('that ends while the client closes leaves nothing open', async () => {
    const { client } = await start((_request, response) => asStream(response).write(words('one')));
    const events = (await open(client))[Symbol.asyncIterator]();
    await events.next();
    await client.close();
    expect(await errorOf(events.next())).toMatchObject({ kind: 'network' });
  });

  it('of more bytes than are read is too long', async () => {
    const { client } = await start((_request, response) => {
      asStream(response);
      const chunk = `: ${'x'.repeat(65_000)}\n\n`;
      const write = (): void => {
        while (!response.destroyed && response.write(chunk));
      };
      response.on('drain', write);
      write();
    });
    const error = await errorOf(open(client).then(collect));
    expect(error).toMatchObject({ kind: 'tooLarge', sent: true, problem: { kind: 'answerTooLong' } });
  });

  it('is sent once although its connection is reset before the answer', async () => {
    let requests = 0;
    const { client } = await start((request) => {
      requests += 1;
      request.socket.resetAndDestroy();
    });
    expect(await errorOf(open(client))).toMatchObject({ kind: 'network', sent: true });
    expect(requests).toBe(1);
  });

  it('never travels on a connection that was used before', async () => {
    const ports: (number | undefined)[] = [];
    const { client } = await start((request, response) => {
      ports.push(request.socket.remotePort);
      if (request.url === '/run_sse') asStream(response).end(words('one'));
      else asJson(response, { code: 0, data: {} });
    });
    await client.credits(asOperator());
    await collect(await open(client));
    await collect(await open(client));
    expect(new Set(ports).size).toBe(3);
  });

  it('to an address where nobody listens was certainly not sent', async () => {
    const gone = await serve(() => undefined);
    await gone.close();
    test = createTestClient(gone.url);
    expect(await errorOf(open(test.client))).toMatchObject({ kind: 'network', sent: false });
  });
});

describe('an answer that is no stream', () => {
  it.each([
    [200, { code: 1002, message: 'session not found' }, 'sessionLost', false],
    [404, { detail: 'Session not found: s' }, 'sessionLost', false],
    [404, { error: 'Session not found: undefined' }, 'sessionLost', false],
    [422, { detail: [{ type: 'missing', loc: ['body'], msg: 'Field required' }] }, 'requestRejected', false],
    [200, { code: 2001, message: 'no credits', data: { user_id: 'anon_9' } }, 'outOfCredits', false],
    [402, {}, 'planBlocked', false],
    [500, { detail: 'oops' }, 'backendUnavailable', true],
    [502, { code: 2001 }, 'outOfCredits', true],
  ])('with status %i and body %j means %s', async (status, body, kind, sent) => {
    const { client } = await start((_request, response) => asJson(response, body, status));
    expect(await errorOf(open(client))).toMatchObject({ kind: 'refused', sent, problem: { kind } });
  });

  it('names the account for the registration link', async () => {
    const { client } = await start((_request, response) =>
      asJson(response, { code: 2001, data: { user_id: 'anon_9' } }),
    );
    expect(await errorOf(open(client))).toMatchObject({
      problem: { kind: 'outOfCredits', bindId: 'anon_9' },
    });
  });

  it('is a protocol error when it is JSON without a refusal, and may have been acted on', async () => {
    const { client } = await start((_request, response) => asJson(response, [{ content: {} }]));
    expect(await errorOf(open(client))).toMatchObject({ kind: 'protocol', sent: true });
  });

  it('is a protocol error when it is a page', async () => {
    const { client } = await start((_request, response) => {
      response.writeHead(200, { 'Content-Type': 'text/html' }).end('<html>');
    });
    expect(await errorOf(open(client))).toMatchObject({ kind: 'protocol', sent: true });
  });

  it('that redirects is refused: an instruction is not carried elsewhere', async () => {
    let requests = 0;
    const { client } = await start((_request, response) => {
      requests += 1;
      response.writeHead(307, { Location: '/elsewhere' }).end();
    });
    expect(await errorOf(open(client))).toMatchObject({ kind: 'refused', problem: { kind: 'unknown' } });
    expect(requests).toBe(1);
  });

  it('says in no error what the token or the words were', async () => {
    const { client } = await start((_request, response) =>
      asJson(response, { code: 5, message: 'bad nmv_usr_abc at https://x.invalid/?sig=1' }),
    );
    const error = await errorOf(open(client));
    expect(String(error)).not.toMatch(/nmv_usr_|hello|sig=/u);
  });
});

describe('remedies before the stream', () => {
  it('renew a starter token once and send the instruction again', async () => {
    const tokens = ['nmv_usr_first', 'nmv_usr_second'];
    const sent: (string | undefined)[] = [];
    const { client, records } = await start((request, response) => {
      if (request.url !== '/run_sse') return asJson(response, { code: 0, data: { token: tokens.shift() } });
      sent.push(request.headers.authorization);
      if (sent.length === 1) return asJson(response, { code: 1001, message: 'expired' });
      asStream(response).end(words('hello'));
    });
    const events = await collect(await client.openStream({ ...asPerson('p'), sessionId: 's', text: 'hi' }));
    expect(events).toMatchObject([{ text: 'hello' }]);
    expect(sent).toEqual(['Bearer nmv_usr_first', 'Bearer nmv_usr_second']);
    expect(records.records.get('anonymous:p')?.token).toBe('nmv_usr_second');
  });

  it('give up when the renewed token is refused as well', async () => {
    let instructions = 0;
    const { client } = await start((request, response) => {
      if (request.url !== '/run_sse')
        return asJson(response, { code: 0, data: { token: `nmv_usr_${instructions}` } });
      instructions += 1;
      asJson(response, { code: 1001 }, 401);
    });
    const error = await errorOf(client.openStream({ ...asPerson('p'), sessionId: 's', text: 'hi' }));
    expect(error).toMatchObject({ problem: { kind: 'tokenRefused', retry: 'never' } });
    expect(instructions).toBe(2);
  });

  it('never change the account when the operator token is refused, and tell the operator', async () => {
    const paths: (string | undefined)[] = [];
    const { client, log } = await start((request, response) => {
      paths.push(request.url);
      asJson(response, { code: 1001 });
    });
    expect(await errorOf(open(client))).toMatchObject({
      problem: { kind: 'operatorTokenRefused', retry: 'never' },
    });
    expect(paths).toEqual(['/run_sse']);
    expect(log.lines.filter(({ level }) => level === 'error').map(({ message }) => message)).toEqual([
      expect.stringContaining('NEMO_TOKEN'),
    ]);
  });

  it('wait out a rate limit once', async () => {
    let instructions = 0;
    const { client, clock } = await start((_request, response) => {
      instructions += 1;
      if (instructions === 1) return asJson(response, {}, 429);
      asStream(response).end(words('hello'));
    });
    expect(await collect(await open(client))).toMatchObject([{ text: 'hello' }]);
    expect(clock.sleeps).toEqual([30_000]);
  });

  it('give up when the rate limit stays', async () => {
    let instructions = 0;
    const { client, clock } = await start((_request, response) => {
      instructions += 1;
      asJson(response, { code: 429 });
    });
    expect(await errorOf(open(client))).toMatchObject({
      problem: { kind: 'rateLimited', retry: 'never' },
      sent: false,
    });
    expect(instructions).toBe(2);
    expect(clock.sleeps).toEqual([30_000]);
  });
});

/** The ways in which a refusal may come although a stream was promised (nemo-api §4.1: no source says which). */
const lateRefusals: readonly (readonly [string, (response: ServerResponse, code: number) => void])[] = [
  ['as its first event', (response, code) => asStream(response).end(`data: {"code":${code}}\n\n`)],
  [
    'after signs of life',
    (response, code) => asStream(response).end(`: hi\n\ndata:\n\ndata: {"code":${code},"message":"no"}\n\n`),
  ],
  ['as JSON without a type', (response, code) => response.writeHead(200).end(JSON.stringify({ code }))],
  ['as JSON that calls itself a stream', (response, code) => asStream(response).end(`{"code":${code}}`)],
];

describe.each(lateRefusals)('a refusal that comes %s', (_how, refuse) => {
  it('of a token is remedied once, and the instruction sent again', async () => {
    const tokens = ['nmv_usr_first', 'nmv_usr_second'];
    const sent: (string | undefined)[] = [];
    const { client } = await start((request, response) => {
      if (request.url !== '/run_sse') return asJson(response, { code: 0, data: { token: tokens.shift() } });
      sent.push(request.headers.authorization);
      if (sent.length === 1) return refuse(response, 1001);
      asStream(response).end(words('hello'));
    });
    const stream = await client.openStream({ ...asPerson('p'), sessionId: 's', text: 'hi' });
    expect((await collect(stream)).filter(({ type }) => type !== 'heartbeat')).toMatchObject([
      { text: 'hello' },
    ]);
    expect(sent).toEqual(['Bearer nmv_usr_first', 'Bearer nmv_usr_second']);
  });

  it('of every token ends after the second', async () => {
    let instructions = 0;
    const { client } = await start((request, response) => {
      if (request.url !== '/run_sse')
        return asJson(response, { code: 0, data: { token: `nmv_usr_${instructions}` } });
      instructions += 1;
      refuse(response, 1001);
    });
    const stream = await client.openStream({ ...asPerson('p'), sessionId: 's', text: 'hi' });
    expect(await errorOf(collect(stream))).toMatchObject({
      problem: { kind: 'tokenRefused', retry: 'never' },
      sent: false,
    });
    expect(instructions).toBe(2);
  });

  it('of the session is told as one on which nothing was done', async () => {
    const { client } = await start((_request, response) => refuse(response, 1002));
    expect(await errorOf(collect(await open(client)))).toMatchObject({
      kind: 'refused',
      problem: { kind: 'sessionLost' },
      sent: false,
    });
  });
});

it('a refusal that comes after words is an error of theirs, and nothing is sent again', async () => {
  let instructions = 0;
  const { client } = await start((_request, response) => {
    instructions += 1;
    asStream(response).end(`${words('one')}data: {"code":1001}\n\n`);
  });
  expect(await collect(await open(client))).toMatchObject([
    { text: 'one' },
    { type: 'error', isFinal: true },
  ]);
  expect(instructions).toBe(1);
});
