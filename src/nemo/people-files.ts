/** Reads people's files from the hosts that are allowed: their first bytes, or all of them. Knows nothing of handing over. */
import { problemOf } from '../core/problems.ts';
import type { HandOverFile } from '../ports/backend.ts';
import { NemoError } from '../ports/backend.ts';
import { readBytes } from './answer.ts';
import { type FileKind, fileKindOf } from './file-kind.ts';
import { type AddressRule, fetchForeign } from './foreign.ts';
import type { Http, HttpAnswer } from './http.ts';
import { fileSizeBytesMax, type RequestLimits, sniffSizeBytes } from './limits.ts';

export type OpenFile = {
  readonly chunks: AsyncIterable<Uint8Array>;
  /** null: the host did not say. */
  readonly sizeBytes: number | null;
};

export type PeopleFiles = {
  /** The kind by content; `unsupportedFile` is thrown for what the backend does not take. */
  kindOf(file: HandOverFile, signal: AbortSignal): Promise<FileKind>;
  /** The bytes as they come, at most 200 MB. */
  open(file: HandOverFile, signal: AbortSignal): Promise<OpenFile>;
  /** All bytes, or null when there are more. */
  read(file: HandOverFile, limit: { sizeBytesMax: number; signal: AbortSignal }): Promise<Uint8Array | null>;
};

const refuse = (kind: 'fileUnreadable' | 'unsupportedFile' | 'fileTooLarge'): NemoError =>
  new NemoError('refused', problemOf(kind), { message: `A file is refused: ${kind}.`, sent: false });

const firstBytes = async (answer: HttpAnswer): Promise<Uint8Array> => {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of answer.chunks) {
    chunks.push(chunk);
    sizeBytes += chunk.byteLength;
    if (sizeBytes >= sniffSizeBytes) break;
  }
  return Buffer.concat(chunks).subarray(0, sniffSizeBytes);
};

async function* atMost(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  let sizeBytes = 0;
  for await (const chunk of chunks) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > fileSizeBytesMax) throw refuse('fileTooLarge');
    yield chunk;
  }
}

const sizeOf = (answer: HttpAnswer): number | null => {
  const header = answer.header('content-length');
  return header === null || !/^\d+$/u.test(header) ? null : Number(header);
};

/** Rejections are NemoErrors: `fileUnreadable` for an address that is not allowed, has expired or does not answer. */
export const createPeopleFiles = (http: Http, isAllowed: AddressRule, limits: RequestLimits): PeopleFiles => {
  const get = async (
    file: HandOverFile,
    request: { signal: AbortSignal; limitMs: number; range?: string },
  ) => {
    const { signal, limitMs, range } = request;
    const headers = range === undefined ? {} : { Range: range };
    const answer = await fetchForeign(http, {
      call: 'upload',
      url: file.url,
      isAllowed,
      signal,
      limitMs,
      headers,
    });
    if (answer.status === 200 || (answer.status === 206 && range !== undefined)) return answer;
    answer.discard();
    throw refuse('fileUnreadable');
  };

  return {
    kindOf: async (file, signal) => {
      const range = `bytes=0-${sniffSizeBytes - 1}`;
      const answer = await get(file, { signal, limitMs: limits.sniffMaxMs, range });
      const kind = await fileKindOf(await firstBytes(answer));
      if (kind === null) throw refuse('unsupportedFile');
      return kind;
    },
    open: async (file, signal) => {
      const answer = await get(file, { signal, limitMs: limits.uploadMaxMs });
      const sizeBytes = sizeOf(answer);
      if (sizeBytes !== null && sizeBytes > fileSizeBytesMax) {
        answer.discard();
        throw refuse('fileTooLarge');
      }
      return { chunks: atMost(answer.chunks), sizeBytes };
    },
    read: async (file, { sizeBytesMax, signal }) =>
      readBytes(await get(file, { signal, limitMs: limits.uploadMaxMs }), sizeBytesMax),
  };
};
