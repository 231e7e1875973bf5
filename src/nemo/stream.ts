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

async function* readEvents(answer: HttpAnswer, log: Log): AsyncGenerator<BackendEvent, void, undefined> {
  const frames = createFrameReader({ frameLengthMax, sizeBytesMax: streamSizeBytesMax });
  const wire = createWireReader();
  const eventsOf = (read: readonly Frame[]): BackendEvent[] => read.flatMap((frame) => wire.read(frame));
  for await (const chunk of answer.chunks) yield* eventsOf(frames.read(chunk));
  yield* eventsOf(frames.end());
  yield* wire.end();
  const unreadable = wire.unreadable();
  if (unreadable > 0) log.warn({ unreadable }, 'the stream held frames of no known shape');
}

/**
 * Resolves when the backend has accepted the instruction: from then on it is never sent again. The body holds exactly the seed's keys.
 * Rejects with NemoError; `sent` is false only when the backend refused it, or never got it. The iterable can be read once; leaving
 * its loop early ends the request.
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
  if (answer.status !== 200 || !streamTypes.has(answer.contentType)) throw await noStream(answer);
  return readEvents(answer, log);
};
