/** Drawings become files by the real renderer, with the fonts that come along. */
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { createPictures } from '../../src/pictures/pictures.ts';
import { createRecordingLog } from '../sessions/recording-log.ts';

const writing = (words: string): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="200" height="60" font-family="Noto Sans SC"><text x="4" y="40" font-size="30" fill="#fff">${words}</text></svg>`;

const open = () => {
  const log = createRecordingLog();
  return { log, pictures: createPictures({ log }) };
};

/** The rows and columns in which something is drawn. */
const inkOf = async (png: Uint8Array | null): Promise<Buffer> =>
  sharp(png ?? undefined)
    .raw()
    .toBuffer();

describe('pictures', () => {
  it('are PNGs of one and a half dots for each pixel', async () => {
    const { pictures } = open();
    const { format, width, height } = await sharp(
      (await pictures.draw(writing('Video'))) ?? undefined,
    ).metadata();
    expect({ format, width, height }).toEqual({ format: 'png', width: 300, height: 90 });
  });

  it('show Chinese, Japanese, Greek, Cyrillic and accents: no two of these words look the same', async () => {
    const { pictures } = open();
    const words = ['城市延时', '背景音乐', 'そら', 'カメラ', 'Ελλά', 'Привет', 'Łódź', 'façade'];
    const inks = new Set<string>();
    for (const word of words) inks.add((await inkOf(await pictures.draw(writing(word)))).toString('base64'));
    const blank = (await inkOf(await pictures.draw(writing('')))).toString('base64');
    expect(inks.size).toBe(words.length);
    expect(inks.has(blank)).toBe(false);
  });

  it('never fail: what cannot be drawn is null and a line in the log, and the next one is drawn', async () => {
    const { log, pictures } = open();
    expect(await pictures.draw('this is no drawing')).toBeNull();
    expect(log.lines.map(({ message }) => message)).toEqual(['a picture could not be drawn']);
    expect(await pictures.draw(writing('ok'))).not.toBeNull();
  });

  it('are not queued without end', async () => {
    const { pictures } = open();
    const drawn = await Promise.all(Array.from({ length: 30 }, () => pictures.draw('no drawing')));
    expect(drawn).toHaveLength(30);
    expect(await pictures.draw(writing('after'))).not.toBeNull();
  });
});
