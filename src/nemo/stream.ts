/** Sends one instruction and reads its answer as it is written. Knows `POST /run_sse` (nemo-api §4) and no other request. */
import { problemOf } from '../core/problems.ts';
import type { BackendEvent } from '../core/turn.ts';
import { NemoError } from '../ports/backend.ts';
import type { Log } from '../ports/log.ts';
import { readJson, refusalOf } from './answer.ts';
import type { Api } from './api.ts';
import type { HttpAnswer } from './http.ts';
import { frameLengthMax, jsonSizeBytesMax, streamSizeBytesMax } from './limits.ts';
import { createFrameReader, type Frame } from './sse.ts';
import { createWireReader } from './wire.ts';

export type StreamCall = {
  readonly token: string;
  readonly sessionId: string;
  readonly text: string;
  readonly signal: AbortSignal;
  /** For the whole stream, headers included: a gateway may hold them back until the first words (sse-wire, "Framing"). */
  readonly limitMs: number;
  /** What is read instead when the backend refused although it had begun to answer; rejects with what to tell. */
  readonly remedy: (refusal: NemoError) => Promise<AsyncIterable<BackendEvent>>;
};

/** Some servers name no type; what is JSON or a page is no stream. */
const streamTypes = new Set(['text/event-stream', 'text/plain', 'application/octet-stream', '']);

/** The error that an answer is instead of a stream. */
const noStream = async (answer: HttpAnswer): Promise<NemoError> => {
  const body = await readJson(answer, 'stream', jsonSizeBytesMax);
  const refusal = refusalOf('stream', answer.status, body);
  if (refusal !== null) return refusal;
  return new NemoError('protocol', problemOf('backendUnavailable'), {
    message: `The stream request was answered with "${answer.contentType}", which is no stream.`,
    sent: true,
  });
};

const refuse = async (answer: HttpAnswer): Promise<never> => {
  throw await noStream(answer);
};

/** Lines of an event stream begin with the name of a field or a colon; what begins like JSON or a page is none, whatever its type says. */
const isNoStream = (chunk: Uint8Array): boolean =>
  /^\s*[[{<]/u.test(Buffer.from(chunk.subarray(0, 100)).toString('latin1'));

/** A body whose first chunk was looked at. */
async function* resumed(
  first: Uint8Array,
  rest: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  yield first;
  yield* { [Symbol.asyncIterator]: () => rest };
}

type Events = { readonly events: readonly BackendEvent[]; readonly isLast: boolean };

type Reading = {
  /** As many events as a chunk completes. Rejects when the answer is no stream. */
  next(): Promise<Events>;
  /** Ends the request. */
  leave(): void;
};

/**
 * Bytes → events. Every open stream waits here for minutes, so what it holds is let go of early: of the answer all but its body, and
 * each chunk, which a generator would keep in hand until the next one comes.
 */
const createReading = (answer: HttpAnswer, log: Log): Reading => {
  const chunks = answer.chunks[Symbol.asyncIterator]();
  const frames = createFrameReader({ frameLengthMax, sizeBytesMax: streamSizeBytesMax });
  const wire = createWireReader();
  let unseen: HttpAnswer | null = answer;

  const eventsOf = (read: readonly Frame[]): BackendEvent[] => read.flatMap((frame) => wire.read(frame));

  const end = (): readonly BackendEvent[] => {
    const events = [...eventsOf(frames.end()), ...wire.end()];
    const unreadable = wire.unreadable();
    if (unreadable > 0) log.warn({ unreadable }, 'the stream held frames of no known shape');
    return events;
  };

  const read = ({ done, value }: IteratorResult<Uint8Array>): Events | Promise<never> => {
    if (done === true) return { events: end(), isLast: true };
    if (unseen !== null && isNoStream(value)) return refuse({ ...unseen, chunks: resumed(value, chunks) });
    unseen = null;
    return { events: eventsOf(frames.read(value)), isLast: false };
  };

  return {
    next: () => chunks.next().then(read),
    leave: () => void chunks.return?.(),
  };
};

/** A refusal that has a remedy. As the first thing of substance it says that the backend did not act (nemo-api §4.1, §10). */
const refusalIn = (event: BackendEvent | undefined): NemoError | null => {
  if (event?.type !== 'error' || event.problem.retry === 'never') return null;
  return new NemoError('refused', event.problem, {
    message: `The stream request was refused in its stream: code ${event.problem.code}.`,
    sent: false,
  });
};

const isSubstance = ({ type }: BackendEvent): boolean => type !== 'heartbeat';

async function* readEvents(
  reading: Reading,
  remedy: StreamCall['remedy'],
): AsyncGenerator<BackendEvent, void, undefined> {
  let isBegun = false;
  try {
    for (let isLast = false; !isLast; ) {
      const next = await reading.next();
      const refusal = isBegun ? null : refusalIn(next.events.find(isSubstance));
      if (refusal !== null) throw refusal;
      isBegun ||= next.events.some(isSubstance);
      isLast = next.isLast;
      yield* next.events;
    }
  } catch (error) {
    reading.leave();
    if (!(error instanceof NemoError) || error.kind !== 'refused' || error.sent) throw error;
    yield* await remedy(error);
  } finally {
    reading.leave();
  }
}

/**
 * Resolves when the backend has answered. The body holds exactly the seed's keys. Rejects with NemoError; `sent` is false only when
 * the backend refused it, or never got it; then it may be sent again. A refusal may also come in the stream, before anything else:
 * then what `remedy` gives is read in its place. The iterable can be read once; leaving its loop early ends the request.
 */
export const openStream = async (
  api: Api,
  call: StreamCall,
  log: Log,
): Promise<AsyncIterable<BackendEvent>> => {
  const answer = await api.exchange({
    call: 'stream',
    method: 'POST',
    path: '/run_sse',
    token: call.token,
    signal: call.signal,
    headers: { Accept: 'text/event-stream' },
    json: {
      app_name: 'nemo_agent',
      user_id: 'me',
      session_id: call.sessionId,
      new_message: { parts: [{ text: call.text }] },
    },
    limitMs: call.limitMs,
  });
  if (answer.status !== 200 || !streamTypes.has(answer.contentType)) return refuse(answer);
  return readEvents(createReading(answer, log), call.remedy);
};
