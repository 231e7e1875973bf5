/** The rules of one turn from the first word to its outcome, without I/O and without a clock: time arrives inside the events. Pure. */
import { brokenLooksMax, silentLookIntervalMs, silentLooksMax, type Timing } from './limits.ts';
import type { Problem } from './problems.ts';
import {
  type Activity,
  type BackendEvent,
  type Found,
  hasWords,
  type Looking,
  type LookReason,
  type Outcome,
  type OwnEvent,
  type TurnEvent,
  type TurnState,
} from './turn.ts';

const flushed = (state: TurnState): TurnState =>
  state.growing === ''
    ? state
    : { ...state, said: [...state.said, state.growing], growing: '', growingAuthor: null };

const settle = (state: TurnState, outcome: Outcome, problem: Problem | null): TurnState => ({
  ...flushed(state),
  phase: 'settled',
  outcome,
  problem,
  looking: null,
});

const makesVideo = (name: string): boolean => /generate_video|seedance|image_to_video/iu.test(name);

/** Tool names are classified by substring, as the vendor's own client does (nemo-api §4.1). Video comes first: "generate_video_with_music". */
const activityOfTool = (name: string): Activity => {
  if (makesVideo(name)) return 'generating';
  if (/music|suno|audio|bgm|voice/iu.test(name)) return 'music';
  if (/understand|analy[sz]e/iu.test(name)) return 'analysing';
  if (/edit|draft|multitrack|title|track|caption|timeline/iu.test(name)) return 'editing';
  return 'thinking';
};

const grow = (state: TurnState, event: { author: string; text: string; atMs: number }): TurnState => {
  // A second author starts a segment of its own; the first one's final may never come (sse-wire, "Partial and final").
  const base = state.growingAuthor === event.author ? state : flushed(state);
  return {
    ...base,
    growing: base.growing + event.text,
    growingAuthor: event.author,
    rawClip: event.text === '' ? base.rawClip : told(base),
    lastSubstanceAtMs: event.text === '' ? base.lastSubstanceAtMs : event.atMs,
  };
};

/** Once the agent itself speaks after the raw clip, our own line about it would only repeat it. */
const told = (state: TurnState): TurnState['rawClip'] => (state.rawClip === 'ready' ? 'told' : state.rawClip);

/** A whole text is authoritative: it replaces what was growing. An empty one says nothing and takes nothing away. */
const conclude = (state: TurnState, event: { author: string; text: string; atMs: number }): TurnState => {
  if (event.text === '') return state;
  const base = state.growingAuthor === event.author ? state : flushed(state);
  return {
    ...base,
    said: [...base.said, event.text],
    growing: '',
    growingAuthor: null,
    rawClip: told(base),
    lastSubstanceAtMs: event.atMs,
  };
};

const finishTool = (
  state: TurnState,
  event: { name: string; isFailed: boolean; atMs: number },
): TurnState => ({
  ...state,
  lastSubstanceAtMs: event.atMs,
  toolsSucceeded: state.toolsSucceeded + (event.isFailed ? 0 : 1),
  rawClip: !event.isFailed && makesVideo(event.name) ? 'ready' : state.rawClip,
  activity: 'thinking',
});

const look = (state: TurnState, why: LookReason, nextLookAtMs: number): TurnState => ({
  ...state,
  phase: 'reconciling',
  looking: { why, looks: 0, nextLookAtMs, lastSeen: null },
});

const isQuick = (why: LookReason): boolean => why === 'answered' || why === 'silent';

const close = (
  state: TurnState,
  event: { isClean: boolean; problem: Problem | null; atMs: number },
  timing: Timing,
): TurnState => {
  const problem = event.problem ?? state.problem;
  // Words that were still growing were never confirmed by a whole text; they are kept (sse-wire: keep what was shown).
  const ended = { ...flushed(state), problem };
  if (!event.isClean) return look(ended, 'dropped', event.atMs + timing.reconcileFirstMs);
  const why = problem === null && (hasWords(ended) || ended.question !== null) ? 'answered' : 'silent';
  return look(ended, why, event.atMs);
};

const intervalMs = (looking: Looking, { reconcileIntervalMs }: Timing): number =>
  isQuick(looking.why) ? Math.min(silentLookIntervalMs, reconcileIntervalMs) : reconcileIntervalMs;

const lookAgain = (state: TurnState, looking: Looking, nextLookAtMs: number): TurnState => ({
  ...state,
  looking: { ...looking, nextLookAtMs },
});

const noAnswer: Problem = { kind: 'noAnswer', retry: 'never', code: null, bindId: null };
const notReachable: Problem = { kind: 'backendUnavailable', retry: 'never', code: null, bindId: null };

/** All looks are used up and nothing changed. */
const giveUp = (state: TurnState, looking: Looking): TurnState => {
  if (looking.why === 'answered') return settle(state, 'answered', null);
  if (state.problem !== null) return settle(state, 'failed', state.problem);
  if (looking.lastSeen === null) return settle(state, 'failed', notReachable);
  return looking.why === 'silent' ? settle(state, 'unchanged', null) : settle(state, 'failed', noAnswer);
};

/**
 * After a broken stream the agent may still be at work: a change counts once two looks agree on it, so that the next instruction
 * does not meet a session that is busy.
 */
const isStable = (before: Looking, found: NonNullable<Found>): boolean =>
  isQuick(before.why) || before.lastSeen === found.fingerprint || before.looks + 1 >= brokenLooksMax;

const judge = (state: TurnState, event: { found: Found; atMs: number }, timing: Timing): TurnState => {
  const { found } = event;
  if (state.looking === null) return state;
  const lastSeen = found?.fingerprint ?? state.looking.lastSeen;
  const looking: Looking = { ...state.looking, looks: state.looking.looks + 1, lastSeen };
  const looked = { ...state, looking };
  if (found?.hasChanged === true) {
    const { before, after } = found;
    if (!isStable(state.looking, found))
      return lookAgain(looked, looking, event.atMs + timing.reconcileFirstMs);
    // The words of an answer that broke off do not tell what became of it.
    const isTold = looking.why === 'answered';
    return settle({ ...looked, change: { before, after } }, isTold ? 'answered' : 'edited', null);
  }
  const looksMax = isQuick(looking.why) ? silentLooksMax : brokenLooksMax;
  const isDone = looking.looks >= looksMax || (looking.why === 'answered' && found !== null);
  return isDone
    ? giveUp(looked, looking)
    : lookAgain(looked, looking, event.atMs + intervalMs(looking, timing));
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

/** Events of the stream count only while it is open: what arrives after a limit or Stop ended it is too late. */
const reduceBackend = (state: TurnState, event: BackendEvent & { atMs: number }): TurnState => {
  switch (event.type) {
    case 'text':
      return event.isPartial ? grow(state, event) : conclude(state, event);
    case 'toolCall':
      return { ...state, lastSubstanceAtMs: event.atMs, activity: activityOfTool(event.name) };
    case 'toolResult':
      return finishTool(state, event);
    case 'question':
      return { ...state, lastSubstanceAtMs: event.atMs, question: { text: event.text } };
    case 'error':
      // An errorCode event is not the end: the run may recover and its later words clear the problem (sse-wire, "Errors").
      return event.isFinal ? { ...state, problem: event.problem } : state;
    case 'heartbeat':
      return state;
  }
};

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
  event.type === 'heartbeat' ||
  event.type === 'error';

/**
 * The whole behaviour of a turn. There are no effects: the state says what the shell has to do (keep the stream open while
 * `streaming`, look at the state at `looking.nextLookAtMs`, stop when `settled`). A settled turn never changes again.
 */
export const reduceTurn = (state: TurnState, event: TurnEvent, timing: Timing): TurnState => {
  if (state.phase === 'settled') return state;
  if (!isBackendEvent(event)) return reduceOwn(state, event, timing);
  return isStreaming(state) ? reduceBackend(state, event) : state;
};
