/** What the tests of views share: the seed's times, a context in either language, small timelines, states of a turn. */
import type { Timing } from '../../src/core/limits.ts';
import type { Locale } from '../../src/core/locale.ts';
import { messagesFor } from '../../src/core/messages/messages.ts';
import { type Problem, problemOf } from '../../src/core/problems.ts';
import { preparedRender, type RenderState } from '../../src/core/render.ts';
import type { Timeline, Track } from '../../src/core/timeline.ts';
import { queuedTurn, type TurnState } from '../../src/core/turn.ts';
import type { TurnViewContext } from '../../src/core/turn-view.ts';

export const seedTiming: Timing = {
  noticeIntervalMs: 120_000,
  reconcileFirstMs: 30_000,
  reconcileIntervalMs: 60_000,
  streamMaxMs: 900_000,
  streamQuietMaxMs: 600_000,
  renderPollIntervalMs: 30_000,
};

export const contextOf = (
  changes: Partial<TurnViewContext> = {},
  locale: Locale = 'en',
): TurnViewContext => ({
  turnId: 'turn-1',
  threadId: '4711',
  nowMs: 0,
  messages: messagesFor(locale),
  timing: seedTiming,
  webUrl: 'https://nemovideo.com',
  ahead: 0,
  cost: null,
  isRenderOffered: false,
  isRenderUndecided: false,
  render: null,
  ...changes,
});

export const track = (kind: Track['kind'], name: string, endMs = 10_000): Track => ({
  kind,
  segments: [{ name, startMs: 0, endMs, volume: null }],
});

export const timelineOf = (...tracks: readonly Track[]): Timeline => ({
  tracks,
  durationMs: 10_000,
  width: null,
  height: null,
});

export const turnOf = (changes: Partial<TurnState>): TurnState => ({ ...queuedTurn, ...changes });

/** A turn that is over and whose instruction was sent. */
export const settledTurn = (changes: Partial<TurnState>): TurnState =>
  turnOf({ phase: 'settled', startedAtMs: 0, submittedAtMs: 1, outcome: 'answered', ...changes });

export const renderOf = (changes: Partial<RenderState>): RenderState => ({
  ...preparedRender(0, 1),
  ...changes,
});

export const aProblem = (kind: Problem['kind'], bindId: string | null = null): Problem =>
  problemOf(kind, { bindId });
