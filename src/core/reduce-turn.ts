/** The rules of one turn from the first word to its outcome, without I/O and without a clock: time arrives inside the events. Pure. */
import type { Timing } from './limits.ts';
import type { Problem } from './problems.ts';
import { judge, look, settle } from './reconcile.ts';
import { flushed, reduceBackend } from './reduce-stream.ts';
import {
  type BackendEvent,
  hasWords,
  type LookReason,
  type OwnEvent,
  type TurnEvent,
  type TurnState,
} from './turn.ts';

const close = (
  state: TurnState,
  event: { isClean: boolean; problem: Problem | null; atMs: number },
  timing: Timing,
): TurnState => {
  const problem = event.problem ?? state.problem;
  const ended = { ...flushed(state), problem };
  if (!event.isClean) return look(ended, 'dropped', event.atMs + timing.reconcileFirstMs);
  const why = problem === null && (hasWords(ended) || ended.question !== null) ? 'answered' : 'silent';
  return look(ended, why, event.atMs);
};

const tick = (state: TurnState, atMs: number, timing: Timing): TurnState => {
  if (state.phase !== 'streaming' || state.submittedAtMs === null) return state;
  const why: LookReason | null =
    atMs - state.submittedAtMs >= timing.streamMaxMs
      ? 'timeLimit'
      : atMs - (state.lastSubstanceAtMs ?? state.submittedAtMs) >= timing.streamQuietMaxMs
        ? 'stalled'
        : null;
  return why === null ? state : look(flushed(state), why, atMs + timing.reconcileFirstMs);
};

const restart = (state: TurnState, atMs: number, timing: Timing): TurnState => {
  const noted: TurnState = { ...state, notes: [...state.notes, { kind: 'restarted' }] };
  if (state.phase !== 'streaming') return state.phase === 'reconciling' ? noted : state;
  return look(flushed(noted), 'restarted', atMs + timing.reconcileFirstMs);
};

const isStreaming = (state: TurnState): boolean => state.phase === 'streaming';

const reduceOwn = (state: TurnState, event: OwnEvent & { atMs: number }, timing: Timing): TurnState => {
  switch (event.type) {
    case 'started':
      return state.phase === 'queued' ? { ...state, phase: 'preparing', startedAtMs: event.atMs } : state;
    case 'uploading':
      return { ...state, activity: 'uploading', uploads: { done: event.done, total: event.total } };
    case 'noted':
      return { ...state, notes: [...state.notes, event.note] };
    case 'submitted':
      return { ...state, phase: 'streaming', activity: 'thinking', submittedAtMs: event.atMs };
    case 'closed':
      return isStreaming(state) ? close(state, event, timing) : state;
    case 'looked':
      return judge(state, event, timing);
    case 'replied':
      return settle({ ...state, reply: event.text, choices: event.choices }, 'answered', null);
    case 'failed':
      return settle(state, 'failed', event.problem);
    case 'cancelled':
      return settle(state, 'cancelled', null);
    case 'restarted':
      return restart(state, event.atMs, timing);
    case 'tick':
      return tick(state, event.atMs, timing);
  }
};

const isBackendEvent = (event: TurnEvent): event is BackendEvent & { readonly atMs: number } =>
  event.type === 'text' ||
  event.type === 'toolCall' ||
  event.type === 'toolResult' ||
  event.type === 'question' ||
  event.type === 'cut' ||
  event.type === 'heartbeat' ||
  event.type === 'error';

/**
 * The whole behaviour of a turn. There are no effects: the state says what the shell has to do (keep the stream open while
 * `streaming`, look at the state at `looking.nextLookAtMs`, stop when `settled`). A settled turn never changes again.
 */
export const reduceTurn = (state: TurnState, event: TurnEvent, timing: Timing): TurnState => {
  if (state.phase === 'settled') return state;
  if (!isBackendEvent(event)) return reduceOwn(state, event, timing);
  // What arrives after a limit or Stop ended the stream is too late.
  return isStreaming(state) ? reduceBackend(state, event) : state;
};
