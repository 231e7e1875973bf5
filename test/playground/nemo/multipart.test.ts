// Forms are taken apart wherever the network cuts them, and without holding them in memory.
import { describe, expect, test } from 'vitest';
import { boundaryOf, MultipartError, readMultipart } from '../../../playground/nemo/multipart.ts';

const form = [
  'preamble that nobody reads\r\n--b0undary\r\ncontent-disposition: form-data; name="files"; filename="海边.jpg"\r\ncontent-type: image/jpeg\r\n\r\n',
  'bytes \r\n--b0undar and \r\n-- almost',
  '\r\n--b0undary\r\nContent-Disposition: form-data; name="note"\r\n\r\n\r\n--b0undary--\r\nepilogue',
].join('');

async function* inPieces(text: string, size: number): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text);
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

async function readAll(source: AsyncIterable<Buffer>) {
  const parts: { name: string; filename: string | null; text: string }[] = [];
  for await (const { name, filename, body } of readMultipart(source, 'b0undary')) {
    const chunks: Buffer[] = [];
    for await (const chunk of body) chunks.push(chunk);
    parts.push({ name, filename, text: Buffer.concat(chunks).toString('utf8') });
  }
  return parts;
}

describe('readMultipart', () => {
  test('gives the same parts for every size of chunk', async () => {
    for (let size = 1; size <= form.length; size += 1) {
      expect(await readAll(inPieces(form, size))).toEqual([
        { name: 'files', filename: '海边.jpg', text: 'bytes \r\n--b0undar and \r\n-- almost' },
        { name: 'note', filename: null, text: '' },
      ]);
    }
  });

  test('skips what a reader leaves of a part', async () => {
    const names: string[] = [];
    for await (const part of readMultipart(inPieces(form, 7), 'b0undary')) names.push(part.name);
    expect(names).toEqual(['files', 'note']);
  });

  test('says so when the form ends in the middle, has endless headers or a nameless part', async () => {
    await expect(readAll(inPieces(form.slice(0, -20), 9))).rejects.toThrow(MultipartError);
    await expect(readAll(inPieces(`--b0undary\r\nx: ${'y'.repeat(20_000)}`, 999))).rejects.toThrow(
      MultipartError,
    );
    await expect(readAll(inPieces('--b0undary\r\nx: y\r\n\r\nz\r\n--b0undary--', 9))).rejects.toThrow(
      MultipartError,
    );
  });
});

describe('boundaryOf', () => {
  test('finds the boundary, quoted or not, and nothing else', () => {
    expect(boundaryOf('multipart/form-data; boundary=abc')).toBe('abc');
    expect(boundaryOf('multipart/form-data; charset=utf-8; boundary="a b"')).toBe('a b');
    expect(boundaryOf('application/json')).toBeNull();
    expect(boundaryOf(undefined)).toBeNull();
  });
});
