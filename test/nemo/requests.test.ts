import type { IncomingMessage, ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { readingsAtOnceMax } from '../../src/nemo/limits.ts';
import { asOperator, createTestClient, errorOf, type LoopbackServer, serve } from './kit.ts';

let servers: LoopbackServer[] = [];
let clients: ReturnType<typeof createTestClient>[] = [];

type Listener = (request: IncomingMessage, response: ServerResponse) => void;

const listen = async (listener: Listener): Promise<string> => {
  const server = await serve(listener);
  servers.push(server);
  return server.url;
};

const start = async (listener: Listener, limits: Parameters<typeof createTestClient>[1] = {}) => {
  const test = createTestClient(await listen(listener), limits);
  clients.push(test);
  return test;
};

const asJson = (response: ServerResponse, body: unknown, status = 200): void => {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
};

const credits = { code: 0, data: { available: 7, frozen: 0, total: 7 } };

afterEach(async () => {
  await Promise.all(clients.map(({ client }) => client.close()));
  await Promise.all(servers.map((server) => server.close()));
  clients = [];
  servers = [];
});

describe('a reading request', () => {
  it('is tried three times with growing waits between', async () => {
    let requests = 0;
    const { client, clock } = await start((_request, response) => {
      requests += 1;
      asJson(response, {}, 503);
    });
    expect(await errorOf(client.credits(asOperator()))).toMatchObject({
      problem: { kind: 'backendUnavailable' },
    });
    expect(requests).toBe(3);
    expect(clock.sleeps).toEqual([500, 1000]);
  });

  it.each([
    ['a reset connection', (response: ServerResponse) => response.socket?.resetAndDestroy()],
    [
      'an answer that is cut',
      (response: ServerResponse) =>
        response.writeHead(200, { 'Content-Length': '500' }).write('{', () => response.destroy()),
    ],
    [
      'a gateway that is down',
      (response: ServerResponse) => response.writeHead(502, { 'Content-Type': 'text/html' }).end('<html>'),
    ],
    ['a time-out that is told', (response: ServerResponse) => asJson(response, {}, 408)],
  ])('survives %s', async (_fault, fail) => {
    let requests = 0;
    const { client } = await start((_request, response) => {
      requests += 1;
      if (requests === 1) fail(response);
      else asJson(response, credits);
    });
    expect(await client.credits(asOperator())).toMatchObject({ available: 7 });
    expect(requests).toBe(2);
  });

  it('is not repeated when it is refused', async () => {
    let requests = 0;
    const { client } = await start((_request, response) => {
      requests += 1;
      asJson(response, { code: 1002 });
    });
    expect(await errorOf(client.snapshot({ ...asOperator(), sessionId: 's' }))).toMatchObject({
      problem: { kind: 'sessionLost' },
    });
    expect(requests).toBe(1);
  });

  it('ends at its limit though bytes trickle in', async () => {
    const timers: NodeJS.Timeout[] = [];
    const { client } = await start(
      (_request, response) => {
        response.writeHead(200, { 'Content-Type': 'application/json' });
        timers.push(setInterval(() => response.write(' '), 20));
      },
      { limits: { requestMaxMs: 120 } },
    );
    expect(await errorOf(client.credits(asOperator()))).toMatchObject({
      kind: 'timeout',
      problem: { kind: 'backendUnavailable' },
    });
    for (const timer of timers) clearInterval(timer);
  });

  it('ends with the reason of its signal', async () => {
    const asked = Promise.withResolvers<void>();
    const { client } = await start(() => asked.resolve());
    const stop = new AbortController();
    const work = errorOf(client.credits(asOperator(stop.signal)));
    await asked.promise;
    stop.abort(new Error('enough'));
    expect(await work).toBe(stop.signal.reason);
  });

  it('follows a redirect to its own origin', async () => {
    const { client } = await start((request, response) => {
      if (request.url === '/moved') asJson(response, credits);
      else response.writeHead(308, { Location: '/moved' }).end();
    });
    expect(await client.credits(asOperator())).toMatchObject({ available: 7 });
  });

  it('carries its token to no other origin', async () => {
    let visits = 0;
    const elsewhere = await listen((_request, response) => {
      visits += 1;
      asJson(response, credits);
    });
    const { client } = await start((_request, response) =>
      response.writeHead(302, { Location: elsewhere }).end(),
    );
    expect(await errorOf(client.credits(asOperator()))).toMatchObject({
      kind: 'refused',
      problem: { kind: 'unknown' },
    });
    expect(visits).toBe(0);
  });

  it('gives up on redirects that lead in a circle', async () => {
    let requests = 0;
    const { client } = await start((_request, response) => {
      requests += 1;
      response.writeHead(302, { Location: '/again' }).end();
    });
    expect(await errorOf(client.credits(asOperator()))).toMatchObject({ kind: 'refused' });
    expect(requests).toBe(6);
  });

  it.each([
    [
      'told by its length',
      (response: ServerResponse) => response.writeHead(200, { 'Content-Length': String(2 ** 31) }).write('{'),
    ],
    [
      'found while it comes',
      (response: ServerResponse) => response.end(`{"code":0,"pad":"${'x'.repeat(1024 * 1024)}"}`),
    ],
  ])('does not read an answer that is too long, %s', async (_how, send) => {
    const { client } = await start((_request, response) => {
      send(response);
    });
    expect(await errorOf(client.credits(asOperator()))).toMatchObject({
      kind: 'tooLarge',
      problem: { kind: 'answerTooLong' },
    });
  });

  it('never unpacks an answer: a bomb stays as small as it came, and is no JSON', async () => {
    const bomb = gzipSync(
      Buffer.from(JSON.stringify({ code: 0, data: { available: 7, more: ' '.repeat(2 ** 24) } })),
    );
    expect(bomb.length).toBeLessThan(2 ** 16);
    const { client } = await start((_request, response) => {
      response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' }).end(bomb);
    });
    expect(await errorOf(client.credits(asOperator()))).toMatchObject({ kind: 'protocol' });
  });

  it('reads a draft of several megabytes', async () => {
    const segment = { d: 100, m: { title: 'x'.repeat(1000) } };
    const draft = { t: [{ tt: 0, sg: Array.from({ length: 4000 }, () => segment) }] };
    const { client } = await start((_request, response) =>
      asJson(response, { code: 0, data: { state: { draft } } }),
    );
    expect(await client.snapshot({ ...asOperator(), sessionId: 's' })).toMatchObject({ draft });
  });

  it('reads a draft that is nested deeper than the call stack, and says so when it is to be sent', async () => {
    const draft = `${'{"t":['.repeat(50_000)}${']}'.repeat(50_000)}`;
    const { client } = await start((_request, response) => {
      response.writeHead(200, { 'Content-Type': 'application/json' });
      response.end(`{"code":0,"data":{"state":{"draft":${draft}}}}`);
    });
    const snapshot = await client.snapshot({ ...asOperator(), sessionId: 's' });
    const error = await errorOf(
      client.submitRender({ ...asOperator(), renderId: 'r', sessionId: 's', draft: snapshot.draft }),
    );
    expect(error).toMatchObject({ kind: 'protocol', sent: false, problem: { kind: 'requestRejected' } });
  });
});

describe('many reading requests', () => {
  it('wait for one another, and that is not taken for slowness of the backend', async () => {
    let requests = 0;
    const { client, log } = await start(
      (_request, response) => {
        requests += 1;
        if (requests > readingsAtOnceMax) asJson(response, credits);
      },
      { limits: { requestMaxMs: 2_000 } },
    );
    const asked = Array.from({ length: 2 * readingsAtOnceMax }, () => client.credits(asOperator()));
    await Promise.all(asked);
    // The first ones are never answered, and nobody else is taken for late because of that.
    const triedAgain = log.lines.filter(({ message }) => message.includes('tried again'));
    expect(triedAgain).toHaveLength(readingsAtOnceMax);
  });
});

describe('a request that changes something', () => {
  it.each([
    [
      'submitting a render',
      (client: (typeof clients)[number]['client']) =>
        client.submitRender({ ...asOperator(), renderId: 'r', sessionId: 's', draft: {} }),
    ],
    [
      'opening a session',
      (client: (typeof clients)[number]['client']) => client.openSession({ ...asOperator(), language: 'en' }),
    ],
    [
      'cancelling a render',
      (client: (typeof clients)[number]['client']) => client.cancelRender({ ...asOperator(), renderId: 'r' }),
    ],
  ])('is never repeated after a fault: %s', async (_what, work) => {
    for (const fail of [
      (response: ServerResponse) => response.socket?.resetAndDestroy(),
      (response: ServerResponse) => asJson(response, {}, 503),
    ]) {
      let requests = 0;
      const { client } = await start((_request, response) => {
        requests += 1;
        fail(response);
      });
      expect(await errorOf(work(client))).toMatchObject({
        sent: true,
        problem: { kind: 'backendUnavailable' },
      });
      expect(requests).toBe(1);
    }
  });
});

describe('a film', () => {
  const film = Buffer.alloc(100_000, '....ftyp');

  it('comes over a redirect, without the token', async () => {
    const headers: (string | undefined)[] = [];
    const cdn = await listen((request, response) => {
      headers.push(request.headers.authorization);
      if (request.url === '/film.mp4') response.writeHead(302, { Location: '/real.mp4' }).end();
      else response.writeHead(200, { 'Content-Type': 'video/mp4' }).end(film);
    });
    const { client } = await start((_request, response) => asJson(response, {}, 500));
    const bytes = await client.downloadRender({
      ...asOperator(),
      renderId: 'r',
      url: `${cdn}/film.mp4`,
      sizeBytesMax: film.length,
    });
    expect(bytes).toEqual(film);
    expect(headers).toEqual([undefined, undefined]);
  });

  it('that grows beyond the limit while it comes is too large', async () => {
    const cdn = await listen((_request, response) => {
      response.writeHead(200, { 'Content-Type': 'video/mp4' });
      response.write(film.subarray(0, 50_000));
      response.end(film.subarray(50_000));
    });
    const { client } = await start((_request, response) => asJson(response, {}, 500));
    expect(
      await client.downloadRender({
        ...asOperator(),
        renderId: 'r',
        url: `${cdn}/film.mp4`,
        sizeBytesMax: film.length - 1,
      }),
    ).toBe('tooLarge');
  });

  it('comes from the backend over a redirect, and the token stays behind', async () => {
    const headers: (string | undefined)[] = [];
    const cdn = await listen((request, response) => {
      headers.push(request.headers.authorization);
      response.writeHead(200, { 'Content-Type': 'video/mp4' }).end(film);
    });
    const { client } = await start((_request, response) =>
      response.writeHead(302, { Location: `${cdn}/film.mp4` }).end(),
    );
    const url = 'https://127.0.0.1:9/film.mp4';
    expect(
      await client.downloadRender({ ...asOperator(), renderId: 'r', url, sizeBytesMax: film.length }),
    ).toEqual(film);
    expect(headers).toEqual([undefined]);
  });

  it.each([
    ['a program', Buffer.from('MZ\u0000\u0000program'), {}],
    ['an archive', gzipSync(film), {}],
    ['nothing', Buffer.alloc(0), {}],
    ['a page that calls itself a film', Buffer.from(' <!doctype html><script></script>'), {}],
    ['an error that calls itself a film', Buffer.from('{"code":1002}'), {}],
    ['squeezed into a hundredth of its size', gzipSync(film), { 'Content-Encoding': 'gzip' }],
    ['squeezed in a way of its own', Buffer.from('no film'), { 'Content-Encoding': 'br' }],
    ['not called one by its host', Buffer.from('no film'), { 'Content-Type': 'application/octet-stream' }],
  ])('that is %s is not taken for one', async (_what, bytes, headers) => {
    const { client } = await start((_request, response) => {
      response.writeHead(200, { 'Content-Type': 'video/mp4', ...headers }).end(bytes);
    });
    const url = 'https://127.0.0.1:9/film.mp4';
    const error = await errorOf(
      client.downloadRender({ ...asOperator(), renderId: 'r', url, sizeBytesMax: film.length }),
    );
    expect(error).toMatchObject({ problem: { kind: 'backendUnavailable' } });
  });

  it('that begins with another box is one if its host says so', async () => {
    const old = Buffer.from('\0\0\0\u0008wide\0\0\0\u0008mdat');
    const cdn = await listen((_request, response) =>
      response.writeHead(200, { 'Content-Type': 'Video/QuickTime; charset=binary' }).end(old),
    );
    const { client } = await start((_request, response) => asJson(response, {}, 500));
    const url = `${cdn}/film.mov`;
    expect(
      await client.downloadRender({ ...asOperator(), renderId: 'r', url, sizeBytesMax: old.length }),
    ).toEqual(old);
  });

  it('that nobody has any more is unavailable', async () => {
    const cdn = await listen((_request, response) => response.writeHead(404).end());
    const { client } = await start((_request, response) => asJson(response, {}, 500));
    const error = await errorOf(
      client.downloadRender({ ...asOperator(), renderId: 'r', url: `${cdn}/film.mp4`, sizeBytesMax: 10 }),
    );
    expect(error).toMatchObject({ problem: { kind: 'backendUnavailable' } });
  });
});
