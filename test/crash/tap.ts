/** A server between the bot and a stand-in: names each moment of each request, and may lose it there. Knows no meaning of a request. */
import { createServer, type IncomingMessage, type ServerResponse, request as send } from 'node:http';
import { arrayBuffer } from 'node:stream/consumers';

/**
 * `sent`: the service has not seen the request yet. `done`: the service has carried it out, and its answer is held back.
 * `streaming`: a piece of an answer that comes bit by bit. `answered`: the bot has the whole answer.
 */
export type Moment = 'sent' | 'done' | 'streaming' | 'answered';

/** One moment of one request: the method and the path, with every number and token in it replaced by `:id`. */
export type Passage = { readonly call: string; readonly moment: Moment };

/** `lose`: the connection breaks here, on both sides. */
export type Verdict = 'pass' | 'lose';

type Tap = { readonly url: string; close(): Promise<void> };

const longName = /^(?:\d{5,}|[\w.-]{24,}|[0-9a-f-]{36}|render_\d+|[\w-]+_[0-9a-f]{8,}.*)$/u;

/** `POST /channels/:id/messages`. */
const callOf = (request: IncomingMessage): string => {
  const { pathname } = new URL(request.url ?? '/', 'http://tap');
  const parts = pathname.split('/').map((part) => (longName.test(part) ? ':id' : part));
  return `${request.method ?? ''} ${parts.join('/')}`;
};

const readAll = async (stream: IncomingMessage): Promise<Buffer> => Buffer.from(await arrayBuffer(stream));

/** Sends the request on; resolves with the head of the answer. */
const forward = (incoming: IncomingMessage, target: URL, body: Buffer): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const options = { method: incoming.method, headers: { ...incoming.headers, host: target.host } };
    send(new URL(incoming.url ?? '/', target), options, resolve)
      .on('error', reject)
      .end(body);
  });

const isStream = (answer: IncomingMessage): boolean =>
  (answer.headers['content-type'] ?? '').startsWith('text/event-stream');

class Lost extends Error {}

const passOn = async (
  exchange: { incoming: IncomingMessage; outgoing: ServerResponse; target: URL },
  judge: (moment: Moment) => Promise<Verdict>,
): Promise<void> => {
  const { incoming, outgoing, target } = exchange;
  const ask = async (moment: Moment): Promise<void> => {
    if ((await judge(moment)) === 'lose') throw new Lost(moment);
  };
  const body = await readAll(incoming);
  await ask('sent');
  const answer = await forward(incoming, target, body);
  try {
    const whole = isStream(answer) ? null : await readAll(answer);
    await ask('done');
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    if (whole === null) {
      outgoing.flushHeaders();
      for await (const chunk of answer) {
        outgoing.write(chunk);
        await ask('streaming');
      }
    }
    outgoing.end(whole ?? undefined);
    await ask('answered');
  } finally {
    answer.destroy();
  }
};

/** `judge` is asked at every moment of every request, and may take its time. */
export const createTap = async (
  targetUrl: string,
  judge: (passage: Passage) => Promise<Verdict>,
): Promise<Tap> => {
  const target = new URL(targetUrl);
  const server = createServer((incoming, outgoing) => {
    const call = callOf(incoming);
    passOn({ incoming, outgoing, target }, (moment) => judge({ call, moment })).catch(() => {
      // Lost on purpose, or because one side is gone: either way both sides are to see a broken connection.
      outgoing.socket?.resetAndDestroy();
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('The tap has no port.');
  return {
    url: `http://127.0.0.1:${address.port}${target.pathname.replace(/\/$/u, '')}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
};
