/** Files in memory behind signed addresses that expire. It must not know messages; it serves whoever has a valid address. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Attachment, Snowflake } from './shapes.ts';
import type { World } from './world.ts';

/** Bytes of all files together; the oldest ones are dropped beyond it. */
const memoryBytesMax = 512 * 1024 * 1024;

const contentTypes: Readonly<Record<string, string>> = {
  avif: 'image/avif',
  gif: 'image/gif',
  heic: 'image/heic',
  jpeg: 'image/jpeg',
  jpg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  avi: 'video/x-msvideo',
  mkv: 'video/x-matroska',
  mov: 'video/quicktime',
  mp4: 'video/mp4',
  webm: 'video/webm',
  aac: 'audio/aac',
  m4a: 'audio/mp4',
  mp3: 'audio/mpeg',
  ogg: 'audio/ogg',
  wav: 'audio/x-wav',
  json: 'application/json; charset=utf-8',
  pdf: 'application/pdf',
  srt: 'text/plain; charset=utf-8',
  txt: 'text/plain; charset=utf-8',
  zip: 'application/zip',
};

export interface StoredFile {
  bytes: Uint8Array;
  contentType: string;
}

export interface IncomingFile {
  name: string;
  bytes: Uint8Array;
  contentType?: string | undefined;
  description?: string | undefined;
}

export interface FileShelf {
  /** Keeps a file. The address in the answer has no signature: `signed` gives it one when somebody looks. */
  keep(channelId: Snowflake, file: IncomingFile, options?: { isEphemeral?: boolean }): Attachment;
  /** The attachment with an address that works from now on for the time of a signature. */
  signed(attachment: Attachment): Attachment;
  /** Signs an address of ours again; anything else comes back as `null`. */
  resign(url: string): string | null;
  /** The file behind a request path and query, or `null` when signature, time or file are not right. */
  open(path: string, query: URLSearchParams): StoredFile | null;
}

/** Discord keeps word characters, dots and hyphens of a name and puts underscores for spaces. */
export function storedName(name: string): string {
  const kept = name.replaceAll(/\s+/g, '_').replaceAll(/[^\w.-]/g, '');
  return kept.replace(/^\.+/, '') === '' ? 'unknown' : kept.startsWith('.') ? `unknown${kept}` : kept;
}

/** Media type by the end of the name, as Discord guesses it. */
export function guessContentType(name: string): string {
  return contentTypes[name.split('.').at(-1)?.toLowerCase() ?? ''] ?? 'application/octet-stream';
}

/** `cdnUrl` is known only when the server listens, hence a function. */
export function createFileShelf(deps: { world: World; urlLifeMs: number; cdnUrl: () => string }): FileShelf {
  const { world } = deps;
  const key = randomBytes(32);
  const files = new Map<string, StoredFile>();
  let bytesHeld = 0;

  const mark = (path: string, ex: string, is: string) =>
    createHmac('sha256', key).update(`${path}?ex=${ex}&is=${is}`).digest('hex');

  const sign = (path: string) => {
    const now = world.nowMs();
    const ex = Math.floor((now + deps.urlLifeMs) / 1000).toString(16);
    const is = Math.floor(now / 1000).toString(16);
    return `${deps.cdnUrl()}${path}?ex=${ex}&is=${is}&hm=${mark(path, ex, is)}&`;
  };

  const pathOf = (url: string) => (url.startsWith(deps.cdnUrl()) ? new URL(url).pathname : null);

  const forgetOldest = () => {
    for (const [path, file] of files) {
      if (bytesHeld <= memoryBytesMax) return;
      files.delete(path);
      bytesHeld -= file.bytes.byteLength;
    }
  };

  return {
    keep(channelId, file, options) {
      const id = world.nextId();
      const filename = storedName(file.name);
      const room = options?.isEphemeral === true ? 'ephemeral-attachments' : 'attachments';
      const path = `/${room}/${channelId}/${id}/${filename}`;
      const contentType = file.contentType ?? guessContentType(filename);
      files.set(path, { bytes: file.bytes, contentType });
      bytesHeld += file.bytes.byteLength;
      forgetOldest();
      const url = `${deps.cdnUrl()}${path}`;
      return {
        id,
        filename,
        ...(file.description === undefined ? {} : { description: file.description }),
        content_type: contentType,
        size: file.bytes.byteLength,
        url,
        proxy_url: url,
        ...(options?.isEphemeral === true ? { ephemeral: true } : {}),
      };
    },
    signed(attachment) {
      const path = pathOf(attachment.url);
      if (path === null) return attachment;
      const url = sign(path);
      return { ...attachment, url, proxy_url: url };
    },
    resign(url) {
      const path = pathOf(url);
      return path !== null && files.has(path) ? sign(path) : null;
    },
    open(path, query) {
      const ex = query.get('ex') ?? '';
      const is = query.get('is') ?? '';
      const given = Buffer.from(query.get('hm') ?? '');
      const right = Buffer.from(mark(path, ex, is));
      if (given.length !== right.length || !timingSafeEqual(given, right)) return null;
      if (Number.parseInt(ex, 16) * 1000 <= world.nowMs()) return null;
      return files.get(path) ?? null;
    },
  };
}
