// Takes people's files in, by stream or by URL: judged by content, kept on disk. It must not know sessions or HTTP answers.
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileTypeFromBuffer } from 'file-type';
import sharp from 'sharp';
import { fetch } from 'undici';
import type { Asset } from './projects.ts';

export type Taken =
  | { ok: true; asset: Asset }
  | { ok: false; why: 'unsupported' | 'too large' | 'unreachable'; filename: string };

export type AssetStore = {
  fromStream: (filename: string, body: AsyncIterable<Buffer>) => Promise<Taken>;
  fromUrl(url: string): Promise<Taken>;
  find(id: string): Asset | null;
};

type StoreDeps = {
  directory: string;
  newId: () => string;
  assetUrl(id: string, filename: string): string;
  allowedHosts: readonly string[];
  signal: AbortSignal;
};

/** 200 MB is the seed's number; file types are those of nemo-api §5, and HEIC, which the seed promises (§15.26). */
const sizeBytesMax = 200 * 1024 * 1024;
const fetchMsMax = 60_000;
const kinds: Readonly<Record<string, Asset['kind']>> = {
  jpg: 'image',
  png: 'image',
  gif: 'image',
  webp: 'image',
  heic: 'image',
  mp4: 'video',
  m4v: 'video',
  mov: 'video',
  avi: 'video',
  webm: 'video',
  mkv: 'video',
  mp3: 'audio',
  wav: 'audio',
  m4a: 'audio',
  aac: 'audio',
};

export function createAssetStore(deps: StoreDeps): AssetStore {
  const assets = new Map<string, Asset>();

  const fromStream = async (givenName: string, body: AsyncIterable<Buffer>): Promise<Taken> => {
    const filename = path.posix.basename(givenName.replaceAll('\\', '/')) || 'file';
    const id = deps.newId();
    const filePath = path.join(deps.directory, `asset-${id}`);
    const written = await writeLimited(filePath, body);
    const judged = written === null ? ('too large' as const) : await judge(filePath);
    if (written === null || typeof judged === 'string') {
      await rm(filePath, { force: true });
      return { ok: false, why: typeof judged === 'string' ? judged : 'too large', filename };
    }
    const asset: Asset = {
      id,
      filename,
      url: deps.assetUrl(id, filename),
      path: filePath,
      ...written,
      ...judged,
    };
    assets.set(id, asset);
    return { ok: true, asset };
  };

  const fromUrl = async (text: string): Promise<Taken> => {
    const url = URL.parse(text);
    const filename = nameOf(url);
    if (url === null || !deps.allowedHosts.includes(url.hostname))
      return { ok: false, why: 'unreachable', filename };
    try {
      // Redirects are not followed: they could lead to a host that is not allowed.
      const signal = AbortSignal.any([deps.signal, AbortSignal.timeout(fetchMsMax)]);
      const response = await fetch(url, { redirect: 'error', signal });
      if (!response.ok || response.body === null) return { ok: false, why: 'unreachable', filename };
      return await fromStream(filename, bytesOf(response.body));
    } catch {
      // Whatever kept the file from arriving, the backend only says that it could not fetch it.
      return { ok: false, why: 'unreachable', filename };
    }
  };

  return { fromStream, fromUrl, find: (id) => assets.get(id) ?? null };
}

async function* bytesOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  for await (const chunk of body) yield Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
}

/** Writes the body to disk; null, after reading on to its end, when it is larger than allowed. */
async function writeLimited(
  filePath: string,
  body: AsyncIterable<Buffer>,
): Promise<{ sizeBytes: number; hash: string } | null> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  const limited = async function* (): AsyncGenerator<Buffer> {
    for await (const chunk of body) {
      sizeBytes += chunk.length;
      if (sizeBytes > sizeBytesMax) continue;
      hash.update(chunk);
      yield chunk;
    }
  };
  await pipeline(limited, createWriteStream(filePath));
  return sizeBytes > sizeBytesMax ? null : { sizeBytes, hash: hash.digest('hex').slice(0, 32) };
}

async function judge(
  filePath: string,
): Promise<Pick<Asset, 'kind' | 'mimeType' | 'width' | 'height' | 'durationSeconds'> | 'unsupported'> {
  const type = await fileTypeFromBuffer(await readHead(filePath));
  const kind = kinds[type?.ext ?? ''];
  if (type === undefined || kind === undefined) return 'unsupported';
  // No decoder looks into people's films and songs here, so their length is a placeholder.
  if (kind !== 'image') return { kind, mimeType: type.mime, width: null, height: null, durationSeconds: 5 };
  try {
    const { width, height } = (await sharp(filePath).metadata()).autoOrient;
    return { kind, mimeType: type.mime, width, height, durationSeconds: null };
  } catch {
    // A picture that cannot be read is refused like a wrong type: the documents know no other code for it.
    return 'unsupported';
  }
}

async function readHead(filePath: string): Promise<Buffer> {
  const file = await open(filePath);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4100), 0, 4100, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

function nameOf(url: URL | null): string {
  const last = url?.pathname.split('/').at(-1) ?? '';
  try {
    return decodeURIComponent(last) || 'file';
  } catch {
    // A name with a lone percent sign is still a name.
    return last || 'file';
  }
}
