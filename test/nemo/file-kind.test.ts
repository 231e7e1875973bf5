import { describe, expect, it } from 'vitest';
import { fileKindOf } from '../../src/nemo/file-kind.ts';

const ascii = (text: string): Buffer => Buffer.from(text, 'latin1');
const padded = (...parts: Uint8Array[]): Buffer => Buffer.concat([...parts, Buffer.alloc(2000)]);

const isoMedia = (brand: string): Buffer =>
  padded(Buffer.from([0, 0, 0, 24]), ascii(`ftyp${brand}\0\0\0\0isom${brand}`));

/** EBML header with one element, the document type. */
const matroska = (type: string): Buffer => {
  const documentType = Buffer.concat([Buffer.from([0x42, 0x82, 0x80 + type.length]), ascii(type)]);
  return padded(Buffer.from([0x1a, 0x45, 0xdf, 0xa3, 0x80 + documentType.length]), documentType);
};

const pngWith = (chunk: string): Buffer =>
  padded(
    Buffer.from('89504e470d0a1a0a0000000d494844520000000100000001080600000000000000', 'hex'),
    Buffer.from([0, 0, 0, 0]),
    ascii(chunk),
  );

const accepted: readonly (readonly [string, Buffer, string])[] = [
  ['jpg', padded(Buffer.from('ffd8ffe000104a464946', 'hex')), 'image/jpeg'],
  ['png', pngWith('IDAT'), 'image/png'],
  ['animated png', pngWith('acTL'), 'image/png'],
  ['gif', padded(ascii('GIF89a')), 'image/gif'],
  ['webp', padded(ascii('RIFF\x10\0\0\0WEBPVP8 ')), 'image/webp'],
  ['heic', isoMedia('heic'), 'image/heic'],
  ['heic of another brand', isoMedia('mif1'), 'image/heic'],
  ['mp4', isoMedia('mp42'), 'video/mp4'],
  ['mp4 of iTunes', isoMedia('M4V '), 'video/mp4'],
  ['mov', isoMedia('qt  '), 'video/quicktime'],
  ['avi', padded(ascii('RIFF\x10\0\0\0AVI LIST')), 'video/x-msvideo'],
  ['webm', matroska('webm'), 'video/webm'],
  ['mkv', matroska('matroska'), 'video/x-matroska'],
  ['mp3', padded(Buffer.from('fffb9064', 'hex')), 'audio/mpeg'],
  ['mp3 behind a long tag', padded(ascii('ID3\x03\0\0\x7f\x7f\x7f\x7f')), 'audio/mpeg'],
  ['wav', padded(ascii('RIFF\x10\0\0\0WAVEfmt ')), 'audio/wav'],
  ['m4a', isoMedia('M4A '), 'audio/mp4'],
  ['aac', padded(Buffer.from('fff15080', 'hex')), 'audio/aac'],
];

describe('a file', () => {
  it.each(accepted)('that begins like %s is accepted', async (_name, bytes, contentType) => {
    expect((await fileKindOf(bytes))?.contentType).toBe(contentType);
  });

  it.each([
    ['a script', ascii('#!/bin/sh\n')],
    ['a page', ascii('<!doctype html><html></html>')],
    ['a drawing', ascii('<svg xmlns="http://www.w3.org/2000/svg"></svg>')],
    ['an archive', padded(ascii('PK\x03\x04'))],
    ['a PDF', padded(ascii('%PDF-1.7'))],
    ['a program', padded(Buffer.from('7f454c460201', 'hex'))],
    ['a picture of another kind', padded(ascii('BM'))],
    ['nothing', Buffer.alloc(0)],
    ['zeros', Buffer.alloc(4100)],
  ])('that is %s is not', async (_name, bytes) => {
    expect(await fileKindOf(bytes)).toBeNull();
  });
});
