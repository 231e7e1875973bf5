/** Reads the body of a request: JSON, or a form with files. It must not know routes. */
import type { IncomingMessage } from 'node:http';
import type { UploadedFile } from './message-writing.ts';
import { badForm, DiscordRefusal, refusal } from './refusal.ts';

/** Limit of a whole request in bytes (docs: resources/Message, Create Message). */
const requestBytesMax = 25 * 1024 * 1024;

export interface ReadBody {
  body: unknown;
  files: UploadedFile[];
}

/** All bytes, or 413 when they are too many; then the rest is read and thrown away, so that the answer can be sent. */
async function readBytes(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  // A stream of bytes without an encoding gives Buffers.
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.byteLength;
    if (size <= requestBytesMax) chunks.push(chunk);
  }
  if (size > requestBytesMax) throw refusal(40005);
  return Buffer.concat(chunks);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw Object.assign(refusal(50109), { cause });
  }
}

/** The number of a file field, `files[2]` → "2"; the older `file` and `file2` count too. */
function fileNumber(field: string): string | null {
  return /^files\[(\d{1,3})\]$/.exec(field)?.[1] ?? /^file(\d{0,3})$/.exec(field)?.[1] ?? null;
}

async function readMultipart(bytes: Buffer, contentType: string): Promise<ReadBody> {
  const response = new Response(new Uint8Array(bytes), { headers: { 'content-type': contentType } });
  const form = await response.formData().catch((cause: unknown) => {
    throw Object.assign(
      badForm([{ path: [], code: 'CONTENT_TYPE_INVALID', message: 'The multipart body cannot be read.' }]),
      { cause },
    );
  });
  const files: UploadedFile[] = [];
  let body: unknown = {};
  for (const [field, value] of form) {
    if (typeof value === 'string') {
      if (field === 'payload_json') body = parseJson(value);
      continue;
    }
    const number = fileNumber(field);
    if (number === null) continue;
    files.push({
      number,
      name: value.name,
      bytes: new Uint8Array(await value.arrayBuffer()),
    });
  }
  return { body, files };
}

/** Errors: 40005 over 25 MiB, 50109 for broken JSON, 50035 for a content type that Discord does not take. */
export async function readBody(request: IncomingMessage): Promise<ReadBody> {
  const bytes = await readBytes(request);
  const contentType = request.headers['content-type'] ?? '';
  if (bytes.byteLength === 0) return { body: undefined, files: [] };
  if (contentType.startsWith('multipart/form-data')) return readMultipart(bytes, contentType);
  if (contentType.startsWith('application/json'))
    return { body: parseJson(bytes.toString('utf8')), files: [] };
  throw new DiscordRefusal(400, 50035, {
    message: 'Invalid Form Body',
    problems: [
      {
        path: [],
        code: 'CONTENT_TYPE_INVALID',
        message: 'Expected "Content-Type" header to be one of {application/json}.',
      },
    ],
  });
}
