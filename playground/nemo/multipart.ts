// Takes multipart/form-data apart while it arrives, holding one chunk at a time. It must not know files or HTTP routes.

export type FormPart = { name: string; filename: string | null; body: AsyncIterable<Buffer> };

/** The body is not what RFC 7578 describes, or ends too early. */
export class MultipartError extends Error {
  override readonly name = 'MultipartError';
}

const headersBytesMax = 16_384;

/** The boundary of a content type, or null when it is not multipart/form-data. */
export function boundaryOf(contentType: string | undefined): string | null {
  const match = /^multipart\/form-data\s*;.*?\bboundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i.exec(
    contentType ?? '',
  );
  return match?.[1] ?? match?.[2] ?? null;
}

/** Yields the parts in order; what a reader leaves of a part is skipped when the next one is asked for. */
export async function* readMultipart(
  source: AsyncIterable<Buffer>,
  boundary: string,
): AsyncGenerator<FormPart> {
  const delimiter = Buffer.from(`\r\n--${boundary}`);
  const scanner = createScanner(source);
  await drain(scanner.until(delimiter));
  while ((await scanner.take(2)).toString('latin1') === '\r\n') {
    const headers = await collect(scanner.until(Buffer.from('\r\n\r\n')));
    const body = scanner.until(delimiter);
    yield { ...readDisposition(headers), body };
    await drain(body);
  }
}

function createScanner(source: AsyncIterable<Buffer>) {
  const chunks = source[Symbol.asyncIterator]();
  // A first line break lets the first delimiter look like all the others.
  let held: Buffer = Buffer.from('\r\n');
  const more = async (): Promise<void> => {
    const next = await chunks.next();
    if (next.done === true) throw new MultipartError('The form ends in the middle of a part.');
    held = held.length === 0 ? next.value : Buffer.concat([held, next.value]);
  };
  const shift = (count: number): Buffer => {
    const front = held.subarray(0, count);
    held = held.subarray(count);
    return front;
  };
  async function* until(delimiter: Buffer): AsyncGenerator<Buffer> {
    for (let at = held.indexOf(delimiter); ; at = held.indexOf(delimiter)) {
      if (at >= 0) {
        if (at > 0) yield shift(at);
        shift(delimiter.length);
        return;
      }
      const certain = held.length - delimiter.length + 1;
      if (certain > 0) yield shift(certain);
      await more();
    }
  }
  const take = async (count: number): Promise<Buffer> => {
    while (held.length < count) await more();
    return shift(count);
  };
  return { until, take };
}

async function drain(body: AsyncIterable<Buffer>): Promise<void> {
  const chunks = body[Symbol.asyncIterator]();
  while ((await chunks.next()).done !== true);
}

async function collect(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of body) {
    sizeBytes += chunk.length;
    if (sizeBytes > headersBytesMax) throw new MultipartError('The headers of a part are too long.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function readDisposition(headers: string): { name: string; filename: string | null } {
  const line = /^content-disposition:(.*)$/im.exec(headers)?.[1] ?? '';
  const name = /;\s*name="([^"]*)"/i.exec(line)?.[1];
  if (name === undefined) throw new MultipartError('A part has no name.');
  const filename = /;\s*filename="([^"]*)"/i.exec(line)?.[1];
  return { name, filename: filename === undefined ? null : filename.replaceAll('%22', '"') };
}
