/** The three ways to hand a file over: by its address, as bytes, as a converted picture (nemo-api §5). Each is one request; none decides. */
import { z } from 'zod';
import { problemOf } from '../core/problems.ts';
import { type HandOverFile, NemoError } from '../ports/backend.ts';
import type { NewId } from '../ports/clock.ts';
import { dataOf } from './answer.ts';
import type { Api, ApiRequest } from './api.ts';
import type { FileKind } from './file-kind.ts';
import type { ConvertHeic } from './heic.ts';
import { heicSizeBytesMax, type RequestLimits } from './limits.ts';
import { type MultipartFile, multipartOf } from './multipart.ts';
import type { PeopleFiles } from './people-files.ts';

export type UploadTarget = {
  /** Runs one request with the account's token, and once more after a remedy. */
  readonly withToken: <T>(attempt: (token: string) => Promise<T>) => Promise<T>;
  readonly sessionId: string;
  readonly signal: AbortSignal;
};

/** A file that may be handed over; `kind` null: its first bytes could not be read just now. */
export type Candidate = { readonly file: HandOverFile; readonly kind: FileKind | null };

/** All reject with NemoError. */
export type UploadWays = {
  /** One request for all of them. Resolves with those that the answer speaks of; with all where it names none. */
  byAddress(target: UploadTarget, files: readonly HandOverFile[]): Promise<readonly HandOverFile[]>;
  /** The bytes flow through, from the file's host to the backend. */
  asBytes(target: UploadTarget, candidate: Candidate): Promise<void>;
  /** A HEIC picture as PNG. */
  converted(target: UploadTarget, candidate: Candidate): Promise<void>;
};

export type UploadWaysDependencies = {
  readonly api: Api;
  readonly files: PeopleFiles;
  readonly convertHeic: ConvertHeic;
  readonly limits: RequestLimits;
  readonly newId: NewId;
};

const nameSchema = z.object({ filename: z.string().nullish().catch(undefined) });

/** `code: 0` alone is success too (nemo-api §15 row 24). */
const takenSchema = z.object({ files: z.array(nameSchema).nullish().catch(undefined) }).nullish();

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield bytes;
}

/** The name that a file has in its address, which is all that the backend sees of it. */
const lastPartOf = (url: string): string => {
  const part = URL.parse(url)?.pathname.split('/').at(-1) ?? '';
  try {
    return decodeURIComponent(part);
  } catch {
    // Not percent-encoded text: then it is the name as it stands.
    return part;
  }
};

type Part = Omit<MultipartFile, 'field'>;

export const createUploadWays = (dependencies: UploadWaysDependencies): UploadWays => {
  const { api, files, convertHeic, limits, newId } = dependencies;
  const requestOf = (target: UploadTarget, token: string): ApiRequest => ({
    call: 'upload',
    method: 'POST',
    path: `/api/upload-video/nemo_agent/me/${encodeURIComponent(target.sessionId)}`,
    token,
    signal: target.signal,
    limitMs: limits.uploadMaxMs,
  });

  /** `open` is asked again for a second attempt: a stream can be sent once. */
  const sendPart = (target: UploadTarget, open: () => Promise<Part>): Promise<void> =>
    target.withToken(async (token) => {
      const part = await open();
      const { headers, body } = multipartOf({ field: 'files', ...part }, `makevideo-${newId()}`);
      try {
        await api.json({ ...requestOf(target, token), headers, body });
      } finally {
        // Ends the download too when the backend refused before it had read everything.
        body.destroy();
      }
    });

  return {
    byAddress: async (target, sent) => {
      const json = { urls: sent.map((file) => file.url), source_type: 'url' };
      const body = await target.withToken((token) => api.json({ ...requestOf(target, token), json }));
      const taken = dataOf('upload', body, takenSchema)?.files;
      if (taken === null || taken === undefined || taken.length >= sent.length) return sent;
      const names = new Set(taken.map((entry) => entry.filename));
      return sent.filter((file) => names.has(file.name) || names.has(lastPartOf(file.url)));
    },
    asBytes: (target, { file, kind }) =>
      sendPart(target, async () => {
        const { chunks, sizeBytes } = await files.open(file, target.signal);
        return {
          name: file.name,
          contentType: kind?.contentType ?? 'application/octet-stream',
          chunks,
          sizeBytes,
        };
      }),
    converted: async (target, { file }) => {
      const heic = await files.read(file, { sizeBytesMax: heicSizeBytesMax, signal: target.signal });
      if (heic === null) {
        const message = 'The HEIC picture is too large to be converted.';
        throw new NemoError('refused', problemOf('fileTooLarge'), { message, sent: false });
      }
      const jpeg = await convertHeic(heic, target.signal);
      const name = `${file.name.replace(/\.hei[cf]$/iu, '')}.jpg`;
      await sendPart(target, async () => ({
        name,
        contentType: 'image/jpeg',
        chunks: once(jpeg),
        sizeBytes: jpeg.byteLength,
      }));
    },
  };
};
