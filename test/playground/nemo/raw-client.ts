// A client without any cleverness, for looking at the stand-in's answers. It must not know the bot.
import { type BodyInit, fetch } from 'undici';
import {
  createNemoStandIn,
  type NemoStandIn,
  type NemoStandInOptions,
} from '../../../playground/nemo/stand-in.ts';

export const attribution = {
  'x-skill-source': 'for-beginners-ai-image',
  'x-skill-version': '1.0.0',
  'x-skill-platform': 'unknown',
};

export type Answer = { status: number; contentType: string; text: string; json: unknown };
export type RawClient = ReturnType<typeof createRawClient>;

export function createRawClient(standIn: NemoStandIn, token = standIn.operatorToken) {
  const call = async (
    method: string,
    path: string,
    options: { body?: BodyInit; headers?: Record<string, string> } = {},
  ): Promise<Answer> => {
    const headers = { authorization: `Bearer ${token}`, ...attribution, ...options.headers };
    const response = await fetch(path.startsWith('http') ? path : standIn.url + path, {
      method,
      headers: Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== '')),
      ...(options.body === undefined ? {} : { body: options.body }),
    });
    const text = await response.text();
    return {
      status: response.status,
      contentType: response.headers.get('content-type') ?? '',
      text,
      json: parse(text),
    };
  };
  const post = (path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> =>
    call('POST', path, {
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json', ...headers },
    });
  const openSession = async (language = 'en'): Promise<string> => {
    const { json } = await post('/api/tasks/me/with-session/nemo_agent', { task_name: 'project', language });
    return String(at(json, 'data', 'session_id'));
  };
  const say = (sessionId: string, text: string): Promise<Answer> =>
    post('/run_sse', messageBody(sessionId, text), { accept: 'text/event-stream' });
  const state = async (sessionId: string): Promise<unknown> =>
    at((await call('GET', `/api/state/nemo_agent/me/${sessionId}/latest`)).json, 'data', 'state');
  const draft = async (sessionId: string): Promise<unknown> => at(await state(sessionId), 'draft');
  const submitRender = (
    sessionId: string,
    id: string,
    draftJson: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> =>
    post(
      '/api/render/proxy/lambda',
      { id, sessionId, draft: draftJson, output: { format: 'mp4', quality: 'high' } },
      headers,
    );
  const poll = (id: string): Promise<Answer> => call('GET', `/api/render/proxy/lambda/${id}`);
  return { call, post, openSession, say, state, draft, submitRender, poll };
}

/** The seed's body of a message, and not a key more. */
export function messageBody(sessionId: string, text: string) {
  return {
    app_name: 'nemo_agent',
    user_id: 'me',
    session_id: sessionId,
    new_message: { parts: [{ text }] },
  };
}

/** A stand-in with a fast clock and small films. */
export function startFast(options: Partial<NemoStandInOptions> = {}): Promise<NemoStandIn> {
  return createNemoStandIn({
    clock: { nowMs: Date.now },
    speed: 2000,
    filmLongEdgePx: 320,
    silentShare: 0,
    onError: (error) => {
      throw error;
    },
    ...options,
  });
}

/** The value at a path of an unknown JSON value; undefined where the path ends early. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  let current = value;
  for (const key of path) {
    if (typeof current !== 'object' || current === null) return undefined;
    current = Reflect.get(current, key);
  }
  return current;
}

/** The same object with its keys the other way round and perhaps fewer of them. */
export function reordered(value: unknown, without?: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) throw new TypeError('There are no keys to reorder.');
  const entries: [string, unknown][] = Object.entries(value);
  return Object.fromEntries(entries.toReversed().filter(([key]) => key !== without));
}

/** The JSON of every `data:` line; lines that are no JSON are left out. */
export function eventsOf(stream: string): unknown[] {
  return stream
    .split(/\r?\n/)
    .filter((line) => line.startsWith('data: '))
    .map((line) => parse(line.slice(6)))
    .filter((event) => typeof event === 'object' && event !== null);
}

/** The texts of final events, in order: what the agent said. */
export function wordsOf(stream: string): string[] {
  return eventsOf(stream).flatMap((event) => {
    if (at(event, 'partial') === true || at(event, 'content', 'role') !== 'model') return [];
    const parts = at(event, 'content', 'parts');
    if (!Array.isArray(parts)) return [];
    return parts.flatMap((part: unknown) => {
      const text = at(part, 'text');
      return typeof text === 'string' && text !== '' && at(part, 'thought') !== true ? [text] : [];
    });
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not everything that is looked at is JSON.
    return undefined;
  }
}
