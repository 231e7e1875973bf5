/** Three routes over HTTP: /healthz, /readyz, /metrics. Must not know how anything is measured. */
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';

type Answer = { readonly status: number; readonly contentType: string; readonly body: string };

/** Paths and what they answer. A rejection becomes 500 without its reason. */
export type Routes = Readonly<Record<string, () => Promise<Answer>>>;

const notFound: Answer = { status: 404, contentType: 'text/plain', body: 'Not found\n' };

export const json = (status: number, body: unknown): Answer => ({
  status,
  contentType: 'application/json',
  body: `${JSON.stringify(body, null, 1)}\n`,
});

const send = (response: ServerResponse, { status, contentType, body }: Answer, hasBody: boolean): void => {
  response.writeHead(status, {
    'content-type': contentType,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  response.end(hasBody ? body : undefined);
};

const answerTo = async (
  routes: Routes,
  request: { method?: string | undefined; url?: string | undefined },
  onError: (error: unknown) => void,
): Promise<Answer> => {
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return { status: 405, contentType: 'text/plain', body: 'Only GET\n' };
  const path = (request.url ?? '').split('?')[0] ?? '';
  const route = Object.hasOwn(routes, path) ? routes[path] : undefined;
  try {
    return (await route?.()) ?? notFound;
  } catch (error) {
    onError(error);
    return { status: 500, contentType: 'text/plain', body: 'Failed; the log says why\n' };
  }
};

export type HttpServer = {
  /** As it turned out: port 0 asks for any free one. */
  readonly port: number;
  close(): Promise<void>;
};

const portOf = (server: Server): number => {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
};

/** Listens until it is closed. Rejects when the address cannot be had (in use, not of this machine, not allowed). */
export const listen = async (
  address: { readonly host: string; readonly port: number },
  routes: Routes,
  onError: (error: unknown) => void,
): Promise<HttpServer> => {
  const server = createServer((request, response) => {
    void answerTo(routes, request, onError).then((answer) =>
      send(response, answer, request.method !== 'HEAD'),
    );
  });
  // A probe that hangs, or sends its request byte by byte, keeps nothing.
  server.requestTimeout = 10_000;
  server.headersTimeout = 5_000;
  server.keepAliveTimeout = 5_000;
  server.maxConnections = 100;
  server.listen(address.port, address.host);
  await once(server, 'listening');
  // After the start an error of the server as a whole concerns no request; a crash over it would help nobody.
  server.on('error', onError);
  return {
    port: portOf(server),
    close: async () => {
      server.close();
      server.closeAllConnections();
    },
  };
};
