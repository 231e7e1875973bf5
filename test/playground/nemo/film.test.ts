// Films are real MP4 files of the person's own pictures, exactly as long as their timeline.
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { applyEdit, composeDraft, type Draft, type VideoSegment } from '../../../playground/nemo/draft.ts';
import { createEncoder, EncoderError, findFfmpeg } from '../../../playground/nemo/film/encoder.ts';
import { createFilmMaker } from '../../../playground/nemo/film/film.ts';
import { letter } from '../../../playground/nemo/film/lettering.ts';
import { makeSoundTrack } from '../../../playground/nemo/film/sound-track.ts';
import type { Ratio } from '../../../playground/nemo/instruction.ts';
import { samplePictures } from '../../../playground/nemo/sample-pictures.ts';
import { readMp4 } from '../../media/mp4.ts';
import { makeHeic } from './heic.ts';

const run = promisify(execFile);
const ffmpeg = findFfmpeg(process.env);
const encoder = createEncoder(ffmpeg);
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'film-test-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const onProgress = (): void => undefined;
/** However long a busy machine takes: the limit is the test's own. */
const patience = new AbortController().signal;

function draftOf(names: readonly string[], options: { ratio?: Ratio; durationMs?: number } = {}): Draft {
  const materials = names.map((name) => ({
    id: name,
    filename: `${name}.jpg`,
    url: `http://cdn/${name}.jpg`,
    hash: name,
  }));
  return composeDraft({
    materials,
    language: 'en',
    ratio: options.ratio ?? '16:9',
    durationMs: options.durationMs ?? 2000,
    title: 'Test',
  });
}

function plainPicture(color: string, width = 400, height = 300): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 3, background: color } })
    .jpeg()
    .toBuffer();
}

async function make(
  draft: Draft,
  pictureOf: (segment: VideoSegment) => Promise<Buffer>,
  longEdgePx = 320,
): Promise<string> {
  const outputPath = path.join(directory, `film-${(await readdir(directory)).length}.mp4`);
  const film = createFilmMaker({ encoder, directory, longEdgePx });
  await film.make({ draft, outputPath, pictureOf, onProgress, signal: patience });
  return outputPath;
}

/** Mean colour of the frame at a time, from a part of it given as shares of width and height. */
async function colorAt(
  film: string,
  atMs: number,
  spot: { x: number; y: number } = { x: 0.5, y: 0.5 },
): Promise<string> {
  const args = [
    '-v',
    'error',
    '-ss',
    String(atMs / 1000),
    '-i',
    film,
    '-vframes',
    '1',
    '-f',
    'image2pipe',
    '-c:v',
    'png',
    '-',
  ];
  const { stdout } = await run(ffmpeg, args, { encoding: 'buffer' });
  const { width, height } = await sharp(stdout).metadata();
  const area = {
    left: Math.round((width - 8) * spot.x),
    top: Math.round((height - 8) * spot.y),
    width: 8,
    height: 8,
  };
  const { channels } = await sharp(await sharp(stdout).extract(area).png().toBuffer()).stats();
  const [red = 0, green = 0, blue = 0] = channels.map((channel) => channel.mean);
  if (red > 150 && green > 150 && blue > 150) return 'white';
  if (red > 2 * green && red > 2 * blue) return 'red';
  if (blue > 2 * red && blue > 2 * green) return 'blue';
  return `${Math.round(red)},${Math.round(green)},${Math.round(blue)}`;
}

const samplesOf = (wav: Buffer): number[] =>
  Array.from({ length: (wav.length - 44) / 2 }, (_, index) => wav.readInt16LE(44 + index * 2));

const loudest = (samples: readonly number[]): number =>
  samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);

const pictureOf = ({ src }: VideoSegment) => plainPicture(src.asset === 'a' ? '#ff0000' : '#0000ff');

describe('a film', () => {
  test.each([
    ['16:9', 320, 180],
    ['9:16', 180, 320],
    ['1:1', 320, 320],
  ] as const)(
    'of %s is H.264 and AAC in a file that can start before it is loaded',
    async (ratio, width, height) => {
      const film = await make(draftOf(['a'], { ratio }), () => plainPicture('red'), 320);
      const facts = readMp4(await readFile(film));
      expect(facts.boxes.indexOf('moov')).toBeLessThan(facts.boxes.indexOf('mdat'));
      expect(facts.tracks).toMatchObject([
        { handler: 'vide', codec: 'avc1', width, height },
        { handler: 'soun', codec: 'mp4a' },
      ]);
      const { stderr } = await run(ffmpeg, ['-v', 'info', '-i', film, '-f', 'null', '-']);
      expect(stderr).toContain('yuv420p');
      expect(stderr).not.toMatch(/error|corrupt|invalid/i);
    },
  );

  test.each([2000, 2667, 3333, 7100])('of a %i ms timeline is that long to the frame', async (durationMs) => {
    const draft = draftOf(['a', 'b', 'c'], { durationMs });
    const facts = readMp4(await readFile(await make(draft, () => plainPicture('red'), 160)));
    expect(Math.abs(facts.durationMs - draft.d)).toBeLessThanOrEqual(34);
    for (const track of facts.tracks) expect(Math.abs(track.durationMs - draft.d)).toBeLessThanOrEqual(34);
  });

  test('shows the pictures it was given, in the order of the timeline', async () => {
    const draft = draftOf(['a', 'b'], { durationMs: 4000 });
    const film = await make(draft, pictureOf);
    expect([await colorAt(film, 800), await colorAt(film, 3500)]).toEqual(['red', 'blue']);
    const reversed = await make(applyEdit(draft, { kind: 'reverse pictures' }, []), pictureOf);
    expect([await colorAt(reversed, 800), await colorAt(reversed, 3500)]).toEqual(['blue', 'red']);
  });

  test('shows its title for three seconds and then no more', async () => {
    const draft = applyEdit(
      draftOf(['a'], { durationMs: 5000 }),
      { kind: 'set title', text: '■■■■■■■■■■' },
      [],
    );
    const film = await make(draft, () => plainPicture('#ff0000'));
    const titleSpot = { x: 0.5, y: 0.74 };
    expect(await colorAt(film, 4500, titleSpot)).toBe('red');
    const before = await colorAt(film, 1500, titleSpot);
    expect(before).not.toBe('red');
  });

  test.each([
    ['in', ['blue', 'red']],
    ['out', ['red', 'blue']],
  ] as const)('zooms %s slowly', async (mv, seen) => {
    // A blue edge that is seen only from afar.
    const inner = { create: { width: 308, height: 173, channels: 3, background: '#ff0000' } } as const;
    const framed = await sharp({ create: { width: 320, height: 180, channels: 3, background: '#0000ff' } })
      .composite([{ input: inner }])
      .png()
      .toBuffer();
    const draft = draftOf(['a']);
    const track = draft.t.map((one) =>
      one.tt === 0 ? { ...one, sg: one.sg.map((segment) => ({ ...segment, mv })) } : one,
    );
    const film = await make({ ...draft, t: track }, () => Promise.resolve(framed), 640);
    const edge = { x: 0, y: 0.5 };
    expect([await colorAt(film, 40, edge), await colorAt(film, 1900, edge)]).toEqual(seen);
  });

  test('keeps the proportions of a tall picture in a wide frame', async () => {
    const film = await make(draftOf(['a']), () => plainPicture('#ff0000', 200, 800));
    expect(await colorAt(film, 1000, { x: 0.5, y: 0.02 })).toBe('red');
    expect(await colorAt(film, 1000, { x: 0.5, y: 0.98 })).toBe('red');
  });

  test('turns a picture upright as its EXIF data says', async () => {
    const halves = await sharp({ create: { width: 320, height: 180, channels: 3, background: '#0000ff' } })
      .composite([
        {
          input: { create: { width: 320, height: 90, channels: 3, background: '#ff0000' } },
          top: 0,
          left: 0,
        },
      ])
      .png()
      .toBuffer();
    const lying = await sharp(halves).rotate(90).withMetadata({ orientation: 8 }).jpeg().toBuffer();
    const film = await make(draftOf(['a']), () => Promise.resolve(lying));
    expect([
      await colorAt(film, 1000, { x: 0.5, y: 0.2 }),
      await colorAt(film, 1000, { x: 0.5, y: 0.8 }),
    ]).toEqual(['red', 'blue']);
  });

  test.each(['webp', 'gif', 'png', 'jpeg'] as const)('takes %s pictures', async (format) => {
    const picture = await sharp(await plainPicture('#ff0000'))
      .toFormat(format)
      .toBuffer();
    const film = await make(draftOf(['a']), () => Promise.resolve(picture), 160);
    expect(await colorAt(film, 1000)).toBe('red');
  });

  test('takes HEIC pictures', async () => {
    const picture = await makeHeic(ffmpeg, {
      color: 'red',
      sidePx: 64,
      scratchFile: path.join(directory, 'heic.mp4'),
    });
    const film = await make(draftOf(['a'], { ratio: '1:1' }), () => Promise.resolve(picture), 160);
    expect(await colorAt(film, 1000)).toBe('red');
  });

  test('reports progress that only grows, and leaves nothing but the film behind', async () => {
    const own = await mkdtemp(path.join(directory, 'own-'));
    const shares: number[] = [];
    const film = createFilmMaker({ encoder, directory: own, longEdgePx: 320 });
    const order = {
      draft: draftOf(['a', 'b'], { durationMs: 6000 }),
      outputPath: path.join(own, 'film.mp4'),
      pictureOf: () => plainPicture('red'),
    };
    await film.make({
      ...order,
      onProgress: (share) => shares.push(share),
      signal: patience,
    });
    expect(shares.length).toBeGreaterThan(0);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    expect(await readdir(own)).toEqual(['film.mp4']);
  });

  test('stops when it is told to, and takes its pieces away', async () => {
    const own = await mkdtemp(path.join(directory, 'own-'));
    const stop = new AbortController();
    const film = createFilmMaker({ encoder, directory: own, longEdgePx: 1920 });
    const order = {
      draft: draftOf(['a', 'b'], { durationMs: 60_000 }),
      outputPath: path.join(own, 'film.mp4'),
      pictureOf: () => plainPicture('red'),
    };
    const making = film.make({ ...order, onProgress: () => stop.abort(), signal: stop.signal });
    await expect(making).rejects.toThrow(/abort/i);
    expect((await readdir(own)).filter((file) => file !== 'film.mp4')).toEqual([]);
  });
});

describe('the encoder', () => {
  test('says what ffmpeg said when it fails', async () => {
    const job = {
      args: ['-i', path.join(directory, 'nothing.png'), '-f', 'null', '-'],
      durationMs: 1,
      onProgress,
      signal: patience,
    };
    await expect(encoder.encode(job)).rejects.toThrow(EncoderError);
    await expect(encoder.encode(job)).rejects.toThrow(/nothing\.png/);
  });

  test('takes FFMPEG_PATH before the installed one', () => {
    expect(findFfmpeg({ FFMPEG_PATH: '/opt/ffmpeg' })).toBe('/opt/ffmpeg');
    expect(findFfmpeg({})).toMatch(/ffmpeg/);
  });
});

describe('letters', () => {
  const frame = { width: 640, height: 360 };

  test('of Chinese and Latin words are drawn, emoji left out', async () => {
    const both = await letter('海边假期 Paradise 🌊', frame, 'title');
    const latin = await letter('Paradise', frame, 'title');
    expect(both?.width).toBeGreaterThan(latin?.width ?? Infinity);
    expect(await letter('🌊', frame, 'title')).toBeNull();
  });

  test('of a long title are wrapped into the frame, and markup in it is only text', async () => {
    const long = await letter(`<b>${'very '.repeat(30)}long & "quoted"</b>`, frame, 'title');
    expect(long?.width).toBeLessThanOrEqual(frame.width);
    expect(long?.height).toBeGreaterThan(60);
  });
});

describe('the sound track', () => {
  const music = { name: 'Lo-fi', volume: 0.35, fadeInMs: 600, fadeOutMs: 1200 };

  test('is as long as asked, fades at both ends and never clips', () => {
    const samples = samplesOf(makeSoundTrack(3000, { ...music, volume: 1 }));
    expect(samples.length).toBe(132_300);
    expect(loudest(samples)).toBeLessThan(32_767);
    expect(loudest(samples)).toBeGreaterThan(3000);
    expect(loudest(samples.slice(-50))).toBeLessThan(100);
  });

  test('grows with the volume, differs by name, and is silence without music', () => {
    const quiet = loudest(samplesOf(makeSoundTrack(2000, { ...music, volume: 0.1 })));
    const loud = loudest(samplesOf(makeSoundTrack(2000, { ...music, volume: 0.8 })));
    expect(loud).toBeGreaterThan(quiet * 4);
    expect(makeSoundTrack(2000, music).equals(makeSoundTrack(2000, { ...music, name: 'Late Jazz' }))).toBe(
      false,
    );
    expect(loudest(samplesOf(makeSoundTrack(500, null)))).toBe(0);
  });
});

describe('the sample pictures', () => {
  test.each(samplePictures.map((picture) => [picture.filename, picture] as const))(
    '%s is what it says and the same each time',
    async (_name, picture) => {
      const [first, second] = await Promise.all([picture.draw(), picture.draw()]);
      const { width, height, format } = await sharp(first).metadata();
      expect({ width, height, mimeType: `image/${format}` }).toEqual({
        width: picture.width,
        height: picture.height,
        mimeType: picture.mimeType,
      });
      expect(first.equals(second)).toBe(true);
      expect(first.length).toBeLessThan(400_000);
    },
  );

  test('come wide, tall and square', () => {
    const shapes = new Set(samplePictures.map(({ width, height }) => Math.sign(width - height)));
    expect(shapes).toEqual(new Set([1, -1, 0]));
  });
});
