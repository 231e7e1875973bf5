/** Requests to the backend's own address: headers, JSON, redirects, retries of reading requests. Knows no single endpoint. */
import type { Readable } from 'node:stream';
import type { RefusedCall } from '../core/problems.ts';
import { problemOf } from '../core/problems.ts';
import { NemoError } from '../ports/backend.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import { readJson, refusalOf } from './answer.ts';
import type { Http, HttpAnswer } from './http.ts';
import { jsonSizeBytesMax, type RequestLimits, readAttemptsMax, redirectsMax } from './limits.ts';

/** The three headers that every request carries (nemo-api §1); exports are refused without them. */
export type Attribution = { readonly source: string; readonly version: string; readonly platform: string };

export type ApiRequest = {
  readonly call: RefusedCall;
  readonly method: 'GET' | 'POST';
  /** Below the base address; ids in it are already encoded. */
  readonly path: string;
  /** null: the one call without a bearer. */
  readonly token: string | null;
  readonly signal: AbortSignal;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as it is; the headers say what it is. */
  readonly body?: Readable;
  readonly limitMs?: number;
  readonly sizeBytesMax?: number;
};

export type Api = {
  /** One exchange, whatever the answer; a reading request follows redirects to the same origin. */
  exchange(request: ApiRequest): Promise<HttpAnswer>;
  /**
   * One exchange whose answer is JSON; `undefined` where a 2xx answer has another body. Rejects with NemoError: `refused` for a body code
   * other than 0 or a status other than 2xx. Reading requests are tried again on network faults and 5xx; others never are.
   */
  json(request: ApiRequest): Promise<unknown>;
};

export type ApiDependencies = {
  readonly settings: { readonly apiUrl: string; readonly attribution: Attribution };
  readonly limits: RequestLimits;
  readonly http: Http;
  readonly clock: Clock;
  /** From 0 to 1; spreads the retries of many turns. */
  readonly random: () => number;
  readonly log: Log;
};

const bodyOf = ({ call, json, body }: ApiRequest): string | Readable | undefined => {
  if (json === undefined) return body;
  try {
    return JSON.stringify(json);
  } catch (error) {
    // Nested too deeply to be written: a draft that was read can be beyond what can be sent.
    throw new NemoError('protocol', problemOf('requestRejected'), {
      message: `The ${call} request cannot be written as JSON.`,
      sent: false,
      cause: error,
    });
  }
};

const isWorthRepeating = (error: unknown): boolean =>
  error instanceof NemoError && error.kind !== 'tooLarge' && error.problem.kind === 'backendUnavailable';

/** Where a redirect leads, or null for an answer that is none. */
export const redirectOf = (answer: HttpAnswer, from: URL): URL | null => {
  if (![301, 302, 303, 307, 308].includes(answer.status)) return null;
  return URL.parse(answer.header('location') ?? '', from.href);
};

export const createApi = ({ settings, limits, http, clock, random, log }: ApiDependencies): Api => {
  const headersOf = (request: ApiRequest): Record<string, string> => ({
    Accept: 'application/json',
    'X-Skill-Source': settings.attribution.source,
    'X-Skill-Version': settings.attribution.version,
    'X-Skill-Platform': settings.attribution.platform,
    ...(request.token === null ? {} : { Authorization: `Bearer ${request.token}` }),
    ...(request.json === undefined ? {} : { 'Content-Type': 'application/json' }),
    ...request.headers,
  });

  const exchange = async (request: ApiRequest): Promise<HttpAnswer> => {
    const { call, method, signal, limitMs = limits.requestMaxMs } = request;
    const headers = headersOf(request);
    const body = bodyOf(request);
    let url = new URL(`${settings.apiUrl}${request.path}`);
    for (let redirects = 0; ; redirects += 1) {
      const sent = { call, method, url, headers, signal, limitMs, ...(body === undefined ? {} : { body }) };
      const answer = await http.exchange(sent);
      const next = method === 'GET' ? redirectOf(answer, url) : null;
      if (next === null || next.origin !== url.origin || redirects >= redirectsMax) return answer;
      answer.discard();
      url = next;
    }
  };

  const once = async (request: ApiRequest): Promise<unknown> => {
    const answer = await exchange(request);
    const body = await readJson(answer, request.call, request.sizeBytesMax ?? jsonSizeBytesMax);
    const refusal = refusalOf(request.call, answer.status, body);
    if (refusal !== null) throw refusal;
    return body;
  };

  const json = async (request: ApiRequest): Promise<unknown> => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await once(request);
      } catch (error) {
        if (request.method !== 'GET' || attempt >= readAttemptsMax || !isWorthRepeating(error)) throw error;
        log.debug({ call: request.call, attempt, err: error }, 'a reading request failed and is tried again');
        await clock.sleep(limits.retryWaitMs * 2 ** (attempt - 1) * (0.5 + random()), request.signal);
      }
    }
  };

  return { exchange, json };
};
