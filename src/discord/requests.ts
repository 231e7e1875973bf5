/** How discord.js's REST requests are sent: time limits and the count of refusals. It must not know what a request is about. */
import { DefaultRestOptions, type RESTOptions } from 'discord.js';
import type { RefusalGuard } from './refusal-guard.ts';

/** An answer without files takes well under a second; discord.js tries again after this. */
const requestLimitMs = 15_000;

export type RequestWatch = {
  readonly makeRequest: RESTOptions['makeRequest'];
  /** Answers 429 since the start, by Discord's scope (Discord docs: Rate Limits, Header Format). */
  rateLimited(): Readonly<Record<RateLimitScope, number>>;
};

type RateLimitScope = 'user' | 'global' | 'shared';

const scopeOf = (answer: Answer): RateLimitScope => {
  const scope = answer.headers.get('x-ratelimit-scope');
  return scope === 'global' || scope === 'shared' ? scope : 'user';
};

type Answer = Awaited<ReturnType<RESTOptions['makeRequest']>>;

const isRefusal = (answer: Answer): boolean =>
  answer.status === 401 ||
  answer.status === 403 ||
  (answer.status === 429 && answer.headers.get('x-ratelimit-scope') !== 'shared');

type RequestInit = Parameters<RESTOptions['makeRequest']>[1];

/**
 * Files, encoded by the platform. discord.js hands forms to its own undici, which sends them through the dispatcher that all copies
 * of undici in a process share; once the backend's newer undici is loaded, that one refuses forms of another copy.
 */
const sendForm = async (url: string, init: RequestInit, form: FormData): Promise<Answer> => {
  const encoded = new Response(form);
  const contentType = encoded.headers.get('content-type') ?? 'multipart/form-data';
  // discord.js gives its headers as a plain record.
  const headers = Object.fromEntries([...Object.entries(init.headers ?? {}), ['content-type', contentType]]);
  const body = new Uint8Array(await encoded.arrayBuffer());
  return DefaultRestOptions.makeRequest(url, { ...init, headers, body });
};

/** The limit that discord.js knows holds for every request, and an MP4 needs minutes: requests without files get a shorter one. */
const sendWithin = async (url: string, init: RequestInit): Promise<Answer> => {
  if (init.body instanceof FormData) return sendForm(url, init, init.body);
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), requestLimitMs);
  const signal = init.signal ? AbortSignal.any([init.signal, limit.signal]) : limit.signal;
  try {
    return await DefaultRestOptions.makeRequest(url, { ...init, signal });
  } finally {
    clearTimeout(timer);
  }
};

/** The path below the version, as routes are written. */
const pathOf = (url: string): string => new URL(url).pathname.replace(/^.*?\/v\d+(?=\/)/u, '');

/** `tell` hears of every answer; that of a 429 is read for it, and given on whole. */
const telling = async (answer: Answer, tell: (body: unknown) => void): Promise<Answer> => {
  if (answer.status !== 429) {
    tell(null);
    return answer;
  }
  const { headers, ok, status, statusText } = answer;
  const bytes = await answer.arrayBuffer();
  const text = new TextDecoder().decode(bytes);
  tell(jsonOf(text));
  return {
    ...{ headers, ok, status, statusText, body: null, bodyUsed: false },
    text: () => Promise.resolve(text),
    json: () => Promise.resolve(jsonOf(text)),
    arrayBuffer: () => Promise.resolve(bytes),
  };
};

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    // A page of whatever stands before Discord: its headers have to do.
    return null;
  }
};

/** What the budget hears of an answer: whose it is, its head, and the body of a 429. */
export type AnswerTold = {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly body: unknown;
};

export const createRequestWatch = (
  guard: RefusalGuard,
  onAnswer: (told: AnswerTold) => void = () => {},
): RequestWatch => {
  const rateLimited = { user: 0, global: 0, shared: 0 };
  return {
    makeRequest: async (url, init) => {
      guard.requireLeave();
      const answer = await sendWithin(url, init);
      if (isRefusal(answer)) guard.count();
      if (answer.status === 429) rateLimited[scopeOf(answer)] += 1;
      const { status, headers } = answer;
      const told = { method: init.method ?? 'GET', path: pathOf(url), status, headers };
      return telling(answer, (body) => onAnswer({ ...told, body }));
    },
    rateLimited: () => ({ ...rateLimited }),
  };
};
