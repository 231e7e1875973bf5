/** How much memory it takes to hand files of 20 and of 200 MB over as bytes. The servers run in a process of their own. Prints one line of JSON. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { z } from 'zod';
import { createNemoClient } from '../src/nemo/client.ts';
import type { Clock } from '../src/ports/clock.ts';
import { silentLog } from '../src/ports/log.ts';
import type { AccountRecord, RecordStore } from '../src/ports/store.ts';

const megabyte = 1024 * 1024;
/** Memory is flat when ten times as much takes no more. */
const sizes = [20 * megabyte, 200 * megabyte] as const;
const chunkSizeBytes = 64 * 1024;
const sampleIntervalMs = 20;

const portsSchema = z.object({ host: z.number(), backend: z.number() });

const listen = async (listener: RequestListener): Promise<number> => {
  const server = createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return address.port;
};

/** A WAV file: a header that says what it is, and silence. */
function* silence(sizeBytes: number): Generator<Uint8Array> {
  const chunk = Buffer.alloc(chunkSizeBytes);
  for (let sent = 0; sent < sizeBytes; sent += chunk.length) {
    if (sent === 0)
      yield Buffer.concat([Buffer.from('RIFF\0\0\0\u0010WAVEfmt ', 'latin1'), chunk.subarray(16)]);
    else yield chunk;
  }
}

/** The child process: a host of files, and a backend that cannot fetch and counts what it is sent. */
const runServers = async (sizeBytes: number): Promise<void> => {
  const host = await listen((_request, response) => {
    response.writeHead(200, { 'Content-Length': sizeBytes });
    Readable.from(silence(sizeBytes))
      .pipe(response)
      .on('error', () => response.destroy());
  });
  const backend = await listen((request, response) => {
    let received = 0;
    request.on('data', (chunk: Uint8Array) => {
      received += chunk.length;
    });
    request.on('end', () => {
      const isWhole = received > sizeBytes;
      response.writeHead(isWhole ? 200 : 422, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify({ code: isWhole ? 0 : 422 }));
    });
  });
  process.send?.({ host, backend });
};

const clock: Clock = { nowMs: () => Date.now(), sleep: async () => {} };
const noAccounts: RecordStore<AccountRecord> = {
  get: async () => null,
  set: async () => {},
  delete: async () => {},
};

const handOver = async (
  { host, backend }: z.output<typeof portsSchema>,
  sizeBytes: number,
): Promise<void> => {
  const client = createNemoClient({
    settings: {
      apiUrl: `http://127.0.0.1:${backend}`,
      webUrl: 'https://nemovideo.com',
      operatorToken: 'nmv_usr_bench',
      attribution: { source: 'bench', version: '1.0.0', platform: 'unknown' },
      rateLimitWaitMs: 0,
      streamMaxMs: 1_000,
      fileHosts: ['127.0.0.1'],
    },
    accounts: noAccounts,
    exclusively: (_name, _signal, work) => work(),
    clock,
    newId: () => crypto.randomUUID(),
    log: silentLog,
  });
  const file = {
    name: 'silence.wav',
    url: `http://127.0.0.1:${host}/silence.wav`,
    sizeBytes,
    contentType: null,
  };
  const signal = new AbortController().signal;
  const [result] = await client.handOver({
    account: { kind: 'operator' },
    signal,
    sessionId: '1',
    files: [file],
  });
  await client.close();
  if (result?.accepted !== true) throw new Error('The file was not taken.');
};

const megabytes = (bytes: number): number => Math.round(bytes / megabyte);

/** What is in use after the garbage is gone; memory of the system beyond it only waits to be collected. */
const createInUse = (): (() => number) => {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect !== 'function') throw new Error('This Node does not let its garbage be collected.');
  return () => {
    collect();
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };
};

type Measured = { readonly growthBytes: number; readonly inUseBytes: number; readonly seconds: number };

/** `growthBytes`: the most that this process held above what it held before; `inUseBytes`: the same of what was in use. */
const measure = async (sizeBytes: number): Promise<Measured> => {
  const servers = fork(fileURLToPath(import.meta.url), ['servers', String(sizeBytes)]);
  const inUse = createInUse();
  try {
    const [message]: unknown[] = await once(servers, 'message');
    const before = { rss: process.memoryUsage.rss(), inUse: inUse() };
    const peak = { ...before };
    const sampler = setInterval(() => {
      peak.rss = Math.max(peak.rss, process.memoryUsage.rss());
      peak.inUse = Math.max(peak.inUse, inUse());
    }, sampleIntervalMs);
    const startedAt = performance.now();
    await handOver(portsSchema.parse(message), sizeBytes);
    const seconds = (performance.now() - startedAt) / 1_000;
    clearInterval(sampler);
    return { growthBytes: peak.rss - before.rss, inUseBytes: peak.inUse - before.inUse, seconds };
  } finally {
    servers.kill();
  }
};

/** The first file pays for everything that is loaded and compiled on the way; the second one is ten times as large. */
export const benchUpload = async (): Promise<Record<string, unknown>> => {
  const [small, large] = sizes;
  const first = await measure(small);
  const second = await measure(large);
  return {
    bench: 'upload',
    fileMegabytes: [megabytes(small), megabytes(large)],
    growthMegabytes: [megabytes(first.growthBytes), megabytes(second.growthBytes)],
    inUseMegabytes: [megabytes(first.inUseBytes), megabytes(second.inUseBytes)],
    megabytesPerSecond: Math.round(megabytes(large) / second.seconds),
  };
};

if (process.argv[2] === 'servers') await runServers(Number(process.argv[3]));
else if (import.meta.main) process.stdout.write(`${JSON.stringify(await benchUpload())}\n`);
