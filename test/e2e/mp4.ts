/** Reads what an MP4 says of itself, by its boxes (ISO/IEC 14496-12): enough to tell a playable H.264 film from anything else. */

export type Mp4Facts = {
  readonly brand: string;
  readonly durationSeconds: number;
  /** Sample entry types of the tracks: `avc1` is H.264, `mp4a` is AAC. */
  readonly codecs: readonly string[];
  /** The index stands before the data, so that players start at once. */
  readonly isFastStart: boolean;
};

type Box = { readonly type: string; readonly body: Buffer; readonly at: number };

const boxesOf = (bytes: Buffer): Box[] => {
  const boxes: Box[] = [];
  for (let at = 0; at + 8 <= bytes.length; ) {
    const size = bytes.readUInt32BE(at);
    const end = size === 0 ? bytes.length : at + size;
    if (size === 1 || end <= at || end > bytes.length) throw new Error(`A box at ${at} is damaged.`);
    boxes.push({ type: bytes.toString('latin1', at + 4, at + 8), body: bytes.subarray(at + 8, end), at });
    at = end;
  }
  return boxes;
};

const find = (boxes: readonly Box[], type: string): Box => {
  const box = boxes.find((candidate) => candidate.type === type);
  if (box === undefined) throw new Error(`There is no box "${type}".`);
  return box;
};

const inside = (box: Box, ...types: readonly string[]): Box =>
  types.reduce((outer, type) => find(boxesOf(outer.body), type), box);

/** `stsd`: version and flags, a count, then the first entry with its size and type. */
const codecOf = (track: Box): string =>
  inside(track, 'mdia', 'minf', 'stbl', 'stsd').body.toString('latin1', 12, 16);

export const readMp4 = (bytes: Uint8Array): Mp4Facts => {
  const boxes = boxesOf(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  const moov = find(boxes, 'moov');
  const header = inside(moov, 'mvhd').body;
  if (header.readUInt8(0) !== 0) throw new Error('Only version 0 of mvhd is read.');
  return {
    brand: find(boxes, 'ftyp').body.toString('latin1', 0, 4),
    durationSeconds: header.readUInt32BE(16) / header.readUInt32BE(12),
    codecs: boxesOf(moov.body)
      .filter(({ type }) => type === 'trak')
      .map(codecOf),
    isFastStart: moov.at < find(boxes, 'mdat').at,
  };
};
