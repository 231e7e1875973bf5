/** Readiness as a table: which facts make a process unfit for its work, and what the operator is told. */
import { expect, it } from 'vitest';
import {
  checkReadiness,
  type Facts,
  heartbeatAgeMaxMs,
  runnableAgeMaxMs,
} from '../../src/health/readiness.ts';

const nowMs = 10_000_000;
const shard = (id: number, ageMs: number | null, isReady = true) => ({
  id,
  isReady,
  heardAtMs: ageMs === null ? null : nowMs - ageMs,
});
const gateway = (...shards: ReturnType<typeof shard>[]) => ({
  guildCount: 1,
  invalidRequests: 0,
  rateLimited: {},
  shards,
});

const well: Facts = {
  nowMs,
  startedAtMs: nowMs - 3_600_000,
  isStarted: true,
  gateway: gateway(shard(0, 20_000)),
  storeFailure: null,
  lanes: { waiting: 0, running: 1, oldestRunnableMs: null, areRunHere: true },
};

const oldestFor = (oldestRunnableMs: number): Facts['lanes'] => ({ ...well.lanes, oldestRunnableMs });

const wrongIn = (facts: Partial<Facts>): string[] =>
  checkReadiness({ ...well, ...facts })
    .filter(({ isOk }) => !isOk)
    .map(({ name }) => name);

it('holds when Discord was heard from, the store takes writes and the lanes move', () => {
  expect(wrongIn({})).toEqual([]);
  expect(wrongIn({ gateway: null, lanes: oldestFor(runnableAgeMaxMs) })).toEqual([]);
});

it.each<[string, Partial<Facts>, string[]]>([
  ['the start is not over', { isStarted: false }, ['start']],
  ['there is no connection', { gateway: gateway() }, ['gateway']],
  ['one of two shards is away', { gateway: gateway(shard(0, 1), shard(1, 1, false)) }, ['gateway']],
  [
    'no heartbeat was acknowledged for long',
    { gateway: gateway(shard(0, heartbeatAgeMaxMs + 1)) },
    ['gateway'],
  ],
  ['no heartbeat ever was, long after the start', { gateway: gateway(shard(0, null)) }, ['gateway']],
  ['the store refuses writes', { storeFailure: 'The disk is full.' }, ['store']],
  ['an entry does not begin', { lanes: oldestFor(runnableAgeMaxMs + 1) }, ['lanes']],
])('fails when %s', (_name, facts, wrong) => {
  expect(wrongIn(facts)).toEqual(wrong);
});

it('does not ask a process that only takes requests in whether they are run', () => {
  const lanes = { ...oldestFor(runnableAgeMaxMs + 1), areRunHere: false };
  expect(wrongIn({ lanes })).toEqual([]);
});

it('waits for the first heartbeat of a connection that was just made', () => {
  expect(wrongIn({ startedAtMs: nowMs - 10_000, gateway: gateway(shard(0, null)) })).toEqual([]);
});

it('names the silent shard and repeats the complaint of the store', () => {
  const details = checkReadiness({
    ...well,
    gateway: gateway(shard(0, 1), shard(7, null)),
    storeFailure: 'The disk is full.',
  }).map(({ detail }) => detail);
  expect(details.join(' ')).toContain('shard 7');
  expect(details).toContain('The disk is full.');
});
