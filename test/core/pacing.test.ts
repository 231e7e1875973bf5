/** What core/pacing promises, over random loads; time is only counted. */
import { array, assert, configureGlobal, constantFrom, integer, pre, property, record } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bucketAfterRequest } from '../../src/core/bucket.ts';
import {
  isMorePressing,
  isShareShort,
  nextRequest,
  priorities,
  type Waiting,
} from '../../src/core/pacing.ts';
import { freshShare, learnShare } from '../../src/core/share.ts';
import { play, type Sent, type World } from './pacing-world.ts';

// One seed, so that a failure is a failure for everyone; other seeds are tried by hand.
configureGlobal({ seed: 20_261_122 });

const steady: World = {
  turns: 1,
  perSecond: 45,
  globalPerSecond: 50,
  latencyMs: 80,
  channel: { requestsMax: 5, windowMs: 5_000 },
  wordsIntervalMs: 1_000,
  durationMs: 30_000,
  others: [],
};

const worlds = record({
  turns: integer({ min: 1, max: 60 }),
  perSecond: integer({ min: 1, max: 45 }),
  latencyMs: integer({ min: 1, max: 900 }),
  channel: record({
    requestsMax: integer({ min: 1, max: 10 }),
    windowMs: integer({ min: 200, max: 6_000 }),
  }),
  wordsIntervalMs: constantFrom(0, 200, 1_000),
  others: array(
    record({
      atMs: integer({ min: 0, max: 9_000 }),
      turn: integer({ min: 0, max: 59 }),
      priority: constantFrom(...priorities.filter((priority) => priority !== 'moreWords')),
    }),
    { maxLength: 60 },
  ),
});

const random = (check: (world: World) => void): void => {
  assert(
    property(worlds, (world) => check({ ...steady, ...world, durationMs: 10_000 })),
    { numRuns: 60 },
  );
};

const pressing = (sinceMs: number): Waiting => ({ bucketId: 'a', priority: 'acknowledgement', sinceMs });

const byTurn = (sent: readonly Sent[]): Sent[][] => [...Map.groupBy(sent, ({ turn }) => turn).values()];

/** Mean age of what is visible of a turn whose words never end, from its second version on. */
const stalenessOf = (sent: readonly Sent[]): number => {
  const seen = sent.filter(({ isRefused }) => !isRefused);
  let areaMs = 0;
  let timeMs = 0;
  for (const [index, { sentAtMs, answeredAtMs }] of seen.entries()) {
    const next = seen[index + 1];
    if (next === undefined) continue;
    const lastsMs = next.answeredAtMs - answeredAtMs;
    areaMs += lastsMs * (answeredAtMs - sentAtMs + lastsMs / 2);
    timeMs += lastsMs;
  }
  return areaMs / timeMs;
};

const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

describe('the order of requests', () => {
  const share = freshShare(1);
  const allowance = { share, buckets: new Map(), wordsIntervalMs: 0 };
  const first = (waiting: readonly Waiting[]): Waiting | null =>
    nextRequest(waiting, allowance, 1_000_000).next;

  it('is that of their priorities, and among equals who waits longest', () => {
    const waiting: readonly Waiting[] = priorities.flatMap((priority) => [
      { bucketId: `${priority} late`, priority, sinceMs: 1_000 },
      { bucketId: `${priority} early`, priority, sinceMs: 0 },
    ]);
    const order: string[] = [];
    let left = waiting;
    for (let next = first(left); next !== null; next = first(left)) {
      const taken = next;
      order.push(taken.bucketId);
      left = left.filter((one) => one !== taken);
    }
    expect(order).toEqual(priorities.flatMap((priority) => [`${priority} early`, `${priority} late`]));
  });

  it('overtakes nobody for ever', () => {
    const words: Waiting = { bucketId: 'words', priority: 'moreWords', sinceMs: 0 };
    expect(first([pressing(359_000), words])).not.toBe(words);
    expect(first([pressing(361_000), words])).toBe(words);
  });
});

const answeredAt = (atMs: number) => ({ ...bucketAfterRequest(undefined, 1_000, atMs), isBusy: false });

describe('a request whose bucket sent something just now', () => {
  const nowMs = 1_000_000;
  const allowance = {
    share: freshShare(45),
    buckets: new Map([
      ['a', answeredAt(nowMs - 400)],
      ['b', answeredAt(nowMs - 1_000)],
    ]),
    wordsIntervalMs: 1_000,
  };
  const words = (bucketId: string): Waiting => ({ bucketId, priority: 'moreWords', sinceMs: nowMs });

  it('waits when it brings more words, and nothing else does', () => {
    expect(nextRequest([words('a')], allowance, nowMs)).toEqual({ next: null, askAgainAtMs: nowMs + 600 });
    expect(nextRequest([words('b')], allowance, nowMs).next).toEqual(words('b'));
    for (const priority of priorities.filter((other) => other !== 'moreWords')) {
      const waiting = { bucketId: 'a', priority, sinceMs: nowMs };
      expect(nextRequest([waiting], allowance, nowMs).next).toBe(waiting);
    }
  });

  it('does not make the share short, and what could be sent does', () => {
    const { share } = allowance;
    const paused = { ...share, pausedUntilMs: nowMs + 1 };
    expect(isShareShort([], allowance, nowMs)).toBe(false);
    expect(isShareShort([words('a')], allowance, nowMs)).toBe(false);
    expect(isShareShort([words('a'), words('b')], allowance, nowMs)).toBe(true);
    expect(isShareShort([], { ...allowance, share: paused }, nowMs)).toBe(true);
    expect(isShareShort([], { ...allowance, share: paused }, nowMs + 1)).toBe(false);
  });

  it('goes in the order of those who asked when all else is equal', () => {
    const [one, other] = [words('b'), words('b')];
    expect(nextRequest([one, other], allowance, nowMs).next).toBe(one);
  });
});

it('calls a kind of news more pressing than those behind it alone', () => {
  for (const [at, one] of priorities.entries()) {
    const less = priorities.filter((other) => isMorePressing(one, other));
    expect(less).toEqual(priorities.slice(at + 1));
  }
});

describe('requests under any load', () => {
  it('are never two at a time in one channel', () => {
    random((world) => {
      for (const sent of byTurn(play(world))) {
        const inOrder = sent.toSorted((one, other) => one.sentAtMs - other.sentAtMs);
        for (const [index, { sentAtMs }] of inOrder.entries()) {
          expect(sentAtMs).toBeGreaterThanOrEqual(inOrder[index - 1]?.answeredAtMs ?? 0);
        }
      }
    });
  });

  it('meet no 429 while nobody else uses the limits', () => {
    random((world) => {
      expect(play(world).filter(({ isRefused }) => isRefused)).toEqual([]);
    });
  });

  it('stay below the share in any second', () => {
    random((world) => {
      const times = play(world).map(({ sentAtMs }) => sentAtMs);
      for (const start of times) {
        const inSecond = times.filter((atMs) => atMs >= start && atMs < start + 1_000).length;
        expect(inSecond).toBeLessThanOrEqual(world.perSecond + 3);
      }
    });
  });

  it('leave no turn out', () => {
    random((world) => {
      const roundMs = Math.max(
        (world.channel.windowMs / world.channel.requestsMax) * 2,
        world.wordsIntervalMs,
        ((world.turns + world.others.length) / world.perSecond) * 1_000,
      );
      pre(roundMs * 2 + 2 * world.latencyMs < world.durationMs);
      expect(byTurn(play(world)).length).toBeGreaterThanOrEqual(world.turns);
    });
  });
});

/** Between two versions of one turn, among so many. */
const intervalMs = (turns: number): number => {
  const sent = byTurn(play({ ...steady, turns, durationMs: 20_000 }))[0] ?? [];
  const times = sent.map(({ sentAtMs }) => sentAtMs);
  return ((times.at(-1) ?? 0) - (times[1] ?? 0)) / (times.length - 2);
};

describe('the steady state', () => {
  it.each([1, 10, 45, 100, 300])('with %i turns is within 1.2 times the bound, and fair', (turns) => {
    const sent = play({ ...steady, turns, durationMs: Math.max(30_000, turns * 200) });
    const perTurn = byTurn(sent).map(stalenessOf);
    const boundMs = Math.max(1_000, (turns / steady.perSecond) * 1_000) / 2 + steady.latencyMs;
    expect(perTurn).toHaveLength(turns);
    expect(meanOf(perTurn)).toBeLessThanOrEqual(1.2 * boundMs);
    expect(Math.max(...perTurn)).toBeLessThanOrEqual(2 * meanOf(perTurn));
    expect(sent.filter(({ isRefused }) => isRefused)).toEqual([]);
  });

  it('meets no 429 after a Discord that stalls for a moment', () => {
    const stall = record({
      atMs: integer({ min: 1_000, max: 14_000 }),
      lengthMs: integer({ min: 1, max: 900 }),
    });
    const stalling = property(
      array(stall, { maxLength: 4 }),
      integer({ min: 20, max: 300 }),
      (stalls, latencyMs) => {
        const sent = play({ ...steady, turns: 200, latencyMs, stalls, durationMs: 15_000 });
        expect(sent.filter(({ isRefused }) => isRefused)).toEqual([]);
        expect(sent.length).toBeGreaterThan(15 * 45 * 0.6);
      },
    );
    assert(stalling, { numRuns: 30 });
  });

  it('has a request left for last words, whenever an answer ends, and after a notice, too', () => {
    const ends = property(
      integer({ min: 5_000, max: 25_000 }),
      integer({ min: 1, max: 300 }),
      (atMs, latencyMs) => {
        const notice = { atMs: atMs - 6, turn: 0, priority: 'notice' as const };
        const end = { atMs, turn: 0, priority: 'finalWords' as const };
        const sent = play({ ...steady, latencyMs, others: [notice, end] });
        const last = sent.find(({ priority }) => priority === 'finalWords');
        // What was kept leaves 0.7 s before the next window at the earliest; another request may be on its way.
        expect((last?.answeredAtMs ?? Number.NaN) - atMs).toBeLessThan(720 + 2 * latencyMs);
      },
    );
    assert(ends, { numRuns: 200 });
  });

  it('gives each turn as much as the load allows', () => {
    expect(intervalMs(1)).toBeLessThan(1_040);
    expect(intervalMs(10)).toBeLessThan(1_100);
    expect(intervalMs(90)).toBeLessThan(2_200);
    expect(intervalMs(180)).toBeGreaterThan(3_500);
  });

  it('brings final words at once, however many turns only have more words', () => {
    const finals = Array.from({ length: 50 }, (_, turn) => ({
      atMs: 10_000 + turn * 37,
      turn,
      priority: 'finalWords' as const,
    }));
    const sent = play({ ...steady, turns: 300, durationMs: 20_000, others: finals });
    const lags = sent.flatMap((one) =>
      one.priority === 'finalWords' ? [one.answeredAtMs - one.sinceMs] : [],
    );
    expect(lags).toHaveLength(50);
    expect(Math.max(...lags)).toBeLessThan(1_000);
  });

  it('learns the share that others leave it, and pauses for exactly the time of a 429', () => {
    const sent = play({ ...steady, turns: 200, globalPerSecond: 25, durationMs: 60_000 });
    const late = sent.filter(({ sentAtMs }) => sentAtMs > 20_000);
    const refused = late.filter(({ isRefused }) => isRefused).length;
    expect(refused / late.length).toBeLessThan(0.02);
    expect(late.length - refused).toBeGreaterThan(40 * 25 * 0.75);
    const facts = { remaining: null, resetAfterMs: null, retryAfterMs: 700, isGlobal: true };
    expect(learnShare(freshShare(45), facts, 5_000).pausedUntilMs).toBe(5_700);
  });
});
