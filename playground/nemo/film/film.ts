// Makes the MP4 that a draft describes: pictures, moves, crossfades, letters, sound. It must not know HTTP or sessions.
import { rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  audioSegment,
  type Draft,
  type TextSegment,
  textTracks,
  type VideoSegment,
  videoSegments,
} from '../draft.ts';
import type { Encoder } from './encoder.ts';
import { type Lettering, letter } from './lettering.ts';
import { type Frame, type PreparedPicture, preparePicture, travelShare } from './prepared-pictures.ts';
import { makeSoundTrack } from './sound-track.ts';

export type FilmMaker = {
  /** Writes `<outputPath>` and resolves with its size; removes what it needed on the way. */
  make: (order: FilmOrder) => Promise<{ sizeBytes: number; durationMs: number }>;
};

export type FilmOrder = {
  draft: Draft;
  outputPath: string;
  /** The picture of a segment, as a file or as bytes. */
  pictureOf: (segment: VideoSegment, frame: Frame) => Promise<string | Buffer>;
  onProgress: (share: number) => void;
  signal: AbortSignal;
};

type Shot = { picture: PreparedPicture; startMs: number; shownMs: number; fadeMs: number };
type Words = { lettering: Lettering; segment: TextSegment; startMs: number };

/** `longEdgePx` scales the draft's frame down (never up): tests need no 1080p. */
export function createFilmMaker(deps: {
  encoder: Encoder;
  directory: string;
  longEdgePx: number;
}): FilmMaker {
  return {
    async make(order) {
      const { draft, outputPath, signal } = order;
      const frame = scaledFrame(draft.m, deps.longEdgePx);
      const shots = await prepareShots(order, frame);
      const words = await prepareWords(draft, frame);
      signal.throwIfAborted();
      const prefix = path.join(deps.directory, path.basename(outputPath, '.mp4'));
      const inputs = [
        ...shots.map((shot) => shot.picture.png),
        ...words.map(({ lettering }) => lettering.png),
      ];
      const files = inputs.map((_, index) => `${prefix}-${index}.png`);
      const soundFile = `${prefix}.wav`;
      try {
        await Promise.all(files.map((file, index) => writeFile(file, inputs[index] ?? '')));
        await writeFile(soundFile, makeSoundTrack(draft.d, musicOf(draft)));
        const args = [
          ...inputArgs(files, draft.m.fps),
          '-i',
          soundFile,
          '-filter_complex',
          filterGraph({ shots, words, frame, draft }),
          ...outputArgs(files.length, draft, outputPath),
        ];
        await deps.encoder.encode({ args, durationMs: draft.d, onProgress: order.onProgress, signal });
      } finally {
        await Promise.all([...files, soundFile].map((file) => rm(file, { force: true })));
      }
      return { sizeBytes: (await stat(outputPath)).size, durationMs: draft.d };
    },
  };
}

function scaledFrame({ width, height }: Frame, longEdgePx: number): Frame {
  const scale = Math.min(1, longEdgePx / Math.max(width, height));
  const even = (length: number): number => 2 * Math.round((length * scale) / 2);
  return { width: even(width), height: even(height) };
}

/** Each shot begins with its crossfade over the end of the one before, so that the lengths add up to the timeline's. */
async function prepareShots({ draft, pictureOf, signal }: FilmOrder, frame: Frame): Promise<Shot[]> {
  const shots: Shot[] = [];
  let startMs = 0;
  const segments = videoSegments(draft);
  for (const [index, segment] of segments.entries()) {
    signal.throwIfAborted();
    const picture = await preparePicture(await pictureOf(segment, frame), frame, segment.mv);
    const overlapMs = segments[index + 1]?.tr?.d ?? 0;
    shots.push({ picture, startMs, shownMs: segment.d + overlapMs, fadeMs: segment.tr?.d ?? 0 });
    startMs += segment.d;
  }
  return shots;
}

async function prepareWords(draft: Draft, frame: Frame): Promise<Words[]> {
  const words: Words[] = [];
  for (const track of textTracks(draft)) {
    let startMs = 0;
    for (const segment of track.sg) {
      const lettering = await letter(segment.m.title, frame, track.role === 'title' ? 'title' : 'caption');
      if (lettering !== null) words.push({ lettering, segment, startMs });
      startMs += segment.d;
    }
  }
  return words;
}

function musicOf(draft: Draft) {
  const segment = audioSegment(draft);
  if (segment === undefined) return null;
  return {
    name: segment.m.title,
    volume: segment.m.volume,
    fadeInMs: segment.fd[0],
    fadeOutMs: segment.fd[1],
  };
}

function inputArgs(files: readonly string[], framesPerSecond: number): string[] {
  return files.flatMap((file) => ['-framerate', String(framesPerSecond), '-i', file]);
}

function outputArgs(soundIndex: number, draft: Draft, outputPath: string): string[] {
  const streams = `-map [film] -map ${soundIndex}:a -r ${draft.m.fps}`;
  const video = '-c:v libx264 -preset veryfast -crf 22 -pix_fmt yuv420p -threads 2';
  const sound = '-c:a aac -b:a 128k -ac 2';
  return [...`${streams} ${video} ${sound} -map_metadata -1 -movflags +faststart -y`.split(' '), outputPath];
}

type Scene = { shots: readonly Shot[]; words: readonly Words[]; frame: Frame; draft: Draft };

/** Every picture and every word is a layer over black; later ones fade in over earlier ones. */
function filterGraph({ shots, words, frame, draft }: Scene): string {
  const { fps } = draft.m;
  const ground = `color=c=black:s=${frame.width}x${frame.height}:r=${fps}:d=${seconds(draft.d + 100)}[ground]`;
  const layers = [
    ...shots.map((shot) => ({ chain: shotChain(shot, frame, fps), at: '0:0' })),
    ...words.map((word) => ({ chain: wordChain(word, fps), at: placeOf(word, frame) })),
  ];
  const chains = layers.map(({ chain }, index) => `[${index}]${chain}[layer${index}]`);
  const overlays = layers.map(({ at }, index) => {
    const below = index === 0 ? 'ground' : `pile${index - 1}`;
    return `[${below}][layer${index}]overlay=${at}:eof_action=pass[pile${index}]`;
  });
  // Counted in frames: a length in ms, rounded up, would let one frame too many through.
  const end = `[pile${layers.length - 1}]trim=end_frame=${Math.round((draft.d / 1000) * fps)}[film]`;
  return [ground, ...chains, ...overlays, end].join(';');
}

/** One still becomes many frames once (`loop`), then only moves: far cheaper than decoding each frame. */
function still(pixelFormat: string, fps: number, shownMs: number): string {
  return `format=${pixelFormat},loop=loop=-1:size=1:start=0,setpts=N/${fps}/TB,trim=duration=${seconds(shownMs)}`;
}

/** The camera moves by single pixels, which 4:2:0 could not; only what it sees is brought to 4:2:0. */
function shotChain(shot: Shot, frame: Frame, fps: number): string {
  const fadeIn = shot.fadeMs > 0 ? [`fade=t=in:st=0:d=${seconds(shot.fadeMs)}:alpha=1`] : [];
  const isZooming = shot.picture.move === 'in' || shot.picture.move === 'out';
  const moving = isZooming ? zoom(shot, frame, fps) : pan(shot, frame, fps);
  const filters = [moving, 'format=yuva420p', ...fadeIn];
  return [...filters, `setpts=PTS+${seconds(shot.startMs)}/TB`].join(',');
}

function wordChain({ segment, startMs }: Words, fps: number): string {
  const fadeIn = `fade=t=in:st=0:d=${seconds(segment.an.in)}:alpha=1`;
  const outAtMs = Math.max(0, segment.d - segment.an.out);
  const fadeOut = `fade=t=out:st=${seconds(outAtMs)}:d=${seconds(segment.an.out)}:alpha=1`;
  return [still('yuva420p', fps, segment.d), fadeIn, fadeOut, `setpts=PTS+${seconds(startMs)}/TB`].join(',');
}

function pan({ picture, shownMs }: Shot, frame: Frame, fps: number): string {
  const along = `t/${seconds(shownMs)}`;
  const [spareX, spareY] = [picture.width - frame.width, picture.height - frame.height];
  const ways = {
    left: [`${spareX}*${along}`, '0'],
    right: [`${spareX}*(1-${along})`, '0'],
    up: ['0', `${spareY}*${along}`],
    down: ['0', `${spareY}*(1-${along})`],
    in: ['0', '0'],
    out: ['0', '0'],
  };
  const [x, y] = ways[picture.move];
  return `${still('yuva444p', fps, shownMs)},crop=${frame.width}:${frame.height}:x='${x}':y='${y}'`;
}

/** Into the middle, or out of it; makes its frames itself, from the one still. */
function zoom({ picture, shownMs }: Shot, frame: Frame, fps: number): string {
  const frames = Math.ceil((shownMs / 1000) * fps);
  const along = picture.move === 'in' ? `on/${frames}` : `(1-on/${frames})`;
  const middle = "x='iw/2-iw/zoom/2':y='ih/2-ih/zoom/2'";
  const size = `d=${frames}:s=${frame.width}x${frame.height}:fps=${fps}`;
  return `format=yuva444p,zoompan=z='1+${travelShare}*${along}':${middle}:${size},setpts=N/${fps}/TB`;
}

function placeOf({ lettering, segment }: Words, frame: Frame): string {
  const share = segment.m.position === 'bottom' ? 0.9 : 0.74;
  const top = Math.round(frame.height * share - lettering.height / 2);
  return `${Math.round((frame.width - lettering.width) / 2)}:${top}`;
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}
