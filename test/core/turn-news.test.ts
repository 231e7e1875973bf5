import { expect, it } from 'vitest';
import { reduceTurn } from '../../src/core/reduce-turn.ts';
import { type BackendEvent, type OwnEvent, queuedTurn, type TurnState } from '../../src/core/turn.ts';
import { createNewsOf } from '../../src/core/turn-news.ts';
import { seedTiming } from './stage.ts';

const words = (text: string): BackendEvent => ({ type: 'text', author: 'nemo_agent', text, isPartial: true });

const newsOfAll = (events: readonly (BackendEvent | OwnEvent)[]): string[] => {
  const newsOf = createNewsOf();
  let state: TurnState = queuedTurn;
  return events.map((event) => {
    state = reduceTurn(state, { ...event, atMs: 1 }, seedTiming);
    return newsOf(state);
  });
};

it('puts first words before more of them, and last words before both', () => {
  const events = [
    { type: 'started' },
    { type: 'submitted' },
    words(' '),
    words('Hello'),
    words(' there'),
    { type: 'cancelled' },
  ] as const;
  expect(newsOfAll(events)).toEqual([
    'notice',
    'notice',
    'moreWords',
    'firstWords',
    'moreWords',
    'finalWords',
  ]);
});

it('tells of a new phase when there are words already', () => {
  const events = [
    { type: 'submitted' },
    words('Hello'),
    { type: 'closed', isClean: true, problem: null },
  ] as const;
  expect(newsOfAll(events)).toEqual(['notice', 'firstWords', 'notice']);
});

it('calls a failure a problem', () => {
  const problem = { kind: 'noAnswer', retry: 'never', code: null, bindId: null } as const;
  expect(newsOfAll([{ type: 'started' }, { type: 'failed', problem }])).toEqual(['notice', 'problem']);
});

it('looks at a long answer only until there are words, however many pieces follow', () => {
  const newsOf = createNewsOf();
  let looks = 0;
  const state = (growing: string): TurnState => ({
    ...queuedTurn,
    phase: 'streaming',
    get growing() {
      looks += 1;
      return growing;
    },
  });
  newsOf(state('words'));
  const before = looks;
  for (let piece = 0; piece < 2_000; piece += 1) newsOf(state('words '.repeat(piece)));
  expect(looks).toBe(before);
});
