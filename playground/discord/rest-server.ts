/** Takes REST requests through limits, faults and routes to an answer, and keeps them in the log. It must not know what routes do. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { FaultEffect, RequestRecord, ScriptedAnswer } from './contract.ts';
import type { RequestFaults } from './faults.ts';
import { guessContentType } from './files.ts';
import type { LogKeeper } from './log.ts';
import type { RateLimits } from './rate-limits.ts';
import { DiscordRefusal, notImplemented, refusal, refusalBody } from './refusal.ts';
import { type ReadBody, readBody } from './request-body.ts';
import { checkIds, type RestAnswer, type RouteMatch, type Stage } from './rest-route.ts';

export interface RestServerDeps {
  stage: Stage;
  findRoute: (method: string, path: string) => RouteMatch | null;
  limits: RateLimits;
  faults: RequestFaults;
  keeper: LogKeeper;
  botToken: string;
  latencyMs: number;
  /** Ends waits when the stand-in closes. */
  signal: AbortSignal;
}

interface Outcome {
  status: number;
  body?: unknown;
  headers: Record<string, string>;
  scope: 'user' | 'global' | 'shared' | null;
}

const ordinaryLimit = { requestsMax: 50, windowMs: 1000 };
const prefix = /^\/api(?:\/v(\d+))?(\/.*)$/;

/** The path without what must not be in a log: tokens of interactions. */
function maskedPath(path: string): string {
  return path.replace(/^(\/(?:interactions|webhooks)\/\d+\/)[^/?]+/, '$1***');
}

function unauthorized(): Outcome {
  return { status: 401, body: { message: '401: Unauthorized', code: 0 }, headers: {}, scope: null };
}

const serverError: Outcome = {
  status: 500,
  body: { message: '500: Internal Server Error', code: 0 },
  headers: {},
  scope: null,
};

function outcomeOf(error: unknown): Outcome {
  if (error instanceof DiscordRefusal) {
    const seconds = error.retryAfterMs === null ? null : String(Math.ceil(error.retryAfterMs / 1000));
    const headers = seconds === null ? {} : { 'retry-after': seconds };
    return {
      status: error.status,
      body: refusalBody(error),
      headers,
      scope: error.status === 429 ? 'user' : null,
    };
  }
  // A fault of the stand-in itself: visible at once to whoever runs it, and a 500 to the bot.
  process.emitWarning(error instanceof Error ? error : String(error));
  return serverError;
}

function limitOutcome(
  { limits }: RestServerDeps,
  method: string,
  match: RouteMatch,
): Outcome & { isLimited: boolean } {
  const { route, major } = match;
  const verdict = limits.take({
    method,
    route: route.path,
    major,
    limit: route.limit ?? ordinaryLimit,
    isGlobalExempt: route.path.startsWith('/interactions/') || route.path.startsWith('/webhooks/'),
  });
  if (verdict.retryAfterMs === null)
    return { status: 200, headers: verdict.headers, scope: null, isLimited: false };
  const seconds = verdict.retryAfterMs / 1000;
  const isGlobal = verdict.scope === 'global';
  return {
    status: 429,
    body: { message: 'You are being rate limited.', retry_after: seconds, global: isGlobal },
    headers: { ...verdict.headers, 'retry-after': String(Math.ceil(seconds)) },
    scope: verdict.scope,
    isLimited: true,
  };
}

function perform(
  deps: RestServerDeps,
  match: RouteMatch,
  input: ReadBody & { query: URLSearchParams },
): RestAnswer {
  const { query, body, files } = input;
  return match.route.run(deps.stage, {
    parameter: (name) => match.parameters[name] ?? '',
    query,
    body,
    files,
  });
}

interface Incoming {
  request: IncomingMessage;
  method: string;
  url: URL;
  path: string;
  match: RouteMatch | null;
  record: RequestRecord;
}

/** The body into the record, whatever becomes of the request. */
async function readInto(record: RequestRecord, request: IncomingMessage): Promise<ReadBody> {
  const read = await readBody(request);
  record.body = read.body;
  record.files = read.files.map(({ number, name, bytes }) => ({
    field: `files[${number}]`,
    name,
    sizeBytes: bytes.byteLength,
    contentType: guessContentType(name),
  }));
  return read;
}

function decide(
  deps: RestServerDeps,
  { request, method, url, path, match }: Incoming,
  read: ReadBody,
): Outcome {
  const isKnownBot = request.headers.authorization === `Bot ${deps.botToken}`;
  if (match?.route.isOpen !== true && !isKnownBot) return unauthorized();
  if (match === null) throw notImplemented(`${method} ${path}`);
  const limit = limitOutcome(deps, method, match);
  if (limit.isLimited) return limit;
  try {
    checkIds(match.parameters);
    const answer = perform(deps, match, { ...read, query: url.searchParams });
    return { ...answer, headers: limit.headers, scope: null };
  } catch (error) {
    const outcome = outcomeOf(error);
    return { ...outcome, headers: { ...limit.headers, ...outcome.headers } };
  }
}

function scripted({ status, code = 0, message, body, headers = {} }: ScriptedAnswer): Outcome {
  if (status !== 429)
    return {
      status,
      body: body ?? { message: message ?? `${status}: scripted`, code },
      headers,
      scope: null,
    };
  const retryAfter = headers['retry-after'] ?? '1';
  const words = {
    message: message ?? 'You are being rate limited.',
    retry_after: Number(retryAfter),
    global: false,
    ...(code === 0 ? {} : { code }),
  };
  const scope = headers['x-ratelimit-scope'] === 'shared' ? 'shared' : 'user';
  return {
    status,
    body: body ?? words,
    headers: { 'x-ratelimit-scope': scope, ...headers, 'retry-after': retryAfter },
    scope,
  };
}

function send(response: ServerResponse, { status, body, headers }: Outcome): void {
  response.statusCode = status;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  if (body === undefined) {
    response.end();
    return;
  }
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(body));
}

function codeIn(body: unknown): number | null {
  return typeof body === 'object' && body !== null && 'code' in body && typeof body.code === 'number'
    ? body.code
    : null;
}

/** The outcome of a request under a fault; `null`: the answer gets lost. */
async function outcomeUnder(
  deps: RestServerDeps,
  effect: FaultEffect | null,
  incoming: Incoming,
): Promise<Outcome | null> {
  const read = await readInto(incoming.record, incoming.request).catch(outcomeOf);
  const delayMs = deps.latencyMs + (effect !== null && 'delayMs' in effect ? effect.delayMs : 0);
  if (delayMs > 0) await wait(delayMs, undefined, { signal: deps.signal });
  if (effect !== null && 'answer' in effect) return scripted(effect.answer);
  let outcome: Outcome;
  try {
    outcome = 'status' in read ? read : decide(deps, incoming, read);
  } catch (error) {
    outcome = outcomeOf(error);
  }
  if (effect === null || !('afterwards' in effect)) return outcome;
  if (effect.afterwards === 'reset') incoming.request.socket.resetAndDestroy();
  return effect.afterwards === 'serverError' ? serverError : null;
}

async function answer(deps: RestServerDeps, incoming: Incoming, response: ServerResponse): Promise<void> {
  const { method, path, record } = incoming;
  const isUpload = incoming.request.headers['content-type']?.startsWith('multipart/') === true;
  const outcome = await outcomeUnder(deps, deps.faults.take({ method, path, isUpload }), incoming);
  record.answeredAtMs = deps.stage.world.nowMs();
  if (outcome === null) {
    response.destroy();
    return;
  }
  record.status = outcome.status;
  record.code = outcome.status >= 400 ? codeIn(outcome.body) : null;
  deps.keeper.answered(record, outcome.scope);
  send(response, outcome);
}

/** Answers one request below `/api`. Never rejects. */
export async function serveRest(
  deps: RestServerDeps,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://discord');
  const found = prefix.exec(url.pathname);
  if (found === null || (found[1] ?? '10') !== '10') {
    request.resume();
    send(response, outcomeOf(refusal(50041)));
    return;
  }
  const path = found[2] ?? '/';
  const method = request.method ?? 'GET';
  const match = deps.findRoute(method, path);
  const record: RequestRecord = {
    atMs: deps.stage.world.nowMs(),
    answeredAtMs: null,
    method,
    path: maskedPath(path) + url.search,
    route: match?.route.path ?? null,
    body: undefined,
    files: [],
    status: null,
    code: null,
  };
  deps.keeper.request(record);
  try {
    await answer(deps, { request, method, url, path, match, record }, response);
  } catch {
    // The stand-in closes, or the bot went away while its body was read: nobody is left to answer.
    response.destroy();
  }
}
