// Builds a small HEIC picture of one colour: ffmpeg encodes it, and the boxes of ISO 23008-12 are put around it here.
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A square picture; the side is even, the colour one that ffmpeg knows by name. */
export async function makeHeic(
  ffmpeg: string,
  options: { color: string; sidePx: number; scratchFile: string },
): Promise<Buffer> {
  const { color, sidePx, scratchFile } = options;
  const source = `color=c=${color}:s=${sidePx}x${sidePx}:d=1:r=1`;
  const codec = '-c:v libx265 -x265-params log-level=none -pix_fmt yuv420p -tag:v hvc1 -vframes 1 -y'.split(
    ' ',
  );
  await run(ffmpeg, ['-v', 'error', '-f', 'lavfi', '-i', source, ...codec, scratchFile]);
  const film = await readFile(scratchFile);
  return wrap({ settings: findBox(film, 'hvcC'), picture: findBox(film, 'mdat').subarray(8), sidePx });
}

function wrap({ settings, picture, sidePx }: { settings: Buffer; picture: Buffer; sidePx: number }): Buffer {
  const fileType = box('ftyp', Buffer.from('heic'), number(4, 0), Buffer.from('mif1heic'));
  const size = versioned('ispe', 0, number(4, sidePx), number(4, sidePx));
  const properties = box(
    'iprp',
    box('ipco', settings, size),
    versioned('ipma', 0, number(4, 1), number(2, 1), Buffer.of(2, 0x81, 2)),
  );
  const item = versioned('infe', 2, number(2, 1), number(2, 0), Buffer.from('hvc1\0'));
  const meta = (pictureAt: number): Buffer =>
    versioned(
      'meta',
      0,
      versioned('hdlr', 0, number(4, 0), Buffer.from('pict'), Buffer.alloc(13)),
      versioned('pitm', 0, number(2, 1)),
      versioned(
        'iloc',
        0,
        Buffer.of(0x44, 0),
        number(2, 1),
        number(2, 1),
        number(2, 0),
        number(2, 1),
        number(4, pictureAt),
        number(4, picture.length),
      ),
      versioned('iinf', 0, number(2, 1), item),
      properties,
    );
  const pictureAt = fileType.length + meta(0).length + 8;
  return Buffer.concat([fileType, meta(pictureAt), box('mdat', picture)]);
}

function findBox(file: Buffer, type: string): Buffer {
  const start = file.indexOf(type, 0, 'latin1') - 4;
  return file.subarray(start, start + file.readUInt32BE(start));
}

function box(type: string, ...content: readonly Buffer[]): Buffer {
  const body = Buffer.concat(content);
  return Buffer.concat([number(4, body.length + 8), Buffer.from(type, 'latin1'), body]);
}

function versioned(type: string, version: number, ...content: readonly Buffer[]): Buffer {
  return box(type, Buffer.of(version, 0, 0, 0), ...content);
}

function number(sizeBytes: number, value: number): Buffer {
  const bytes = Buffer.alloc(sizeBytes);
  bytes.writeUIntBE(value, 0, sizeBytes);
  return bytes;
}
