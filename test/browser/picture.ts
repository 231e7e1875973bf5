/** Takes the README's pictures of the page. Written only where UPDATE_IMAGES=1 asks for it: a test run changes no file. */
import { writeFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { untilTrue } from './acts.ts';

const folder = new URL('../../docs/images/', import.meta.url);

export async function takePicture(page: Page, name: string): Promise<void> {
  // Films load after their message; their first frame belongs into the picture.
  await untilTrue(page, '[...document.querySelectorAll("video")].every((film) => film.readyState >= 2)');
  const png = await page.screenshot({ animations: 'disabled', caret: 'hide' });
  if (process.env['UPDATE_IMAGES'] !== '1') return;
  await writeFile(new URL(`${name}.webp`, folder), await sharp(png).webp({ quality: 82 }).toBuffer());
}
