/** Who may drive the page's server: the page itself, and nobody else's web page. It must not know what is asked. */
import type { IncomingMessage } from 'node:http';

/**
 * Two attacks come from other web sites: their script posts to a loopback port (its `Origin` gives it away), or their host name is
 * pointed at 127.0.0.1 so that the browser takes both for one site (its `Host` gives it away). Programs send no `Origin` and are let in.
 */
export function isSameOrigin(request: IncomingMessage, port: number): boolean {
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  const { host, origin } = request.headers;
  if (host === undefined || !hosts.includes(host)) return false;
  if (origin !== undefined && origin !== `http://${host}`) return false;
  const site = request.headers['sec-fetch-site'];
  // A click on a link of another page may open the page (a GET); it cannot act.
  if (request.method === 'GET')
    return site === undefined || site === 'same-origin' || site === 'none' || request.url === '/';
  return site === undefined || site === 'same-origin';
}
