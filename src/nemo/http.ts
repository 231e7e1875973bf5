/** One HTTP exchange with limits, and nothing of the backend's meaning. Never sends a request twice. */
import type { LookupFunction } from 'node:net';
import type { Readable } from 'node:stream';
import type { Client, Dispatcher } from 'undici';
import type { RefusedCall } from '../core/problems.ts';
import { problemOf } from '../core/problems.ts';
import { NemoError } from '../ports/backend.ts';
import type { RequestLimits } from './limits.ts';

export type HttpRequest = {
  /** For errors and the log: addresses hold ids and signatures, this does not. */
  readonly call: RefusedCall;
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Readable | Uint8Array;
  readonly signal: AbortSignal;
  /** From the first byte out to the last byte in. */
  readonly limitMs: number;
};

export type HttpAnswer = {
  /** Whose answer it is. */
  readonly url: URL;
  readonly status: number;
  /** Media type in lower case without parameters; '' where there is none. */
  readonly contentType: string;
  header(name: string): string | null;
  /** The body as it comes; throws NemoError when it is cut. Leaving the loop early ends the exchange. */
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Ends the exchange without reading on. */
  discard(): void;
};

export type Http = {
  /** Rejects with NemoError, or with `signal.reason` when aborted. Redirects are answers like any other. */
  exchange(request: HttpRequest): Promise<HttpAnswer>;
  close(): Promise<void>;
};

type Failure = { readonly request: HttpRequest; readonly sent: boolean; readonly isOver: boolean };

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'no code';

const timeoutCodes = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'UND_ERR_CONNECT_TIMEOUT']);

/** `signal.reason` when the caller gave up, a NemoError otherwise. */
const failureOf = (error: unknown, { request, sent, isOver }: Failure): unknown => {
  if (request.signal.aborted) return request.signal.reason;
  if (error instanceof NemoError) return error;
  const isTimeout = isOver || timeoutCodes.has(codeOf(error));
  const what = isTimeout ? 'took too long' : `failed (${codeOf(error)})`;
  return new NemoError(isTimeout ? 'timeout' : 'network', problemOf('backendUnavailable'), {
    message: `The ${request.call} request ${what}.`,
    sent,
    cause: error,
  });
};

const headerOf = (headers: Dispatcher.ResponseData['headers'], name: string): string | null => {
  const value = headers[name];
  return (Array.isArray(value) ? value[0] : value) ?? null;
};

async function* chunksOf(
  body: Readable,
  request: HttpRequest,
  isOver: () => boolean,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    for await (const chunk of body) yield chunk;
  } catch (error) {
    throw failureOf(error, { request, sent: true, isOver: isOver() });
  }
}

/** A plain timer ends the body: a signal for it would cost each open stream some kilobytes. */
const answerOf = (
  { body, headers, statusCode }: Dispatcher.ResponseData,
  request: HttpRequest,
  leftMs: number,
): HttpAnswer => {
  let isOver = false;
  const timer = setTimeout(() => {
    isOver = true;
    body.destroy();
  }, leftMs);
  body.once('close', () => clearTimeout(timer));
  // A body that fails while nobody reads it would end the process; the reader's loop gets the error in any case.
  body.on('error', () => undefined);
  return {
    url: request.url,
    status: statusCode,
    contentType: (headerOf(headers, 'content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '',
    header: (name) => headerOf(headers, name),
    chunks: chunksOf(body, request, () => isOver),
    discard: () => {
      body.destroy();
    },
  };
};

const optionsOf = (request: HttpRequest): Dispatcher.RequestOptions => ({
  path: `${request.url.pathname}${request.url.search}`,
  method: request.method,
  // Answers are not unpacked, and without this line any packing would be fine (RFC 9110, §12.5.3).
  headers: { 'Accept-Encoding': 'identity', ...request.headers },
  body: request.body ?? null,
  signal: request.signal,
  headersTimeout: request.limitMs,
  bodyTimeout: 0,
});

/** Loaded with the first request: a tenth of the bot's start would go into it. */
const openConnections = async (limits: RequestLimits, lookup: LookupFunction | undefined) => {
  const { Agent, buildConnector, Client } = await import('undici');
  // One connector for all: its TLS sessions make the many single connections cheap.
  const connect = buildConnector({ timeout: limits.connectMaxMs, ...(lookup && { lookup }) });
  return {
    shared: new Agent({ connect, connections: 64 }),
    single: (origin: string) => new Client(origin, { connect, pipelining: 0 }),
  };
};

type Connections = Awaited<ReturnType<typeof openConnections>>;

/**
 * Reading requests share kept connections. Every POST has a connection of its own: a kept one may be dead without our knowing,
 * and then nobody could say whether the request arrived. So `sent` is exact: false as long as no connection was made.
 * `lookup` resolves the names of hosts; left out, the system does.
 */
export const createHttp = (limits: RequestLimits, lookup?: LookupFunction): Http => {
  let isClosed = false;
  let opening: Promise<Connections> | null = null;
  const open = new Set<Client>();

  const connections = async (): Promise<Connections> => {
    if (isClosed) throw new Error('The client is closed.');
    opening ??= openConnections(limits, lookup);
    return opening;
  };

  const post = async (request: HttpRequest, onConnect: () => void): Promise<Dispatcher.ResponseData> => {
    const client = (await connections()).single(request.url.origin);
    open.add(client);
    client.once('connect', onConnect);
    const answered = client.request(optionsOf(request));
    // Closing waits for the one request, body included, and then frees the connection.
    void client.close().then(() => open.delete(client));
    return answered;
  };

  const get = async (request: HttpRequest): Promise<Dispatcher.ResponseData> =>
    (await connections()).shared.request({ ...optionsOf(request), origin: request.url.origin });

  const exchange = async (request: HttpRequest): Promise<HttpAnswer> => {
    request.signal.throwIfAborted();
    const startedAtMs = performance.now();
    let sent = request.method === 'GET';
    const onConnect = (): void => {
      sent = true;
    };
    try {
      const data = await (request.method === 'GET' ? get(request) : post(request, onConnect));
      return answerOf(data, request, request.limitMs - (performance.now() - startedAtMs));
    } catch (error) {
      throw failureOf(error, { request, sent, isOver: false });
    }
  };

  return {
    exchange,
    close: async () => {
      isClosed = true;
      const shared = (await opening)?.shared;
      await Promise.all([shared?.destroy(), ...[...open].map((client) => client.destroy())]);
    },
  };
};
