/** The page server's answers: JSON, bytes, refusals. It must not know what they are about. */
import type { ServerResponse } from 'node:http';
import type { ErrorAnswer } from './protocol.ts';

/** A request that cannot be served; `status` is the HTTP status of the answer, `message` is shown to the person. */
export class BadRequest extends Error {
  override readonly name = 'BadRequest';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  const bytes = Buffer.from(JSON.stringify(body));
  sendBytes(response, { status, bytes, contentType: 'application/json; charset=utf-8' });
}

export function sendError(response: ServerResponse, status: number, error: ErrorAnswer): void {
  sendJson(response, status, error);
}

export function sendBytes(
  response: ServerResponse,
  answer: {
    status: number;
    bytes: Uint8Array;
    contentType: string;
    headers?: Readonly<Record<string, string>>;
  },
): void {
  response.writeHead(answer.status, {
    'content-type': answer.contentType,
    'content-length': answer.bytes.length,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    ...answer.headers,
  });
  response.end(answer.bytes);
}
