/** Serves files by their signed addresses, with ranges for players. It must not know messages. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FileShelf, StoredFile } from './files.ts';

/** `bytes=a-b`, `bytes=a-` or `bytes=-n`; `null` when there is none, or when it cannot be satisfied. */
function rangeOf(
  header: string | undefined,
  size: number,
): { from: number; to: number } | 'unsatisfiable' | null {
  const found = /^bytes=(\d*)-(\d*)$/.exec(header ?? '');
  if (found === null) return null;
  const [, first = '', last = ''] = found;
  if (first === '' && last === '') return null;
  const from = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const to = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  return from > to ? 'unsatisfiable' : { from, to };
}

function sendFile(
  request: IncomingMessage,
  response: ServerResponse,
  { bytes, contentType }: StoredFile,
): void {
  const size = bytes.byteLength;
  const range = rangeOf(request.headers.range, size);
  response.setHeader('content-type', contentType);
  response.setHeader('accept-ranges', 'bytes');
  response.setHeader('cache-control', 'public, max-age=31536000');
  response.setHeader('access-control-allow-origin', '*');
  if (range === 'unsatisfiable') {
    response.statusCode = 416;
    response.setHeader('content-range', `bytes */${size}`);
    response.end();
    return;
  }
  const { from, to } = range ?? { from: 0, to: size - 1 };
  if (range !== null) {
    response.statusCode = 206;
    response.setHeader('content-range', `bytes ${from}-${to}/${size}`);
  }
  response.setHeader('content-length', to - from + 1);
  response.end(request.method === 'HEAD' ? undefined : bytes.subarray(from, to + 1));
}

/** Answers a request for a file: 404 with Discord's words when the signature is wrong, expired, or the file is gone. */
export function serveFile(files: FileShelf, request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? '/', 'http://cdn');
  request.resume();
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.statusCode = 405;
    response.end();
    return;
  }
  const file = files.open(url.pathname, url.searchParams);
  if (file !== null) {
    sendFile(request, response, file);
    return;
  }
  response.statusCode = 404;
  response.setHeader('content-type', 'text/plain; charset=utf-8');
  response.end('This content is no longer available.');
}
