// What the stand-in can answer, as data, and how an answer is written. It must not know routes or rules.
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';

export type Reply =
  | { kind: 'json'; status: number; body: unknown }
  /** A documented code of the envelope; its HTTP status is 200 unless a scenario says otherwise. */
  | { kind: 'refusal'; code: number; message: string; data?: unknown }
  | { kind: 'text'; status: number; contentType: string; text: string }
  | { kind: 'file'; path: string; contentType: string }
  /** The connection is reset without a byte. */
  | { kind: 'reset' }
  /** The route has written its answer itself. */
  | { kind: 'written' };

export function success(data: unknown): Reply {
  return { kind: 'json', status: 200, body: { code: 0, data } };
}

export function refusal(code: number, message: string, data?: unknown): Reply {
  return { kind: 'refusal', code, message, ...(data === undefined ? {} : { data }) };
}

/** An error that the documents name by its HTTP status (400, 402, 429); the body repeats the number. */
export function httpError(status: number, message: string): Reply {
  return { kind: 'json', status, body: { code: status, message } };
}

/** A body that the schema does not allow, in FastAPI's words (sse-wire, "Errors"). */
export function unprocessable(detail: readonly { path: readonly PropertyKey[]; message: string }[]): Reply {
  const items = detail.map(({ path, message }) => ({
    type: 'value_error',
    loc: ['body', ...path.map(String)],
    msg: message,
  }));
  return { kind: 'json', status: 422, body: { detail: items } };
}

/** No document says with which HTTP status these codes travel (nemo-api §15.16): 200 by default, these by scenario. */
const statusOfCode: Readonly<Record<number, number>> = {
  1001: 401,
  1002: 404,
  2001: 403,
  4001: 415,
  4002: 413,
};

export async function writeReply(
  response: ServerResponse,
  reply: Reply,
  options: { httpStatuses: boolean },
): Promise<void> {
  switch (reply.kind) {
    case 'json':
      return writeText(response, {
        status: reply.status,
        contentType: 'application/json',
        text: JSON.stringify(reply.body),
      });
    case 'refusal': {
      const { code, message, data } = reply;
      const status = options.httpStatuses ? (statusOfCode[code] ?? 400) : 200;
      const text = JSON.stringify({ code, message, ...(data === undefined ? {} : { data }) });
      return writeText(response, { status, contentType: 'application/json', text });
    }
    case 'text':
      return writeText(response, reply);
    case 'file':
      return writeFile(response, reply);
    case 'reset':
      response.socket?.resetAndDestroy();
      return;
    case 'written':
      return;
  }
}

function writeText(
  response: ServerResponse,
  reply: { status: number; contentType: string; text: string },
): void {
  response.writeHead(reply.status, {
    'content-type': reply.contentType,
    'content-length': Buffer.byteLength(reply.text),
  });
  response.end(reply.text);
}

async function writeFile(
  response: ServerResponse,
  reply: { path: string; contentType: string },
): Promise<void> {
  const { size } = await stat(reply.path);
  response.writeHead(200, { 'content-type': reply.contentType, 'content-length': size });
  try {
    await pipeline(createReadStream(reply.path), response);
  } catch (error) {
    // The reader of a film may hang up in the middle; everything else is a fault of ours.
    if (!response.destroyed) throw error;
  }
}
