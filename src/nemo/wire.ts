/** Frames of the stream → events of the core, whatever shape they come in. No I/O; remembers what it must to tell repeats and endings. */
import { classifyRefusal, type Problem, problemOf } from '../core/problems.ts';
import type { BackendEvent } from '../core/turn.ts';
import { conclude, createFlatWords, type FlatWords, hasGiven, moreWords } from './flat-words.ts';
import { callIdsMax } from './limits.ts';
import type { Frame } from './sse.ts';
import {
  errorCodeOf,
  errorTextOf,
  hintOf,
  isFailure,
  readEvent,
  type WireCall,
  type WireContent,
  type WireEvent,
} from './wire-schema.ts';

export type WireReader = {
  /** The events of one frame: none, one, or several. */
  read(frame: Frame): readonly BackendEvent[];
  /** After a clean end: what only the end can tell. */
  end(): readonly BackendEvent[];
  /** Frames that were no event of any known shape. */
  unreadable(): number;
};

type ErrorEvent = Extract<BackendEvent, { type: 'error' }>;

const heartbeat: BackendEvent = { type: 'heartbeat' };

/** nemo-api §4.1: the exact bytes are unknown. */
const heartbeatWords = new Set(['heartbeat', 'ping', 'keepalive', 'keep-alive']);

const isHeartbeatWord = (word: string): boolean =>
  word !== '' && word.length <= 10 && heartbeatWords.has(word.toLowerCase());

const agentError = (code: string | null): Problem => problemOf('agentError', { code });

const finalError = (detail: string | null, problem: Problem = agentError(null)): ErrorEvent => ({
  type: 'error',
  problem,
  detail,
  isFinal: true,
});

/** An exception whose text was put into JSON without escaping (sse-wire, "Errors" 1): the text as far as its line goes. */
const brokenErrorOf = (data: string): ErrorEvent | null => {
  const match = /^\{\s*"error"\s*:\s*"?(?<detail>.*?)"?\s*\}?\s*$/su.exec(data);
  return match === null ? null : finalError(match.groups?.['detail'] ?? null);
};

const isEmpty = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.keys(value).length === 0;

const parse = (data: string): unknown => {
  try {
    return JSON.parse(data);
  } catch {
    // Not JSON is one of the shapes; the caller decides what it is.
    return undefined;
  }
};

const isGiven = <T>(value: T | null | undefined): value is T => value !== null && value !== undefined;

/**
 * How often each call or result came, by its id, or by its name where it has none. Tells repeats apart: previews and re-run tools bring
 * the same call again (sse-wire, "Partial and final").
 */
type CallLog = Map<string, number>;

type CallKind = 'call' | 'result';

/** The id of a call or result; made up from name and count where it has none. */
const idOf = (
  calls: CallLog,
  kind: CallKind,
  { id, name }: { id?: string | null | undefined; name?: string | null | undefined },
): string => {
  if (isGiven(id) && id !== '') return id;
  const key = `unnamed ${kind} ${name ?? ''}`;
  const count = (calls.get(key) ?? 0) + 1;
  calls.set(key, count);
  return `${name ?? 'tool'}#${count}`;
};

const isFirst = (calls: CallLog, kind: CallKind, id: string): boolean => {
  const key = `${kind} ${id}`;
  if (calls.has(key)) return false;
  if (calls.size < callIdsMax) calls.set(key, 1);
  return true;
};

const isRequestToPerson = (name: string): boolean => name.startsWith('adk_request_');

const callEvent = (calls: CallLog, call: WireCall): readonly BackendEvent[] => {
  const id = idOf(calls, 'call', call);
  const name = call.name ?? '';
  if (!isFirst(calls, 'call', id)) return [];
  if (isRequestToPerson(name)) return [{ type: 'question', id, text: hintOf(call.args) }];
  return [{ type: 'toolCall', id, name }];
};

const resultEvent = (calls: CallLog, result: WireCall): readonly BackendEvent[] => {
  const id = idOf(calls, 'result', result);
  const name = result.name ?? '';
  if (!isFirst(calls, 'result', id) || isRequestToPerson(name)) return [];
  return [{ type: 'toolResult', id, name, isFailed: isFailure(result.response) }];
};

/** Some releases report an exception as words of an author "system" (sse-wire, "Errors" 2). */
const isSystemError = (author: string, text: string): boolean =>
  author === 'system' && text.startsWith('Error:');

const textEvents = (event: WireEvent, text: string): readonly BackendEvent[] => {
  if (text === '') return [];
  const author = event.author ?? '';
  if (isSystemError(author, text)) {
    return [{ type: 'error', problem: agentError(null), detail: text, isFinal: false }];
  }
  return [{ type: 'text', author, text, isPartial: event.partial === true }];
};

/** The agent used up its tokens: told as an error code or only as the reason of the end (sse-wire, "Event JSON" and "Errors"). */
const tokenLimit = 'MAX_TOKENS';

const isAtTokenLimit = (event: WireEvent): boolean =>
  (event.errorCode ?? event.error_code) === tokenLimit ||
  (event.finishReason ?? event.finish_reason) === tokenLimit;

/** `STOP` is an empty success; words that ran into the token limit are valid (sse-wire, "Errors"): only the end tells what that means. */
const codeEvents = (event: WireEvent): readonly BackendEvent[] => {
  const code = event.errorCode ?? event.error_code;
  if (!isGiven(code) || code === '' || code === 'STOP' || code === tokenLimit) return [];
  const detail = event.errorMessage ?? event.error_message ?? null;
  return [{ type: 'error', problem: agentError(String(code)), detail, isFinal: false }];
};

const adkEvents = (calls: CallLog, event: WireEvent, content: WireContent): readonly BackendEvent[] => {
  // A call with `partial: true` is a preview; the call itself follows.
  const isPreview = event.partial === true;
  const tools: BackendEvent[] = [];
  let text = '';
  for (const part of content.parts ?? []) {
    // All words of one event are one text: a whole text replaces what its deltas grew, so it must not come in pieces.
    if (part.thought !== true) text += part.text ?? '';
    if (isPreview) continue;
    const call = part.functionCall ?? part.function_call;
    const result = part.functionResponse ?? part.function_response;
    if (isGiven(call)) tools.push(...callEvent(calls, call));
    if (isGiven(result)) tools.push(...resultEvent(calls, result));
  }
  const words = content.role === 'user' ? '' : text;
  const said = textEvents(event, words);
  const failed = codeEvents(event);
  return tools.length === 0 && failed.length === 0 ? said : [...said, ...tools, ...failed];
};

/**
 * A code of the backend's own beside an error or inside it (nemo-api §10) says what it is; small numbers are those of a model behind the
 * agent, which failed in the middle of its work (sse-wire, "Errors").
 */
const problemIn = ({ code, error }: WireEvent): Problem => {
  const bodyCode = Number(code ?? errorCodeOf(error) ?? 0);
  if (!(bodyCode >= 1000)) return agentError(null);
  const problem = classifyRefusal({ call: 'stream', httpStatus: 200, bodyCode, bindId: null });
  return problem.kind === 'unknown' ? agentError(null) : problem;
};

/** What one stream has said so far, as far as it decides what the next event, or the end, means. */
type Reading = {
  readonly calls: CallLog;
  readonly flat: FlatWords;
  /** The run has not recovered from it yet. */
  lastError: ErrorEvent | null;
  hasText: boolean;
  /** The words ran into the token limit. */
  isCut: boolean;
  hasReadable: boolean;
  unreadable: number;
};

const flatWords = ({ flat }: Reading, event: WireEvent, text: string): readonly BackendEvent[] => {
  const author = event.author ?? '';
  const isPlain = text !== '' && !isGiven(event.partial) && !isSystemError(author, text);
  return isPlain ? moreWords(flat, { author, text }) : textEvents(event, text);
};

/** The flat shape of nemo-api §4.1; unknown types say nothing. */
const flatEvents = (reading: Reading, event: WireEvent, type: string): readonly BackendEvent[] => {
  const { calls } = reading;
  const words = typeof event.content === 'string' ? event.content : (event.text ?? event.message ?? '');
  switch (type) {
    case 'text':
    case 'message':
      return flatWords(reading, event, words);
    case 'tool_call':
      return callEvent(calls, { id: event.id, name: event.name, args: undefined, response: undefined });
    case 'tool_result':
      return resultEvent(calls, { id: event.id, name: event.name, args: undefined, response: event.result });
    case 'error':
      return [finalError(errorTextOf(event.error) ?? (words === '' ? null : words), problemIn(event))];
    default:
      return [];
  }
};

/** An ordinary envelope that came inside the stream (nemo-api §4.1: no source says that it cannot). */
const envelopeEvents = (event: WireEvent): readonly BackendEvent[] | null => {
  const { code } = event;
  if (!isGiven(code) || Number(code) === 0) return null;
  const problem = classifyRefusal({ call: 'stream', httpStatus: 200, bodyCode: code, bindId: null });
  return [finalError(event.message ?? errorTextOf(event.error), problem)];
};

const eventsOf = (reading: Reading, event: WireEvent): readonly BackendEvent[] | null => {
  const { content } = event;
  if (isGiven(content) && typeof content === 'object') return adkEvents(reading.calls, event, content);
  if (isGiven(event.errorCode ?? event.error_code)) return codeEvents(event);
  if (isGiven(event.type)) return flatEvents(reading, event, event.type);
  const refused = envelopeEvents(event);
  if (refused !== null) return refused;
  if (isGiven(event.error)) return [finalError(errorTextOf(event.error), problemIn(event))];
  if (isGiven(event.text)) return flatWords(reading, event, event.text);
  const isAdk = isGiven(event.invocationId ?? event.invocation_id ?? event.author);
  return isAdk ? [] : null;
};

const isSubstance = (event: BackendEvent): boolean => event.type !== 'heartbeat' && event.type !== 'error';

const note = (
  reading: Reading,
  events: readonly BackendEvent[],
  isAtLimit = false,
): readonly BackendEvent[] => {
  reading.hasReadable = true;
  for (const event of events) {
    if (event.type === 'text') reading.hasText = true;
    if (event.type === 'error') reading.lastError = event;
    else if (isSubstance(event)) {
      reading.lastError = null;
      reading.isCut = false;
    }
  }
  reading.isCut ||= isAtLimit;
  return events.length === 0 ? [heartbeat] : events;
};

const readJson = (reading: Reading, data: string): readonly BackendEvent[] | null => {
  const value = parse(data);
  if (value === undefined) {
    const broken = brokenErrorOf(data);
    return broken === null ? null : note(reading, [broken]);
  }
  const event = readEvent(value);
  if (event === null) return null;
  const events = eventsOf(reading, event);
  if (events === null && isEmpty(value)) {
    // A thrown value that was no error (sse-wire, "Errors" 5); only the end tells it from a sign of life.
    reading.hasReadable = true;
    reading.lastError = { type: 'error', problem: agentError(null), detail: null, isFinal: false };
    return [heartbeat];
  }
  if (events === null) return null;
  const goesOn = events.length === 0 || hasGiven(reading.flat, events);
  return note(reading, goesOn ? events : [...conclude(reading.flat), ...events], isAtTokenLimit(event));
};

/** What only the end can tell: an error from which the run did not recover, or words that ran into the token limit. */
const endingOf = ({ lastError, isCut, hasText }: Reading): BackendEvent | null => {
  if (lastError !== null) return lastError.isFinal ? null : { ...lastError, isFinal: true };
  if (!isCut) return null;
  return hasText ? { type: 'cut' } : finalError(null, agentError(tokenLimit));
};

const beginReading = (): Reading => ({
  calls: new Map(),
  flat: createFlatWords(),
  lastError: null,
  hasText: false,
  isCut: false,
  hasReadable: false,
  unreadable: 0,
});

/** Reads one stream; make a new one for each. */
export const createWireReader = (): WireReader => {
  const reading = beginReading();
  return {
    read: (frame) => {
      if (frame.kind === 'comment' || isHeartbeatWord(frame.name ?? '')) return [heartbeat];
      const data = frame.data.trim();
      if (data === '' || isHeartbeatWord(data)) return [heartbeat];
      if (data === '[DONE]') return [];
      const events = readJson(reading, data);
      if (events !== null) return events;
      reading.unreadable += 1;
      return [];
    },
    end: () => {
      const last = endingOf(reading);
      if (last !== null) return [...conclude(reading.flat), last];
      if (reading.unreadable > 0 && !reading.hasReadable)
        return [finalError(null, problemOf('backendUnavailable'))];
      return conclude(reading.flat);
    },
    unreadable: () => reading.unreadable,
  };
};
