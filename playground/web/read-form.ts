/** Reads a posted form: one JSON part named "input" and the files that it points to. It must not know what they are for. */
import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import type { PersonFile } from '../discord/people.ts';
import { BadRequest } from './answer.ts';

/** How the JSON points to the n-th file of its form. */
const fileReference = z.strictObject({ $file: z.int().min(0) });

/**
 * Takes `multipart/form-data` (parts "input" and any number of "file") or plain `application/json`.
 * Every `{"$file": n}` in the JSON becomes the n-th file. Throws `BadRequest`.
 */
export async function readForm(request: IncomingMessage, sizeBytesMax: number): Promise<unknown> {
  const contentType = request.headers['content-type'] ?? '';
  const bytes = await readBytes(request, sizeBytesMax);
  if (contentType.startsWith('application/json')) return parseInput(bytes.toString('utf8'), []);
  if (!contentType.startsWith('multipart/form-data')) throw new BadRequest(415, 'Send JSON or a form.');
  const form = await parseForm(bytes, contentType);
  const parts = form.getAll('file').filter((part) => typeof part !== 'string');
  const files = await Promise.all(parts.map(readFile));
  const input = form.get('input');
  return parseInput(typeof input === 'string' ? input : '', files);
}

/** What is too big is read to its end and thrown away: a browser sees the answer only when its request is done. */
async function readBytes(request: IncomingMessage, sizeBytesMax: number): Promise<Buffer> {
  let chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) throw new TypeError('A request stream gave something that is not a buffer.');
    sizeBytes += chunk.length;
    if (sizeBytes > sizeBytesMax) chunks = [];
    else chunks.push(chunk);
  }
  if (sizeBytes > sizeBytesMax) throw new BadRequest(413, 'These files are too big for the playground.');
  return Buffer.concat(chunks);
}

async function parseForm(bytes: Buffer, contentType: string) {
  try {
    return await new Response(new Uint8Array(bytes), { headers: { 'content-type': contentType } }).formData();
  } catch (cause) {
    if (cause instanceof TypeError) throw new BadRequest(400, 'The form cannot be read.');
    throw cause;
  }
}

async function readFile(part: File): Promise<PersonFile> {
  const bytes = new Uint8Array(await part.arrayBuffer());
  return { name: part.name, bytes, ...(part.type === '' ? {} : { contentType: part.type }) };
}

function parseInput(text: string, files: readonly PersonFile[]): unknown {
  const withFile = (_key: string, value: unknown): unknown => {
    const reference = fileReference.safeParse(value);
    if (!reference.success) return value;
    const file = files[reference.data.$file];
    if (file === undefined) throw new BadRequest(400, 'The form points to a file that it does not hold.');
    return file;
  };
  try {
    return JSON.parse(text, withFile);
  } catch (cause) {
    if (cause instanceof SyntaxError) throw new BadRequest(400, 'The form holds no valid JSON.');
    throw cause;
  }
}
