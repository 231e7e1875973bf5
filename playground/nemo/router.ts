// From a raw request to the right route and back: ledger, token, scenarios that answer in a route's place. It must not know any rule of a route.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Reply, refusal, writeReply } from './reply.ts';
import { type Exchange, missingAttribution, type Route, tokenOf, type World } from './routes/exchange.ts';

const invalidToken = refusal(1001, 'token is invalid or expired');

/** Never rejects: an error of the stand-in itself becomes a 500 and is told to `onError`. */
export function createRouter(options: {
  routes: readonly Route[];
  world: World;
  onError: (error: unknown) => void;
}) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    try {
      await answer(request, response, options);
    } catch (error) {
      options.onError(error);
      if (response.headersSent) response.destroy();
      else
        await writeReply(
          response,
          { kind: 'json', status: 500, body: { code: 500, message: 'internal error' } },
          { httpStatuses: false },
        );
    }
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { routes, world }: { routes: readonly Route[]; world: World },
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://stand-in');
  const logged = world.record.request({
    method: request.method ?? '',
    path: url.pathname,
    headers: safeHeaders(request),
  });
  response.once('close', () => logged.status(response.headersSent ? response.statusCode : 0));
  const match = findRoute(routes, request.method ?? '', url.pathname);
  if (match === null) {
    request.resume();
    world.record.violations({
      rule: 'known path',
      detail: `${request.method ?? ''} ${url.pathname}`,
      sessionId: null,
    });
    return writeReply(
      response,
      { kind: 'json', status: 404, body: { detail: 'Not Found' } },
      { httpStatuses: false },
    );
  }
  const exchange: Exchange = { world, request, response, params: match.params, noteBody: logged.body };
  const sessionId = match.route.sessionOf?.(exchange) ?? null;
  const reply = await answerRoute(match.route, exchange, sessionId);
  if (!request.complete && reply.kind !== 'reset') request.resume();
  const changes = world.take({ part: 'answer', route: match.route.name, sessionId });
  const changed = changes.reduce(
    (changing, { answer: change }) => change?.change(changing) ?? changing,
    reply,
  );
  const httpStatuses =
    changed.kind === 'refusal' && world.take({ part: 'httpStatuses', sessionId }).length > 0;
  return writeReply(response, changed, { httpStatuses });
}

async function answerRoute(route: Route, exchange: Exchange, sessionId: string | null): Promise<Reply> {
  const { world, request } = exchange;
  const missing = missingAttribution(request);
  if (missing.length > 0 && route.name !== 'film' && route.name !== 'asset') {
    world.record.violations({
      rule: 'attribution headers',
      detail: `${route.name}: ${missing.join(', ')}`,
      sessionId,
    });
  }
  const account = route.auth === 'bearer' ? world.accounts.find(tokenOf(request) ?? '') : null;
  if (route.auth === 'bearer' && account === null) return invalidToken;
  const replaced =
    route.isSessionInBody === true
      ? undefined
      : world.take({ part: 'reply', route: route.name, sessionId }).at(-1)?.reply;
  if (replaced !== undefined) return replaced.make({ userId: account?.userId ?? null, sessionId });
  if (route.auth === 'none') return route.handle(exchange);
  return account === null ? invalidToken : route.handle({ ...exchange, account });
}

function findRoute(
  routes: readonly Route[],
  method: string,
  pathname: string,
): { route: Route; params: Record<string, string> } | null {
  for (const route of routes) {
    const params = route.method === method ? matchPath(route.path, pathname) : null;
    if (params !== null) return { route, params };
  }
  return null;
}

function matchPath(pattern: string, pathname: string): Record<string, string> | null {
  const [wanted, given] = [pattern.split('/'), pathname.split('/')];
  if (wanted.length !== given.length) return null;
  const params: Record<string, string> = {};
  for (const [index, segment] of wanted.entries()) {
    const value = given[index] ?? '';
    if (segment.startsWith(':')) params[segment.slice(1)] = decodeSegment(value);
    else if (segment !== value) return null;
  }
  return params;
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    // A broken escape cannot name anything that exists here; the raw text will not be found either.
    return segment;
  }
}

function safeHeaders(request: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    headers[name] = name === 'authorization' ? 'Bearer (left out)' : String(value);
  }
  return headers;
}
