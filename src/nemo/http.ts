/** One HTTP exchange with limits, and nothing of the backend's meaning. Never sends a request twice. */
import type { LookupFunction } from 'node:net';
import type { Readable } from 'node:stream';
import type { Client, Dispatcher } from 'undici';
import type { RefusedCall } from '../core/problems.ts';
import { problemOf } from '../core/problems.ts';
import { NemoError } from '../ports/backend.ts';
import { createExchange, type Exchange, type Head } from './exchange.ts';
import { type RequestLimits, readingsAtOnceMax } from './limits.ts';

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

type Asked = Pick<HttpRequest, 'call' | 'method' | 'signal'>;

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'no code';

/** What ends an exchange that takes too long, named as the system names it. */
const overdue = (): Error => Object.assign(new Error('The limit is reached.'), { code: 'ETIMEDOUT' });

const timeoutCodes = new Set(['ETIMEDOUT', 'UND_ERR_CONNECT_TIMEOUT']);

/** `signal.reason` when the caller gave up, a NemoError otherwise. */
const failureOf = (error: unknown, { call, method, signal }: Asked, isStarted: boolean): unknown => {
  if (signal.aborted) return signal.reason;
  if (error instanceof NemoError) return error;
  const isTimeout = timeoutCodes.has(codeOf(error));
  const what = isTimeout ? 'took too long' : `failed (${codeOf(error)})`;
  return new NemoError(isTimeout ? 'timeout' : 'network', problemOf('backendUnavailable'), {
    message: `The ${call} request ${what}.`,
    sent: isStarted || method === 'GET',
    cause: error,
  });
};

const optionsOf = ({ url, method, headers, body }: HttpRequest): Dispatcher.DispatchOptions => ({
  origin: url.origin,
  path: `${url.pathname}${url.search}`,
  method,
  // Answers are not unpacked, and without this line any packing would be fine (RFC 9110, §12.5.3).
  headers: { 'Accept-Encoding': 'identity', ...headers },
  body: body ?? null,
  headersTimeout: 0,
  bodyTimeout: 0,
});

/** Sends the request and keeps it to its limit and its signal. Nothing here may hold the request itself: it stays for as long as its answer. */
const startExchange = (dispatcher: Dispatcher, request: HttpRequest, onOver: () => void): Exchange => {
  const { call, method, signal, limitMs } = request;
  const giveUp = (): void => abort(signal.reason);
  const timer = setTimeout(() => abort(overdue()), limitMs);
  const exchange = createExchange({
    failureOf: (error, isStarted) => failureOf(error, { call, method, signal }, isStarted),
    onOver: () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', giveUp);
      onOver();
    },
  });
  const { abort } = exchange;
  signal.addEventListener('abort', giveUp);
  dispatcher.dispatch(optionsOf(request), exchange.handler);
  return exchange;
};

const headerOf = (headers: Head['headers'], name: string): string | null => [headers[name]].flat()[0] ?? null;

const answerOf = ({ chunks, abort }: Exchange, url: URL, { status, headers }: Head): HttpAnswer => ({
  url,
  status,
  contentType: (headerOf(headers, 'content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '',
  header: (name) => headerOf(headers, name),
  chunks,
  discard: () => abort(new Error('The answer is not read.')),
});

/** Loaded with the first request: a tenth of the bot's start would go into it. */
const openConnections = async (limits: RequestLimits, lookup: LookupFunction | undefined) => {
  const { Agent, buildConnector, Client } = await import('undici');
  // One connector for all: its TLS sessions make the many single connections cheap. HTTP/2 would share nothing on those, and
  // costs each open stream nearly half as much memory again.
  const connect = buildConnector({ allowH2: false, timeout: limits.connectMaxMs, ...(lookup && { lookup }) });
  return {
    shared: new Agent({ connect, connections: readingsAtOnceMax }),
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

  /** One connection for one request; destroying it afterwards also ends a connection that is still being made. */
  const post = (client: Client, request: HttpRequest): Exchange => {
    open.add(client);
    return startExchange(client, request, () => {
      open.delete(client);
      void client.destroy();
    });
  };

  const exchange = async (request: HttpRequest): Promise<HttpAnswer> => {
    request.signal.throwIfAborted();
    opening ??= openConnections(limits, lookup);
    const { shared, single } = await opening;
    request.signal.throwIfAborted();
    if (isClosed) throw failureOf(new Error('The client is closed.'), request, false);
    const started =
      request.method === 'GET'
        ? startExchange(shared, request, () => undefined)
        : post(single(request.url.origin), request);
    return answerOf(started, request.url, await started.head);
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
