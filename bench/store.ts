/** How long an accepted turn takes to be on disk, and how many a second can be accepted. Prints one line of JSON. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { queuedTurn } from '../src/core/turn.ts';
import { openLanes } from '../src/lanes/open.ts';
import type { Clock } from '../src/ports/clock.ts';
import type { Lanes } from '../src/ports/lanes.ts';
import { silentLog } from '../src/ports/log.ts';
import type { Store, TurnRecord } from '../src/ports/store.ts';
import { putInLine } from '../src/relay/intake/line.ts';
import { openSessions } from '../src/sessions/open.ts';
import { startPostgres } from '../test/postgres/server.ts';

/** Milliseconds, rounded to a hundredth. */
type Spread = { readonly p50: number; readonly p99: number; readonly max: number };

const turnCount = 2_000;
const resumeCount = 1_000;

const clock: Clock = {
  nowMs: () => Date.now(),
  sleep: async (durationMs, signal) => {
    await sleep(durationMs, undefined, { signal });
  },
};

const turnOf = (turnId: string): TurnRecord => ({
  turnId,
  threadId: `thread-of-${turnId}`,
  guildId: '1234567890123456789',
  requesterId: '1234567890123456789',
  locale: 'en',
  instruction: 'Make a ten second time lapse of a city at night with calm music and a title.',
  files: [],
  acceptedAtMs: clock.nowMs(),
  source: null,
  state: queuedTurn,
  statusMessages: [],
  before: null,
  renderId: null,
  isRenderOffered: false,
  credits: null,
});

const round = (value: number): number => Math.round(value * 100) / 100;

const spreadOf = (durations: readonly number[]): Spread => {
  const sorted = durations.toSorted((a, b) => a - b);
  const at = (share: number): number => round(sorted[Math.floor((sorted.length - 1) * share)] ?? 0);
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
};

const open = async (storeUrl: string) => {
  const sessions = await openSessions({
    storeUrl,
    storeSecret: 'a secret for the bench',
    clock,
    log: silentLog,
    onLeaseLost: (error) => {
      throw error;
    },
  });
  const opened = await openLanes({ engine: sessions.engine, clock, log: silentLog });
  const close = async (): Promise<void> => {
    await opened.close();
    await sessions.close();
  };
  return { store: sessions.store, lanes: opened.lanes, close };
};

const accept = async (store: Store, lanes: Lanes, turnId: string): Promise<void> => {
  const turn = turnOf(turnId);
  const stored = store.turns.set(turnId, turn);
  await putInLine({ lanes }, { id: turnId, lane: turn.threadId, kind: 'turn' }, { stored });
};

/** `atOnce`: so many people ask in the same moment, and the next ones when all of them have their answer. */
const measureAccepting = async (storeUrl: string, atOnce: number) => {
  const { store, lanes, close } = await open(storeUrl);
  const stored: number[] = [];
  const running: number[] = [];
  const began = new Map<string, number>();
  const { promise: allBegan, resolve } = Promise.withResolvers<void>();
  await lanes.start(async ({ id }) => {
    running.push(performance.now() - (began.get(id) ?? 0));
    if (running.length === turnCount) resolve();
  });
  const acceptOne = async (index: number): Promise<void> => {
    const turnId = `turn-${atOnce}-${index}`;
    const arrivedAt = performance.now();
    began.set(turnId, arrivedAt);
    await accept(store, lanes, turnId);
    stored.push(performance.now() - arrivedAt);
  };
  const startedAt = performance.now();
  for (let first = 0; first < turnCount; first += atOnce) {
    await Promise.all(Array.from({ length: atOnce }, (_, place) => acceptOne(first + place)));
  }
  const seconds = (performance.now() - startedAt) / 1_000;
  await allBegan;
  await lanes.stop(1_000);
  await close();
  return {
    storedMs: spreadOf(stored),
    runningMs: spreadOf(running),
    acceptsPerSecond: Math.round(turnCount / seconds),
  };
};

const measureResume = async (storeUrl: string): Promise<number> => {
  const before = await open(storeUrl);
  for (let index = 0; index < resumeCount; index += 1) {
    await accept(before.store, before.lanes, `left-${index}`);
  }
  await before.lanes.stop(0);
  await before.close();

  const startedAt = performance.now();
  const { store, lanes, close } = await open(storeUrl);
  let begunCount = 0;
  const { promise: allBegan, resolve } = Promise.withResolvers<void>();
  await lanes.start(async ({ id }, signal) => {
    await store.turns.get(id);
    begunCount += 1;
    if (begunCount === resumeCount) resolve();
    await clock.sleep(60_000, signal);
  });
  await allBegan;
  const durationMs = performance.now() - startedAt;
  await lanes.stop(5_000);
  await close();
  return round(durationMs);
};

const measure = async (nextUrl: () => Promise<string> | string) => ({
  turns: turnCount,
  ...(await measureAccepting(await nextUrl(), 1)),
  fiftyAtOnce: await measureAccepting(await nextUrl(), 50),
  resume1000Ms: await measureResume(await nextUrl()),
});

/**
 * `storedMs`: from the arrival of a turn to its record and its lane entry being on disk, one turn after the other. `runningMs`: to its
 * run having begun. `fiftyAtOnce`: the same, when fifty people ask in the same moment. `resume1000Ms`: from opening the store to 1,000
 * turns left from before running, their records read. Uses a folder under the system's temporary one, on whatever disk that is.
 */
export const benchStore = async (): Promise<Record<string, unknown>> => {
  const folder = mkdtempSync(join(tmpdir(), 'makevideo-bench-'));
  let stores = 0;
  const nextUrl = (): string => {
    stores += 1;
    return `sqlite:${join(folder, `${stores}.db`)}`;
  };
  try {
    return { bench: 'store', ...(await measure(nextUrl)) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/** The same on a real PostgreSQL that waits for its disk, on this machine. */
export const benchPostgresStore = async (): Promise<Record<string, unknown>> => {
  const server = await startPostgres({ isDurable: true });
  let stores = 0;
  const nextUrl = async (): Promise<string> => {
    stores += 1;
    const client = new Client({ connectionString: server.url });
    await client.connect();
    await client.query(`CREATE DATABASE store_${stores}`);
    await client.end();
    return server.url.replace(/[^/]+$/u, `store_${stores}`);
  };
  try {
    return { bench: 'store-postgres', ...(await measure(nextUrl)) };
  } finally {
    await server.stop();
  }
};

if (import.meta.main) process.stdout.write(`${JSON.stringify(await benchStore())}\n`);
