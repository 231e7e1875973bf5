/** What a file is, judged by its first bytes and never by its name. Knows the list that the backend accepts (seed; nemo-api §5). */

export type FileKind = { readonly extension: string; readonly contentType: string };

/**
 * The seed's list, as file-type names its members. `m4v` and `qt` are mov and mp4 under other brands, `apng` is PNG, `mkv` and `webm`
 * share a container. HEIC is promised to people though not listed (nemo-api §15 row 26).
 */
const accepted: ReadonlyMap<string, FileKind> = new Map(
  [
    ['mp4', 'video/mp4'],
    ['m4v', 'video/mp4'],
    ['mov', 'video/quicktime'],
    ['avi', 'video/x-msvideo'],
    ['webm', 'video/webm'],
    ['mkv', 'video/x-matroska'],
    ['jpg', 'image/jpeg'],
    ['png', 'image/png'],
    ['apng', 'image/png'],
    ['gif', 'image/gif'],
    ['webp', 'image/webp'],
    ['heic', 'image/heic'],
    ['mp3', 'audio/mpeg'],
    ['wav', 'audio/wav'],
    ['m4a', 'audio/mp4'],
    ['aac', 'audio/aac'],
  ].map(([extension = '', contentType = '']) => [extension, { extension, contentType }]),
);

/** An ID3 tag may hold a cover picture longer than the bytes we look at, and only an MP3 begins with one. */
const beginsWithId3 = (bytes: Uint8Array): boolean =>
  Buffer.from(bytes.subarray(0, 3)).toString('latin1') === 'ID3';

/** The kind of a file that begins with these bytes; null when it is none that the backend accepts. */
export const fileKindOf = async (bytes: Uint8Array): Promise<FileKind | null> => {
  const { fileTypeFromBuffer } = await import('file-type');
  const type = await fileTypeFromBuffer(bytes);
  const extension = type?.ext ?? (beginsWithId3(bytes) ? 'mp3' : '');
  return accepted.get(extension) ?? null;
};
