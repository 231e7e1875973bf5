/** How discord.js's REST requests are sent: time limits and the count of refusals. It must not know what a request is about. */
import { DefaultRestOptions, type RESTOptions } from 'discord.js';
import type { Clock } from '../ports/clock.ts';

/** An answer without files takes well under a second; discord.js tries again after this. */
const requestLimitMs = 15_000;

/** Discord bans an address after 10,000 answers 401, 403 or 429 in this time (Discord docs: Rate Limits, Invalid Request Limit). */
const refusalWindowMs = 600_000;

export type RequestWatch = {
  readonly makeRequest: RESTOptions['makeRequest'];
  /** Refusals in the running ten minutes. */
  invalidRequests(): number;
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

export const createRequestWatch = (clock: Clock): RequestWatch => {
  let windowStartedAtMs = clock.nowMs();
  let refusals = 0;
  const rateLimited = { user: 0, global: 0, shared: 0 };
  const renewWindow = (): void => {
    if (clock.nowMs() - windowStartedAtMs < refusalWindowMs) return;
    windowStartedAtMs = clock.nowMs();
    refusals = 0;
  };
  return {
    makeRequest: async (url, init) => {
      const answer = await sendWithin(url, init);
      renewWindow();
      if (isRefusal(answer)) refusals += 1;
      if (answer.status === 429) rateLimited[scopeOf(answer)] += 1;
      return answer;
    },
    invalidRequests: () => {
      renewWindow();
      return refusals;
    },
    rateLimited: () => ({ ...rateLimited }),
  };
};
