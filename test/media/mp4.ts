/** Reads the few facts of an MP4 file that tests look at, by its boxes (ISO/IEC 14496-12). It must not know how films are made. */

export type Mp4Facts = {
  boxes: string[];
  /** From the movie header. */
  durationMs: number;
  tracks: { handler: string; codec: string; durationMs: number; width: number; height: number }[];
};

type Box = { type: string; start: number; end: number };

export function readMp4(bytes: Uint8Array): Mp4Facts {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const top = boxesIn(file, 0, file.length);
  const moov = find(top, 'moov');
  const inside = boxesIn(file, moov.start, moov.end);
  const header = find(inside, 'mvhd');
  const timescale = file.readUInt32BE(header.start + 12);
  const toMs = (units: number): number => (units * 1000) / timescale;
  const tracks = inside.filter((box) => box.type === 'trak').map((track) => readTrack(file, track, toMs));
  return {
    boxes: top.map((box) => box.type),
    durationMs: toMs(file.readUInt32BE(header.start + 16)),
    tracks,
  };
}

function readTrack(file: Buffer, track: Box, toMs: (units: number) => number): Mp4Facts['tracks'][number] {
  const inside = boxesIn(file, track.start, track.end);
  const header = find(inside, 'tkhd');
  const media = find(inside, 'mdia');
  const handler = find(boxesIn(file, media.start, media.end), 'hdlr');
  const information = find(boxesIn(file, media.start, media.end), 'minf');
  const table = find(boxesIn(file, information.start, information.end), 'stbl');
  const description = find(boxesIn(file, table.start, table.end), 'stsd');
  return {
    handler: file.toString('latin1', handler.start + 8, handler.start + 12),
    codec: file.toString('latin1', description.start + 12, description.start + 16),
    durationMs: toMs(file.readUInt32BE(header.start + 20)),
    width: file.readUInt32BE(header.end - 8) / 65_536,
    height: file.readUInt32BE(header.end - 4) / 65_536,
  };
}

function boxesIn(file: Buffer, from: number, to: number): Box[] {
  const boxes: Box[] = [];
  for (let at = from; at + 8 <= to; ) {
    const size = file.readUInt32BE(at);
    if (size < 8) throw new RangeError(`A box at ${at} says that it has ${size} bytes.`);
    boxes.push({ type: file.toString('latin1', at + 4, at + 8), start: at + 8, end: at + size });
    at += size;
  }
  return boxes;
}

function find(boxes: readonly Box[], type: string): Box {
  const box = boxes.find((candidate) => candidate.type === type);
  if (box === undefined) throw new RangeError(`There is no box ${type}.`);
  return box;
}
