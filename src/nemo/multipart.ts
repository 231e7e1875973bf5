/** A multipart body that is written while it is read: never more than a chunk in memory. Knows nothing of the backend. */
import { Readable } from 'node:stream';

export type MultipartFile = {
  readonly field: string;
  readonly name: string;
  readonly contentType: string;
  readonly chunks: AsyncIterable<Uint8Array>;
  /** null: not known before the end. */
  readonly sizeBytes: number | null;
};

export type MultipartBody = {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readable;
};

/** As the HTML standard writes names into a multipart header: quotes and line ends are escaped, other letters stay UTF-8. */
const quoted = (name: string): string =>
  `"${name.replaceAll('\n', '%0A').replaceAll('\r', '%0D').replaceAll('"', '%22')}"`;

/** One file as `multipart/form-data` (RFC 7578). `boundary` must not occur in the file: a random one does not. */
export const multipartOf = (file: MultipartFile, boundary: string): MultipartBody => {
  const head = Buffer.from(
    `--${boundary}\r\nContent-Disposition: form-data; name=${quoted(file.field)}; filename=${quoted(file.name)}\r\n` +
      `Content-Type: ${file.contentType}\r\n\r\n`,
  );
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
  const write = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
    yield head;
    yield* file.chunks;
    yield tail;
  };
  const length =
    file.sizeBytes === null ? {} : { 'Content-Length': String(head.length + file.sizeBytes + tail.length) };
  return {
    headers: { 'Content-Type': `multipart/form-data; boundary=${boundary}`, ...length },
    body: Readable.from(write(), { objectMode: false }),
  };
};
