import { expect, test } from 'vitest';
import { createBudget } from '../../src/discord/budget.ts';
import type { Clock } from '../../src/ports/clock.ts';

/** Time passes exactly as long as somebody sleeps. */
const createSleepingClock = (): Clock & { nowMs(): number; set(nowMs: number): void } => {
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

test('grants no more than the share in any second, and no less', async () => {
  const clock = createSleepingClock();
  const budget = createBudget({ requestsPerSecond: 45, clock });
  const grants: number[] = [];
  await Promise.all(
    Array.from({ length: 450 }, async () => {
      await budget.take({ isPassing: true, signal });
      grants.push(clock.nowMs());
    }),
  );
  const inSecondFrom = (start: number): number =>
    grants.filter((at) => at >= start && at < start + 1000).length;
  expect(Math.max(...grants.map(inSecondFrom))).toBeLessThanOrEqual(47);
  expect((grants.at(-1) ?? 0) - (grants[0] ?? 0)).toBeLessThanOrEqual(10_000);
});

test('lets a request through at once when nothing was sent for a while', async () => {
  const clock = createSleepingClock();
  const budget = createBudget({ requestsPerSecond: 1, clock });
  await budget.take({ isPassing: false, signal });
  clock.set(clock.nowMs() + 60_000);
  const before = clock.nowMs();
  await budget.take({ isPassing: false, signal });
  expect(clock.nowMs()).toBe(before);
  expect(budget.isShort()).toBe(false);
});

test('lets everything go before passing words, and equals in their order', async () => {
  const clock = createSleepingClock();
  const budget = createBudget({ requestsPerSecond: 10, clock });
  await Promise.all([budget.take({ isPassing: true, signal }), budget.take({ isPassing: true, signal })]);
  const order: string[] = [];
  const take = async (name: string, isPassing: boolean): Promise<void> => {
    await budget.take({ isPassing, signal });
    order.push(name);
  };
  const all = [take('words 1', true), take('words 2', true), take('final 1', false), take('final 2', false)];
  expect(budget.isShort()).toBe(true);
  await Promise.all(all);
  expect(order).toEqual(['final 1', 'final 2', 'words 1', 'words 2']);
});

test('gives nothing to who stopped waiting', async () => {
  const clock = createSleepingClock();
  const budget = createBudget({ requestsPerSecond: 1, clock });
  const reason = new Error('newer words');
  const abort = new AbortController();
  await Promise.all([budget.take({ isPassing: false, signal }), budget.take({ isPassing: false, signal })]);
  const left = budget.take({ isPassing: false, signal: abort.signal });
  const before = clock.nowMs();
  const stayed = budget.take({ isPassing: false, signal });
  abort.abort(reason);
  await expect(left).rejects.toBe(reason);
  await stayed;
  expect(clock.nowMs() - before).toBeLessThanOrEqual(1000);
  await expect(budget.take({ isPassing: false, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
});

test('goes on when the clock of the machine is set back', async () => {
  const clock = createSleepingClock();
  const budget = createBudget({ requestsPerSecond: 1, clock });
  await budget.take({ isPassing: false, signal });
  clock.set(clock.nowMs() - 3_600_000);
  const before = clock.nowMs();
  await budget.take({ isPassing: false, signal });
  await budget.take({ isPassing: false, signal });
  expect(clock.nowMs() - before).toBeLessThanOrEqual(2000);
});
