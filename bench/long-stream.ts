/** Whether memory stays flat while a stream of an hour is read. The backend is a process of its own. Prints one line of JSON. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { z } from 'zod';
import { reduceTurn } from '../src/core/reduce-turn.ts';
import type { BackendEvent } from '../src/core/turn.ts';
import { queuedTurn, type TurnState } from '../src/core/turn.ts';
import { createNemoClient } from '../src/nemo/client.ts';
import { silentLog } from '../src/ports/log.ts';
import { callFrame, heartbeatFrame, resultFrame, wordsFrame } from './agent-frames.ts';
import { seedTiming } from './seed-timing.ts';

const minutes = 60;
const looks = 10;
/** A minute of the agent: a tool that works for 20 s with a sign of life every 2 s, then 20 characters every 200 ms. */
const heartbeatsAMinute = 10;
const piecesAMinute = 200;
const pieceLength = 20;

const portSchema = z.object({ port: z.number() });

function* hour(): Generator<string> {
  for (let minute = 0; minute < minutes; minute += 1) {
    yield callFrame(`call-${minute}`, 'edit_multitrack');
    for (let beat = 0; beat < heartbeatsAMinute; beat += 1) yield heartbeatFrame;
    yield resultFrame(`call-${minute}`, 'edit_multitrack');
    const pieces = Array.from({ length: piecesAMinute }, (_, index) =>
      ` ${minute}:${index} `.padEnd(pieceLength, 'la '),
    );
    for (const piece of pieces) yield wordsFrame(piece, true);
    yield wordsFrame(pieces.join(''), false);
  }
}

/** The child process: a backend that says an hour's words as fast as they are read. */
const runBackend = async (): Promise<void> => {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    Readable.from(hour(), { objectMode: false }).pipe(response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  process.send?.(server.address());
};

const createClient = (port: number) =>
  createNemoClient({
    settings: {
      apiUrl: `http://127.0.0.1:${port}`,
      webUrl: 'https://nemovideo.com',
      operatorToken: 'nmv_usr_bench',
      attribution: { source: 'bench', version: '1.0.0', platform: 'unknown' },
      rateLimitWaitMs: 0,
      streamMaxMs: 3_600_000,
      fileHosts: [],
    },
    accounts: { get: async () => null, set: async () => {}, delete: async () => {} },
    exclusively: (_name, _signal, work) => work(),
    clock: { nowMs: () => Date.now(), sleep: async () => {} },
    newId: () => crypto.randomUUID(),
    log: silentLog,
  });

const createCollect = (): (() => number) => {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect !== 'function') throw new Error('This Node does not let its garbage be collected.');
  return () => {
    collect();
    return Math.round(process.memoryUsage().heapUsed / 1024);
  };
};

/** Heap after collection, in KB: at the first event, and after each tenth of the hour. */
const watch = async (
  events: AsyncIterable<BackendEvent>,
): Promise<{ heapKb: number[]; state: TurnState }> => {
  const heapUsedKb = createCollect();
  const heapKb: number[] = [];
  let state = reduceTurn(queuedTurn, { type: 'submitted', atMs: 0 }, seedTiming);
  for await (const event of events) {
    const minute = state.said.length;
    state = reduceTurn(state, { ...event, atMs: minute * 60_000 }, seedTiming);
    const isTenth = state.said.length > minute && state.said.length % (minutes / looks) === 0;
    if (heapKb.length === 0 || isTenth) heapKb.push(heapUsedKb());
  }
  return { heapKb, state };
};

/**
 * The real client over HTTP, the real reader and the real reducer, as fast as they go. No clock runs, so the product's own limit of 15
 * minutes does not end it; its limits for the size of a stream hold. The words themselves are kept, and they are told apart.
 */
export const benchLongStream = async (): Promise<Record<string, unknown>> => {
  const backend = fork(fileURLToPath(import.meta.url), ['backend']);
  try {
    const [address]: unknown[] = await once(backend, 'message');
    const client = createClient(portSchema.parse(address).port);
    const events = await client.openStream({
      account: { kind: 'operator' },
      signal: new AbortController().signal,
      sessionId: '1',
      text: 'Talk for an hour.',
    });
    const { heapKb, state } = await watch(events);
    await client.close();
    const characters = state.said.reduce((sum, { length }) => sum + length, 0);
    return {
      bench: 'long-stream',
      minutes: state.said.length,
      heapKb,
      growthKb: (heapKb.at(-1) ?? 0) - (heapKb[0] ?? 0),
      wordsKb: Math.round(characters / 1024),
    };
  } finally {
    backend.kill();
  }
};

if (import.meta.main && process.argv[2] === 'backend') await runBackend();
else if (import.meta.main) process.stdout.write(`${JSON.stringify(await benchLongStream())}\n`);
