/** How long an accepted turn takes to be on disk, and how many a second can be accepted. Prints one line of JSON. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { queuedTurn } from '../src/core/turn.ts';
import { openLanes } from '../src/lanes/open.ts';
import type { Clock } from '../src/ports/clock.ts';
import type { Lanes } from '../src/ports/lanes.ts';
import type { Log } from '../src/ports/log.ts';
import type { Store, TurnRecord } from '../src/ports/store.ts';
import { openSessions } from '../src/sessions/open.ts';

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

const log: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {}, child: () => log };

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

const open = async (folder: string) => {
  const sessions = await openSessions({
    storeUrl: `sqlite:${join(folder, 'makevideo.db')}`,
    storeSecret: null,
    clock,
    log,
    onLeaseLost: (error) => {
      throw error;
    },
  });
  const { lanes } = await openLanes({ engine: sessions.engine, clock, log });
  return { sessions, lanes };
};

const accept = async (store: Store, lanes: Lanes, turnId: string): Promise<void> => {
  const turn = turnOf(turnId);
  await store.turns.set(turnId, turn);
  await lanes.add({ id: turnId, lane: turn.threadId, kind: 'turn' });
};

const measureAccepting = async (folder: string) => {
  const { sessions, lanes } = await open(folder);
  const began = new Map<string, number>();
  const stored: number[] = [];
  const running: number[] = [];
  await lanes.start(async ({ id }) => {
    running.push(performance.now() - (began.get(id) ?? 0));
  });
  const startedAt = performance.now();
  for (let index = 0; index < turnCount; index += 1) {
    const turnId = `turn-${index}`;
    const arrivedAt = performance.now();
    began.set(turnId, arrivedAt);
    await accept(sessions.store, lanes, turnId);
    stored.push(performance.now() - arrivedAt);
  }
  const seconds = (performance.now() - startedAt) / 1_000;
  await lanes.stop(1_000);
  await sessions.close();
  return {
    storedMs: spreadOf(stored),
    runningMs: spreadOf(running),
    acceptsPerSecond: Math.round(turnCount / seconds),
  };
};

const measureResume = async (folder: string): Promise<number> => {
  const before = await open(folder);
  for (let index = 0; index < resumeCount; index += 1) {
    await accept(before.sessions.store, before.lanes, `left-${index}`);
  }
  await before.lanes.stop(0);
  await before.sessions.close();

  const startedAt = performance.now();
  const { sessions, lanes } = await open(folder);
  let begunCount = 0;
  const { promise: allBegan, resolve } = Promise.withResolvers<void>();
  await lanes.start(async ({ id }, signal) => {
    await sessions.store.turns.get(id);
    begunCount += 1;
    if (begunCount === resumeCount) resolve();
    await clock.sleep(60_000, signal);
  });
  await allBegan;
  const durationMs = performance.now() - startedAt;
  await lanes.stop(5_000);
  await sessions.close();
  return round(durationMs);
};

/**
 * `storedMs`: from the arrival of a turn to its record and its lane entry being on disk, one turn after the other. `runningMs`: to its
 * run having begun. `resume1000Ms`: from opening the file to 1,000 turns left from before running, their records read.
 * Uses a folder of its own under the system's temporary one, on whatever disk that is.
 */
export const benchStore = async (): Promise<Record<string, unknown>> => {
  const folder = mkdtempSync(join(tmpdir(), 'makevideo-bench-'));
  try {
    const accepting = await measureAccepting(join(folder, 'accept'));
    const resume1000Ms = await measureResume(join(folder, 'resume'));
    return { bench: 'store', turns: turnCount, ...accepting, resume1000Ms };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

if (import.meta.main) process.stdout.write(`${JSON.stringify(await benchStore())}\n`);
