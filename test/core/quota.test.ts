/** How much at once and in a day: what counts, what gives its place back, and when it is possible again. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { messagesFor } from '../../src/core/messages/messages.ts';
import {
  dayMs,
  decideQuota,
  type Fate,
  fateOf,
  fateOfUnknown,
  type QuotaLimits,
  type UsageEntry,
  withFates,
} from '../../src/core/quota.ts';
import { refusalText } from '../../src/core/refusal-text.ts';
import { queuedTurn } from '../../src/core/turn.ts';

// One seed, so that a failure is a failure for everyone; other seeds are tried by hand.
fc.configureGlobal({ seed: 20_261_122 });

const limits: QuotaLimits = { atOncePerPerson: 2, atOncePerServer: 3, aDayPerPerson: 5 };
const running = (turnId: string, lane: string | null = turnId): UsageEntry => ({
  turnId,
  lane,
  atMs: 0,
  isOver: false,
});
const over = (turnId: string, atMs = 0): UsageEntry => ({ turnId, lane: null, atMs, isOver: true });

describe('one more turn', () => {
  it.each<[string, UsageEntry[], UsageEntry[], string | null, object | null]>([
    ['begins where nothing runs', [], [], null, null],
    ['begins below the limit', [running('a')], [running('a')], null, null],
    [
      'is too many for the person',
      [running('a'), running('b')],
      [running('a'), running('b')],
      null,
      { reason: 'personBusy', limit: 2, threadIds: ['a', 'b'] },
    ],
    [
      'is too many for the person, who is told of the threads that are busy and no others',
      [running('a'), running('b'), running('without a thread', null), { ...over('c'), lane: 'c' }],
      [running('a'), running('b')],
      null,
      { reason: 'personBusy', limit: 2, threadIds: ['a', 'b'] },
    ],
    [
      'waits in the lane of a thread where one runs, whatever runs elsewhere',
      [running('a'), running('b')],
      [running('a'), running('b'), running('c')],
      'b',
      null,
    ],
    [
      'counts a thread once, however many wait in it',
      [running('a', 'x'), running('b', 'x'), running('c', 'x')],
      [],
      null,
      null,
    ],
    [
      'is too many for the server',
      [],
      [running('a'), running('b'), running('c')],
      null,
      { reason: 'serverBusy', limit: 3 },
    ],
    [
      'waits in a thread of the server that is busy',
      [],
      [running('a'), running('b'), running('c')],
      'c',
      null,
    ],
    ['does not count what is over as running', [over('a'), over('b')], [], null, null],
    [
      'is too many for the day',
      [over('a', 50), over('b', 10), over('c', 30), over('d', 40), over('e', 20)],
      [],
      'b',
      { reason: 'dayUsed', limit: 5, againAtMs: 10 + dayMs },
    ],
    [
      'is possible again when enough is a day old, where the limit was lowered',
      [over('a', 1), over('b', 2), over('c', 3), over('d', 4), over('e', 5), over('f', 6), over('g', 7)],
      [],
      null,
      { reason: 'dayUsed', limit: 5, againAtMs: 3 + dayMs },
    ],
  ])('%s', (_what, person, server, lane, refusal) => {
    expect(decideQuota({ person, server }, lane, limits)).toEqual(refusal);
  });

  it('is never too many without a limit', () => {
    const many = Array.from({ length: 200 }, (_, at) => running(`${at}`));
    const none = { atOncePerPerson: null, atOncePerServer: null, aDayPerPerson: null };
    expect(decideQuota({ person: many, server: many }, null, none)).toBeNull();
  });

  it('is never too many for a day without a limit', () => {
    const person = Array.from({ length: 200 }, (_, at) => over(`${at}`));
    expect(decideQuota({ person, server: [] }, null, { ...limits, aDayPerPerson: null })).toBeNull();
  });
});

describe('what became of a turn', () => {
  const settled = { phase: 'settled', outcome: 'answered', submittedAtMs: 5 } as const;

  it.each<[string, Partial<typeof queuedTurn>, Fate]>([
    ['waits', {}, { is: 'running', lane: 'x' }],
    ['runs', { phase: 'streaming', submittedAtMs: 5 }, { is: 'running', lane: 'x' }],
    ['was answered', settled, { is: 'counted' }],
    ['changed nothing', { ...settled, outcome: 'unchanged' }, { is: 'counted' }],
    ['was stopped while it ran', { ...settled, outcome: 'cancelled' }, { is: 'counted' }],
    ['failed', { ...settled, outcome: 'failed' }, { is: 'free' }],
    ['was taken back before', { ...settled, outcome: 'cancelled', submittedAtMs: null }, { is: 'free' }],
    ['was answered by the bot itself', { ...settled, submittedAtMs: null }, { is: 'free' }],
  ])('decides whether it counts: one that %s', (_what, state, fate) => {
    expect(fateOf({ ...queuedTurn, ...state }, 'x')).toEqual(fate);
  });

  it('is not known for a moment after it was let in, and then it never came', () => {
    expect(fateOfUnknown({ ...running('a', null), atMs: 1_000 }, 2_000)).toEqual({
      is: 'running',
      lane: null,
    });
    expect(fateOfUnknown({ ...running('a', null), atMs: 90_000 }, 149_999).is).toBe('running');
    expect(fateOfUnknown({ ...running('a', null), atMs: 90_000 }, 150_000)).toEqual({ is: 'free' });
  });

  it('takes it off the count, keeps it, or ends it after a day', () => {
    const entries = [
      running('a'),
      running('b', null),
      running('c'),
      over('d', 9),
      over('e', 10),
      running('f'),
    ];
    const fates = new Map<string, Fate>([
      ['a', { is: 'free' }],
      ['b', { is: 'running', lane: 'x' }],
      ['c', { is: 'counted' }],
      ['f', { is: 'running', lane: null }],
    ]);
    // What runs for more than a day still runs.
    expect(withFates(entries, fates, dayMs + 9)).toEqual([
      { ...running('b'), lane: 'x' },
      over('e', 10),
      running('f'),
    ]);
    expect(withFates([running('a'), running('c')], fates, dayMs - 1)).toEqual([{ ...over('c'), lane: 'c' }]);
  });
});

describe('a refusal in words', () => {
  it.each(['en', 'zh'] as const)('says where, who or when (%s)', (locale) => {
    const messages = messagesFor(locale);
    const text = (refusal: Parameters<typeof refusalText>[0]) => refusalText(refusal, messages);
    expect(text({ reason: 'channel', channelIds: ['1', '2'] })).toMatch(/<#1>.*<#2>/u);
    expect(text({ reason: 'role', roleIds: ['3'] })).toContain('<@&3>');
    expect(text({ reason: 'personBusy', limit: 2, threadIds: ['4', '5'] })).toMatch(/2.*<#4>.*<#5>/u);
    expect(text({ reason: 'serverBusy', limit: 6 })).toBe(messages.refused.serverBusy(6));
    expect(text({ reason: 'dayUsed', limit: 20, againAtMs: 1_700_000_000_001 })).toMatch(
      /20.*<t:1700000001:R>/u,
    );
    const many = Array.from({ length: 25 }, (_, at) => `${at + 100}`);
    const atMost = [
      text({ reason: 'channel', channelIds: many }),
      text({ reason: 'role', roleIds: many }),
      text({ reason: 'personBusy', limit: 99, threadIds: many }),
    ];
    for (const refusal of atMost) {
      expect(refusal).toContain('109>');
      expect(refusal).not.toContain('110>');
    }
  });
});

type Owned = UsageEntry & { readonly person: string };
type Step = {
  readonly person: string;
  readonly lane: string | null;
  readonly afterMs: number;
  readonly ends: readonly (readonly [number, 'counted' | 'free'])[];
};

const lanesIn = (entries: readonly UsageEntry[]): number =>
  new Set(entries.filter(({ isOver }) => !isOver).map(({ lane, turnId }) => lane ?? turnId)).size;

/** Some of what is open ends, time passes, and somebody asks; what is refused for the day is tried again when it says. */
const play = (usage: readonly Owned[], step: Step & { turnId: string; nowMs: number }) => {
  const { person, lane, ends, turnId, nowMs } = step;
  const open = usage.filter(({ isOver }) => !isOver);
  const fates = new Map<string, Fate>(
    open.map((entry) => [entry.turnId, { is: 'running', lane: entry.lane }]),
  );
  for (const [at, is] of ends) {
    const ended = open[at % Math.max(1, open.length)];
    if (ended !== undefined) fates.set(ended.turnId, { is });
  }
  const kept = new Map(withFates(usage, fates, nowMs).map((entry) => [entry.turnId, entry]));
  const now = usage.flatMap((owned): Owned[] => {
    const entry = kept.get(owned.turnId);
    return entry === undefined ? [] : [{ ...entry, person: owned.person }];
  });
  const own = now.filter((entry) => entry.person === person);
  const refusal = decideQuota({ person: own, server: now.filter(({ isOver }) => !isOver) }, lane, limits);
  const again = refusal?.reason === 'dayUsed' ? withFates(own, new Map(), refusal.againAtMs).length : 0;
  const entry = { turnId, lane, atMs: nowMs, isOver: false, person };
  return { usage: refusal === null ? [...now, entry] : now, again };
};

it('never lets in more than the limits, and what is refused for the day is possible when it says', () => {
  const steps = fc.array(
    fc.record({
      person: fc.constantFrom('p', 'q'),
      lane: fc.option(fc.constantFrom('x', 'y', 'z'), { nil: null }),
      afterMs: fc.nat({ max: dayMs / 3 }),
      ends: fc.array(fc.tuple(fc.nat(), fc.constantFrom('counted' as const, 'free' as const)), {
        maxLength: 3,
      }),
    }),
    { maxLength: 60 },
  );
  fc.assert(
    fc.property(steps, (played) => {
      let nowMs = 0;
      let usage: readonly Owned[] = [];
      for (const [index, step] of played.entries()) {
        nowMs += step.afterMs;
        const { usage: next, again } = play(usage, { ...step, nowMs, turnId: `${index}` });
        usage = next;
        expect(again).toBeLessThan(5);
        expect(lanesIn(usage)).toBeLessThanOrEqual(3);
        for (const person of ['p', 'q']) {
          const own = usage.filter((entry) => entry.person === person);
          expect(lanesIn(own)).toBeLessThanOrEqual(2);
          expect(own.length).toBeLessThanOrEqual(5);
        }
      }
    }),
    { numRuns: 300 },
  );
});
