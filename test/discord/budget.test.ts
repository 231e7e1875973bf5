import { expect, test } from 'vitest';
import type { LimitFacts } from '../../src/core/limit-facts.ts';
import type { Priority } from '../../src/core/pacing.ts';
import { onTheirWayMax } from '../../src/core/share.ts';
import { type Budget, createBudget } from '../../src/discord/budget.ts';
import type { Clock } from '../../src/ports/clock.ts';
import { createFakeClock, type FakeClock, settle } from '../lanes/fake-clock.ts';

/** Time passes exactly as long as somebody sleeps. */
const createSleepingClock = (): Clock & { set(nowMs: number): void } => {
  let nowMs = 1_000_000;
  return {
    nowMs: () => nowMs,
    set: (next) => {
      nowMs = next;
    },
    sleep: async (durationMs, signal) => {
      await Promise.resolve();
      signal.throwIfAborted();
      nowMs += durationMs;
    },
  };
};

const { signal } = new AbortController();
const nothing: LimitFacts = { remaining: null, resetAfterMs: null, retryAfterMs: null, isGlobal: false };

const open = (clock: Clock, requestsPerSecond: number, wordsIntervalMs = 0): Budget =>
  createBudget({ requestsPerSecond, wordsIntervalMs, clock });

/** A request of its own bucket that is answered at once. */
const asks = (budget: Budget, name: string, priority: Priority = 'acknowledgement'): Promise<string> =>
  budget.run({ bucketId: name, priority, signal }, () => Promise.resolve(name));

test('grants no more than the share in any second, and no less', async () => {
  const clock = createSleepingClock();
  const budget = open(clock, 45);
  const grants: number[] = [];
  const take = (bucket: number): Promise<void> =>
    budget.run({ bucketId: String(bucket), priority: 'moreWords', signal }, async () => {
      grants.push(clock.nowMs());
    });
  await Promise.all(Array.from({ length: 450 }, (_, bucket) => take(bucket)));
  const inSecondFrom = (start: number): number =>
    grants.filter((at) => at >= start && at < start + 1000).length;
  expect(Math.max(...grants.map(inSecondFrom))).toBeLessThanOrEqual(48);
  expect((grants.at(-1) ?? 0) - (grants[0] ?? 0)).toBeLessThanOrEqual(10_000);
});

test('lets a request through at once when nothing was sent for a while', async () => {
  const clock = createSleepingClock();
  const budget = open(clock, 1);
  await asks(budget, 'a');
  clock.set(clock.nowMs() + 60_000);
  const before = clock.nowMs();
  await asks(budget, 'a');
  expect(clock.nowMs()).toBe(before);
  expect(budget.isShort()).toBe(false);
});

test('lets the more pressing go first, and equals in their order', async () => {
  const budget = open(createSleepingClock(), 10);
  const order: string[] = [];
  const take = async (name: string, priority: Priority): Promise<void> => {
    order.push(await asks(budget, name, priority));
  };
  const first = ['first', 'second', 'third'].map((name) => take(name, 'moreWords'));
  const all = [
    take('words 1', 'moreWords'),
    take('words 2', 'moreWords'),
    take('final 1', 'finalWords'),
    take('final 2', 'finalWords'),
    take('result', 'result'),
  ];
  expect(budget.isShort()).toBe(true);
  await Promise.all([...first, ...all]);
  expect(order).toEqual(['first', 'second', 'third', 'result', 'final 1', 'final 2', 'words 1', 'words 2']);
});

test('gives nothing to who stopped waiting', async () => {
  const clock = createSleepingClock();
  const budget = open(clock, 1);
  const reason = new Error('newer words');
  const abort = new AbortController();
  const asked = { bucketId: 'left', priority: 'acknowledgement' } as const;
  let sent = 0;
  const send = async (): Promise<void> => {
    sent += 1;
  };
  const first = ['a', 'b', 'c'].map((name) => asks(budget, name));
  const left = budget.run({ ...asked, signal: abort.signal }, send);
  const stayed = asks(budget, 'd');
  const before = clock.nowMs();
  abort.abort(reason);
  await expect(left).rejects.toBe(reason);
  await Promise.all([...first, stayed]);
  expect(clock.nowMs() - before).toBeLessThanOrEqual(1000);
  await expect(budget.run({ ...asked, signal: AbortSignal.abort(reason) }, send)).rejects.toBe(reason);
  expect(sent).toBe(0);
});

test('goes on when the clock of the machine is set back', async () => {
  const clock = createSleepingClock();
  const budget = open(clock, 1);
  await asks(budget, 'a');
  clock.set(clock.nowMs() - 3_600_000);
  const before = clock.nowMs();
  await asks(budget, 'a');
  await asks(budget, 'a');
  expect(clock.nowMs() - before).toBeLessThanOrEqual(2000);
});

/** Requests whose answers a test gives, and a clock that a test moves. */
const openHeld = (requestsPerSecond = 1000, wordsIntervalMs = 0) => {
  const clock: FakeClock = createFakeClock();
  const budget = open(clock, requestsPerSecond, wordsIntervalMs);
  const sent: string[] = [];
  const answers = new Map<string, () => void>();
  const ask = (name: string, bucketId: string, priority: Priority = 'moreWords'): Promise<void> =>
    budget.run({ bucketId, priority, signal }, () => {
      sent.push(name);
      return new Promise((resolve) => answers.set(name, resolve));
    });
  const answer = async (name: string, bucketId: string, facts: Partial<LimitFacts> = {}): Promise<void> => {
    budget.learn(bucketId, { ...nothing, ...facts });
    answers.get(name)?.();
    await settle();
  };
  return { clock, budget, sent, ask, answer };
};

test('has one request of a bucket on its way, and the others go on', async () => {
  const { clock, sent, ask, answer } = openHeld();
  void ask('one', 'a');
  void ask('two', 'a');
  void ask('other', 'b');
  await clock.advance(10);
  await clock.advance(10);
  expect(sent).toEqual(['one', 'other']);
  await answer('one', 'a');
  expect(sent).toEqual(['one', 'other', 'two']);
});

test('has so many requests on their way in all, however long their answers take', async () => {
  const { clock, sent, ask, answer } = openHeld();
  for (let count = 0; count < onTheirWayMax; count += 1) {
    void ask(`early ${count}`, `a${count}`);
    await clock.advance(1_000);
  }
  void ask('late', 'b', 'acknowledgement');
  await clock.advance(60_000);
  expect(sent).toHaveLength(onTheirWayMax);
  await answer('early 7', 'a7');
  expect(sent.at(-1)).toBe('late');
});

test('spreads words over what the bucket has left, and lets final words take it at once', async () => {
  const { clock, sent, ask, answer } = openHeld();
  void ask('one', 'a');
  await clock.advance(80);
  await answer('one', 'a', { remaining: 4, resetAfterMs: 5_000 });
  void ask('two', 'a');
  await clock.advance(900);
  expect(sent).toEqual(['one']);
  await clock.advance(100);
  expect(sent).toEqual(['one', 'two']);
  await answer('two', 'a', { remaining: 3, resetAfterMs: 4_000 });
  void ask('last', 'a', 'finalWords');
  await clock.advance(1);
  expect(sent).toEqual(['one', 'two', 'last']);
});

test('waits for the end of a window in which nothing is left, whatever it is for', async () => {
  const { clock, sent, ask, answer } = openHeld();
  void ask('one', 'a');
  await answer('one', 'a', { remaining: 0, resetAfterMs: 700 });
  void ask('last', 'a', 'finalWords');
  await clock.advance(700);
  expect(sent).toEqual(['one']);
  await clock.advance(20);
  expect(sent).toEqual(['one', 'last']);
});

test('holds only the bucket that a 429 is for', async () => {
  const { clock, sent, ask, answer } = openHeld();
  void ask('one', 'a');
  await answer('one', 'a', { retryAfterMs: 2_000 });
  void ask('again', 'a', 'result');
  void ask('other', 'b');
  await clock.advance(1_999);
  expect(sent).toEqual(['one', 'other']);
  await clock.advance(1);
  expect(sent).toEqual(['one', 'other', 'again']);
});

test('holds everything for exactly the time of a 429 for everything, and no courtesies then', async () => {
  const { clock, budget, sent, ask, answer } = openHeld();
  void ask('one', 'a');
  await answer('one', 'a', { retryAfterMs: 650, isGlobal: true });
  void ask('two', 'b', 'acknowledgement');
  expect(budget.isShort()).toBe(true);
  await clock.advance(649);
  expect(sent).toEqual(['one']);
  await clock.advance(1);
  expect(sent).toEqual(['one', 'two']);
});

test('is not short while everybody waits for a channel of their own', async () => {
  const { clock, budget, ask, answer } = openHeld(1000, 1_000);
  void ask('one', 'a');
  await answer('one', 'a');
  void ask('two', 'a');
  await clock.advance(500);
  expect(budget.isShort()).toBe(false);
});

test('costs nothing when there turns out to be nothing to send', async () => {
  const { clock, budget, sent, ask } = openHeld(1);
  const nothingNew = new Error('nothing new');
  const refuse = (): Promise<void> => {
    throw nothingNew;
  };
  await expect(budget.run({ bucketId: 'a', priority: 'moreWords', signal }, refuse)).rejects.toBe(nothingNew);
  void ask('words', 'a');
  await clock.advance(1);
  expect(sent).toEqual(['words']);
});
