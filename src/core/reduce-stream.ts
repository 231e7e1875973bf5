/** What the events of an open stream make of a turn: words that grow, tools, questions. Must not know how the turn ends. Pure. */
import type { Activity, BackendEvent, TurnState } from './turn.ts';

/** Words that were still growing were never confirmed by a whole text; they are kept (sse-wire: keep what was shown). */
export const flushed = (state: TurnState): TurnState =>
  state.growing === ''
    ? state
    : { ...state, said: [...state.said, state.growing], growing: '', growingAuthor: null };

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

export const reduceBackend = (state: TurnState, event: BackendEvent & { atMs: number }): TurnState => {
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
    case 'cut':
      return { ...state, notes: [...state.notes, { kind: 'answerCut' }] };
    case 'heartbeat':
      return state;
  }
};
