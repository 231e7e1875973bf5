/** How discord.js's REST requests are sent: time limits and the count of refusals. It must not know what a request is about. */
import { DefaultRestOptions, type RESTOptions } from 'discord.js';
import type { LimitFacts } from '../core/limit-facts.ts';
import { limitFactsOf } from './limit-facts.ts';
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

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    // A page of whatever stands before Discord: its headers have to do.
    return null;
  }
};

/** What Discord said of its limits, and the answer to go on with: that of a 429 was read, and says its time exactly. */
const readLimits = async (answer: Answer): Promise<{ facts: LimitFacts; answer: Answer }> => {
  if (answer.status !== 429) return { facts: limitFactsOf(answer, null), answer };
  const { ok, status, statusText } = answer;
  const bytes = await answer.arrayBuffer();
  const body = jsonOf(new TextDecoder().decode(bytes));
  const facts = limitFactsOf(answer, body);
  const headers = new Headers(Object.fromEntries(answer.headers));
  // The header has whole seconds, and discord.js reads nothing else.
  if (facts.retryAfterMs !== null) headers.set('retry-after', String(facts.retryAfterMs / 1000));
  const read = {
    headers,
    ok,
    status,
    statusText,
    body: null,
    bodyUsed: false,
    text: () => Promise.resolve(new TextDecoder().decode(bytes)),
    json: () => Promise.resolve(body),
    arrayBuffer: () => Promise.resolve(bytes),
  };
  return { facts, answer: read };
};

/** What the budget hears of an answer: whose it is, the name of its bucket, and what it says of limits. */
export type AnswerTold = {
  readonly method: string;
  readonly path: string;
  readonly bucket: string | null;
  readonly facts: LimitFacts;
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
      const { facts, answer: read } = await readLimits(answer);
      if (answer.status === 429) rateLimited[scopeOf(answer)] += 1;
      const bucket = answer.headers.get('x-ratelimit-bucket');
      onAnswer({ method: init.method ?? 'GET', path: pathOf(url), bucket, facts });
      return read;
    },
    rateLimited: () => ({ ...rateLimited }),
  };
};
