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
  /** Ends every address that was given out so far; whoever reads a message again gets new ones. */
  expire(): void;
  /** The file behind a request path and query, or `null` when signature, time or file are not right. */
  open(path: string, query: URLSearchParams): StoredFile | null;
}

/**
 * Discord cleans names much as Flask's `secure_filename` does (observed; its docs name no rule): accents go, spaces become
 * underscores, other characters vanish, and dots and underscores at the ends. When nothing is left we say "unknown".
 */
function storedName(name: string): string {
  const ending = /\.[A-Za-z0-9]+$/.exec(name)?.[0] ?? '';
  const stem = name
    .slice(0, name.length - ending.length)
    .normalize('NFKD')
    .replaceAll(/[\s/\\]+/g, '_')
    .replaceAll(/[^\w.-]/g, '')
    .replaceAll(/^[._]+|[._]+$/g, '');
  return `${stem === '' ? 'unknown' : stem}${ending}`;
}

/** Media type by the end of the name, as Discord guesses it. */
export function guessContentType(name: string): string {
  return contentTypes[name.split('.').at(-1)?.toLowerCase() ?? ''] ?? 'application/octet-stream';
}

interface ShelfDeps {
  world: World;
  urlLifeMs: number;
  /** Known only when the server listens, hence a function. */
  cdnUrl: () => string;
}

interface Signatures {
  sign: (path: string) => string;
  isRight: (path: string, query: URLSearchParams) => boolean;
  expire: () => void;
}

/** Addresses that work for a while: `ex` and `is` are hexadecimal seconds, `hm` proves both (docs: reference, Signed Attachment CDN URLs). */
function createSignatures({ world, urlLifeMs, cdnUrl }: ShelfDeps): Signatures {
  let key = randomBytes(32);
  const mark = (path: string, ex: string, is: string) =>
    createHmac('sha256', key).update(`${path}?ex=${ex}&is=${is}`).digest('hex');
  return {
    expire: () => {
      key = randomBytes(32);
    },
    sign(path: string): string {
      const now = world.nowMs();
      const ex = Math.floor((now + urlLifeMs) / 1000).toString(16);
      const is = Math.floor(now / 1000).toString(16);
      return `${cdnUrl()}${path}?ex=${ex}&is=${is}&hm=${mark(path, ex, is)}&`;
    },
    isRight(path: string, query: URLSearchParams): boolean {
      const ex = query.get('ex') ?? '';
      const given = Buffer.from(query.get('hm') ?? '');
      const right = Buffer.from(mark(path, ex, query.get('is') ?? ''));
      const isOurs = given.length === right.length && timingSafeEqual(given, right);
      return isOurs && Number.parseInt(ex, 16) * 1000 > world.nowMs();
    },
  };
}

function pathFor(
  channelId: Snowflake,
  file: { id: Snowflake; filename: string; isEphemeral: boolean },
): string {
  return `/${file.isEphemeral ? 'ephemeral-attachments' : 'attachments'}/${channelId}/${file.id}/${file.filename}`;
}

export function createFileShelf(deps: ShelfDeps): FileShelf {
  const { world, cdnUrl } = deps;
  const { sign, isRight, expire } = createSignatures(deps);
  const files = new Map<string, StoredFile>();
  let bytesHeld = 0;
  const pathOf = (url: string) => (url.startsWith(`${cdnUrl()}/`) ? new URL(url).pathname : null);
  const put = (path: string, file: StoredFile) => {
    files.set(path, file);
    bytesHeld += file.bytes.byteLength;
    for (const [oldest, { bytes }] of files) {
      if (bytesHeld <= memoryBytesMax) return;
      files.delete(oldest);
      bytesHeld -= bytes.byteLength;
    }
  };
  return {
    keep(channelId, file, { isEphemeral = false } = {}) {
      const id = world.nextId();
      const filename = storedName(file.name);
      const path = pathFor(channelId, { id, filename, isEphemeral });
      const contentType = file.contentType ?? guessContentType(filename);
      put(path, { bytes: file.bytes, contentType });
      const url = `${cdnUrl()}${path}`;
      const description = file.description === undefined ? {} : { description: file.description };
      const ephemeral = isEphemeral ? { ephemeral: true } : {};
      const title = filename === file.name ? {} : { title: file.name.replace(/\.[^.]*$/, '') };
      const size = file.bytes.byteLength;
      return {
        id,
        filename,
        ...title,
        ...description,
        content_type: contentType,
        size,
        url,
        proxy_url: url,
        ...ephemeral,
      };
    },
    signed(attachment) {
      const path = pathOf(attachment.url);
      const url = path === null ? attachment.url : sign(path);
      return { ...attachment, url, proxy_url: url };
    },
    resign(url) {
      const path = pathOf(url);
      return path !== null && files.has(path) ? sign(path) : null;
    },
    expire,
    open: (path, query) => (isRight(path, query) ? (files.get(path) ?? null) : null),
  };
}
