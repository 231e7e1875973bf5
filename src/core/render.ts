/** One render job, without I/O and without a clock. Pure. */
import {
  renderAttemptsMax,
  renderPollsMax,
  renderQuickPollsMax,
  renderSlowPollFactor,
  type Timing,
} from './limits.ts';
import { type Problem, problemOf } from './problems.ts';

/** `prepared`: the id is stored and nothing was sent. Then submitted → rendering → ready → delivered, or failed or cancelled. */
export type RenderPhase =
  | 'prepared'
  | 'submitted'
  | 'rendering'
  | 'ready'
  | 'delivered'
  | 'failed'
  | 'cancelled';

/** Plain JSON: it is stored at every change of phase. */
export type RenderState = {
  readonly phase: RenderPhase;
  /** 1, or 2 for the second try under a new id. */
  readonly attempt: number;
  readonly startedAtMs: number;
  /** Percent, or null while the backend says none. */
  readonly progress: number | null;
  readonly polls: number;
  readonly url: string | null;
  readonly problem: Problem | null;
};

/** What a poll answered; null: the poll failed and says nothing about the render. */
export type Polled = {
  readonly status: 'pending' | 'processing' | 'completed' | 'failed' | 'unknown';
  readonly progress: number | null;
  readonly url: string | null;
} | null;

export type RenderEvent = (
  | { readonly type: 'submitted' }
  | { readonly type: 'polled'; readonly polled: Polled }
  | { readonly type: 'delivered' }
  | { readonly type: 'failed'; readonly problem: Problem }
  | { readonly type: 'cancelled' }
) & { readonly atMs: number };

export const preparedRender = (startedAtMs: number, attempt: number): RenderState => ({
  phase: 'prepared',
  attempt,
  startedAtMs,
  progress: null,
  polls: 0,
  url: null,
  problem: null,
});

const failedRender = problemOf('renderFailed');

/** Only a failure of the render itself is worth a second try; a refusal would be the same again. */
export const isWorthSecondTry = ({ phase, problem, attempt }: RenderState): boolean =>
  phase === 'failed' && problem?.kind === failedRender.kind && attempt < renderAttemptsMax;

const isOver = (state: RenderState): boolean =>
  state.phase === 'delivered' || state.phase === 'failed' || state.phase === 'cancelled';

const poll = (state: RenderState, polled: Polled): RenderState => {
  const counted = { ...state, polls: state.polls + 1 };
  if (polled?.status === 'failed') return { ...counted, phase: 'failed', problem: failedRender };
  // `completed` without a URL is not finished yet (nemo-api §8.2).
  if (polled?.status === 'completed' && polled.url !== null) {
    return { ...counted, phase: 'ready', progress: 100, url: polled.url };
  }
  if (counted.polls >= renderPollsMax) return { ...counted, phase: 'failed', problem: failedRender };
  if (polled === null) return counted;
  return { ...counted, phase: 'rendering', progress: polled.progress ?? counted.progress };
};

/** A render that is over never changes again, so a second `completed` cannot be delivered twice (invariant I3). */
export const reduceRender = (state: RenderState, event: RenderEvent): RenderState => {
  if (isOver(state)) return state;
  switch (event.type) {
    case 'submitted':
      return state.phase === 'prepared' ? { ...state, phase: 'submitted' } : state;
    case 'polled':
      return state.phase === 'ready' ? state : poll(state, event.polled);
    case 'delivered':
      return { ...state, phase: 'delivered' };
    case 'failed':
      return { ...state, phase: 'failed', problem: event.problem };
    case 'cancelled':
      return { ...state, phase: 'cancelled' };
  }
};

/** True once the quick polls are used up: the person is told that it still runs, and polling slows down. */
export const isSlowRender = (state: RenderState): boolean => state.polls >= renderQuickPollsMax;

/** Until the next poll, in ms. */
export const renderPollDelayMs = (state: RenderState, timing: Timing): number =>
  timing.renderPollIntervalMs * (isSlowRender(state) ? renderSlowPollFactor : 1);
