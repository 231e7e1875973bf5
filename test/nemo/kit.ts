/** What the tests of the NemoVideo client share: a clock that never waits, accounts in memory, a log that is kept. */
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createNemoClient, type NemoDependencies, type NemoSettings } from '../../src/nemo/client.ts';
import type { BackendCall } from '../../src/ports/backend.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Exclusively } from '../../src/ports/leases.ts';
import type { Log } from '../../src/ports/log.ts';
import type { AccountRecord, RecordStore } from '../../src/ports/store.ts';
import { createLocalCluster } from '../../src/sessions/local-cluster.ts';

export type FakeClock = Clock & { readonly sleeps: number[]; advance(durationMs: number): void };

/** Sleeps end at once and are noted; an aborted signal rejects as the real clock does. */
export const createFakeClock = (): FakeClock => {
  let nowMs = Date.parse('2026-11-22T12:00:00Z');
  const sleeps: number[] = [];
  return {
    sleeps,
    nowMs: () => nowMs,
    advance: (durationMs) => {
      nowMs += durationMs;
    },
    sleep: async (durationMs, signal) => {
      signal.throwIfAborted();
      sleeps.push(durationMs);
      nowMs += durationMs;
    },
  };
};

export type MemoryRecords = RecordStore<AccountRecord> & {
  readonly records: Map<string, AccountRecord>;
  readonly writes: AccountRecord[];
};

export const createMemoryRecords = (): MemoryRecords => {
  const records = new Map<string, AccountRecord>();
  const writes: AccountRecord[] = [];
  return {
    records,
    writes,
    get: async (id) => records.get(id) ?? null,
    set: async (id, record) => {
      writes.push(record);
      records.set(id, record);
    },
    delete: async (id) => {
      records.delete(id);
    },
  };
};

export type LogLine = {
  readonly level: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly message: string;
};

export const createRecordingLog = (): Log & { readonly lines: LogLine[] } => {
  const lines: LogLine[] = [];
  const at =
    (level: string) =>
    (fields: Readonly<Record<string, unknown>>, message: string): void => {
      lines.push({ level, fields, message });
    };
  const log = {
    lines,
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: () => log,
  };
  return log;
};

export const operatorToken = 'nmv_usr_operator_token_of_the_tests';

export const settingsFor = (apiUrl: string): NemoSettings => ({
  apiUrl,
  webUrl: 'https://nemovideo.com',
  operatorToken,
  attribution: { source: 'for-beginners-ai-image', version: '1.0.0', platform: 'unknown' },
  rateLimitWaitMs: 30_000,
  streamMaxMs: 900_000,
  fileHosts: ['127.0.0.1'],
});

/** A client with its surroundings; `close` it after the test. */
export const createTestClient = (
  apiUrl: string,
  changes: {
    settings?: Partial<NemoSettings>;
    limits?: NemoDependencies['limits'];
    newId?: () => string;
    /** What another process of the cluster shares with this one. */
    shared?: { readonly records: MemoryRecords; readonly exclusively: Exclusively };
  } = {},
) => {
  const clock = createFakeClock();
  const records = changes.shared?.records ?? createMemoryRecords();
  const exclusively = changes.shared?.exclusively ?? createLocalCluster().exclusively;
  const log = createRecordingLog();
  let ids = 0;
  const client = createNemoClient({
    settings: { ...settingsFor(apiUrl), ...changes.settings },
    accounts: records,
    exclusively,
    clock,
    newId:
      changes.newId ??
      (() => {
        ids += 1;
        return `00000000-0000-4000-8000-${String(ids).padStart(12, '0')}`;
      }),
    log,
    random: () => 0.5,
    limits: changes.limits ?? {},
  });
  return { client, clock, records, exclusively, log };
};

export const asOperator = (signal: AbortSignal = new AbortController().signal): BackendCall => ({
  account: { kind: 'operator' },
  signal,
});

export const asPerson = (
  personId: string,
  signal: AbortSignal = new AbortController().signal,
): BackendCall => ({
  account: { kind: 'anonymous', personId },
  signal,
});

export type LoopbackServer = { readonly url: string; readonly server: Server; close(): Promise<void> };

/** A server on a free port of this machine. */
export const serve = async (
  listener: (...heard: Parameters<RequestListener>) => void | Promise<void>,
): Promise<LoopbackServer> => {
  const server = createServer((request, response) => void listener(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return {
    url: `http://127.0.0.1:${address.port}`,
    server,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};

export const collect = async <T>(events: AsyncIterable<T>): Promise<T[]> => {
  const collected: T[] = [];
  for await (const event of events) collected.push(event);
  return collected;
};

/** The error that the work rejects with; a test that gets none fails. */
export const errorOf = async (work: Promise<unknown>): Promise<unknown> => {
  try {
    await work;
  } catch (error) {
    return error;
  }
  throw new Error('It was expected to reject and did not.');
};
