// Draws titles, captions and placeholder cards with the fonts that come along. It must not know timelines.
import { createRequire } from 'node:module';
import path from 'node:path';
import sharp from 'sharp';
import type { Frame } from './prepared-pictures.ts';

export type Lettering = { png: Buffer; width: number; height: number };

const fontDirectory = path.dirname(
  createRequire(import.meta.url).resolve('@expo-google-fonts/noto-sans-sc/package.json'),
);
const fonts = {
  title: {
    fontfile: path.join(fontDirectory, '700Bold', 'NotoSansSC_700Bold.ttf'),
    family: 'Noto Sans SC Bold',
    heightShare: 0.085,
  },
  caption: {
    fontfile: path.join(fontDirectory, '500Medium', 'NotoSansSC_500Medium.ttf'),
    family: 'Noto Sans SC Medium',
    heightShare: 0.042,
  },
} as const;
const charactersMax = 120;

/**
 * White letters with a soft shadow on a transparent ground, as small as the words need, wrapped at 84 % of the frame.
 * Null when nothing remains that the fonts can draw: emoji are left out, no font for them comes along.
 */
export async function letter(
  text: string,
  frame: Frame,
  kind: keyof typeof fonts,
): Promise<Lettering | null> {
  const words = Array.from(text.replaceAll(/\p{Extended_Pictographic}|\p{Cc}|\u200d|\ufe0f/gu, ''))
    .slice(0, charactersMax)
    .join('')
    .trim();
  if (words === '') return null;
  const { fontfile, family, heightShare } = fonts[kind];
  const sizePx = Math.max(12, Math.round(Math.min(frame.width, frame.height) * heightShare));
  const draw = (color: string) =>
    sharp({
      text: {
        text: `<span foreground="${color}">${escapeMarkup(words)}</span>`,
        font: `${family} ${sizePx}`,
        fontfile,
        width: Math.round(frame.width * 0.84),
        wrap: 'word-char',
        align: 'centre',
        rgba: true,
        dpi: 72,
      },
    })
      .png()
      .toBuffer({ resolveWithObject: true });
  const [light, dark] = await Promise.all([draw('white'), draw('black')]);
  const margin = Math.round(sizePx * 0.5);
  const [width, height] = [light.info.width + margin * 2, light.info.height + margin * 2];
  const empty = {
    create: { width, height, channels: 4 as const, background: { r: 0, g: 0, b: 0, alpha: 0 } },
  };
  const shadow = await sharp(empty)
    .composite([{ input: dark.data, left: margin, top: margin }])
    .png()
    .toBuffer();
  const soft = await sharp(shadow)
    .blur(Math.max(1, sizePx / 9))
    .png()
    .toBuffer();
  const png = await sharp(empty)
    .composite([{ input: soft }, { input: soft }, { input: light.data, left: margin, top: margin }])
    .png()
    .toBuffer();
  return { png, width, height };
}

/** A plain card with a name on it, in the place of a film or a song that a person sent. */
export async function drawCard(name: string, frame: Frame): Promise<Buffer> {
  const ground = sharp({ create: { ...frame, channels: 3, background: '#27364f' } });
  const lettering = await letter(name, frame, 'caption');
  return ground
    .composite(lettering === null ? [] : [{ input: lettering.png }])
    .png({ compressionLevel: 1 })
    .toBuffer();
}

function escapeMarkup(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
