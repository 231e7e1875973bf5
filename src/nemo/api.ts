/** Requests to the backend's own address: headers, JSON, redirects, retries of reading requests. Knows no single endpoint. */
import type { Readable } from 'node:stream';
import type { RefusedCall } from '../core/problems.ts';
import { problemOf } from '../core/problems.ts';
import { NemoError } from '../ports/backend.ts';
import { createGate } from '../ports/gate.ts';
import { readJson, refusalOf } from './answer.ts';
import type { Http, HttpAnswer } from './http.ts';
import {
  changesAtOnceMax,
  jsonSizeBytesMax,
  type RequestLimits,
  readingsAtOnceMax,
  redirectsMax,
} from './limits.ts';
import type { Repeat } from './repeat.ts';

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
  readonly repeat: Repeat;
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

/** Where a redirect leads, or null for an answer that is none. */
export const redirectOf = (answer: HttpAnswer): URL | null => {
  if (![301, 302, 303, 307, 308].includes(answer.status)) return null;
  return URL.parse(answer.header('location') ?? '', answer.url.href);
};

export const createApi = ({ settings, limits, http, repeat }: ApiDependencies): Api => {
  const headersOf = (request: ApiRequest): Record<string, string> => ({
    Accept: 'application/json',
    'X-Skill-Source': settings.attribution.source,
    'X-Skill-Version': settings.attribution.version,
    'X-Skill-Platform': settings.attribution.platform,
    ...(request.token === null ? {} : { Authorization: `Bearer ${request.token}` }),
    ...(request.json === undefined ? {} : { 'Content-Type': 'application/json' }),
    ...request.headers,
  });

  const gates = { GET: createGate(readingsAtOnceMax), POST: createGate(changesAtOnceMax) };

  const exchange = async (request: ApiRequest): Promise<HttpAnswer> => {
    const { call, method, signal, limitMs = limits.requestMaxMs } = request;
    const headers = headersOf(request);
    const body = bodyOf(request);
    let url = new URL(`${settings.apiUrl}${request.path}`);
    for (let redirects = 0; ; redirects += 1) {
      const sent = { call, method, url, headers, signal, limitMs, ...(body === undefined ? {} : { body }) };
      const answer = await http.exchange(sent);
      const next = method === 'GET' ? redirectOf(answer) : null;
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

  /** What is quick goes through a gate, and its time counts from there; uploads say that they may take longer, and would keep others waiting. */
  const inTurn = (request: ApiRequest): Promise<unknown> => {
    const run = (): Promise<unknown> => once(request);
    return request.limitMs === undefined ? gates[request.method].through(run, request.signal) : run();
  };

  const json = (request: ApiRequest): Promise<unknown> =>
    request.method === 'GET' ? repeat(request, () => inTurn(request)) : inTurn(request);

  return { exchange, json };
};
