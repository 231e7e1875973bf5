/** What a person does on the page, by the names that people see or hear. It must not know the bot. */
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { samplePictures } from '../../playground/nemo/sample-pictures.ts';

type Handed = { name: string; type: string; base64: string };

const drawn = async (count: number): Promise<Handed[]> =>
  Promise.all(
    samplePictures.slice(0, count).map(async ({ filename, mimeType, draw }) => {
      const bytes = await draw();
      return { name: filename, type: mimeType, base64: Buffer.from(bytes).toString('base64') };
    }),
  );

/** Runs in the page, where `File` and `DataTransfer` are; as text, because this program knows no browser types. */
const makeTransfer = (files: readonly Handed[]): string => `(() => {
  const transfer = new DataTransfer();
  for (const { name, type, base64 } of ${JSON.stringify(files)}) {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    transfer.items.add(new File([bytes], name, { type }));
  }
  return transfer;
})()`;

/** Drops pictures of the project's own on an element, as from the person's desktop. */
export async function dropPictures(page: Page, on: Locator, count: number): Promise<void> {
  const dataTransfer = await page.evaluateHandle(makeTransfer(await drawn(count)));
  await on.dispatchEvent('dragover', { dataTransfer });
  await on.dispatchEvent('drop', { dataTransfer });
}

/** Pastes pictures where the person writes. */
export async function pastePictures(page: Page, count: number): Promise<void> {
  const field = await messageField(page).elementHandle();
  const transfer = makeTransfer(await drawn(count));
  await page.evaluate(
    `document.activeElement.dispatchEvent(new ClipboardEvent('paste', { clipboardData: ${transfer}, bubbles: true, cancelable: true }))`,
  );
  await field?.dispose();
}

/**
 * Waits until an expression is true in the page. Playwright's `waitForFunction` evaluates its words in the page itself from the second
 * look on, which the page's policy forbids.
 */
export async function untilTrue(page: Page, expression: string): Promise<void> {
  await expect.poll(() => page.evaluate(expression)).toBe(true);
}

export const messageField = (page: Page): Locator => page.locator('.composer textarea');

export async function say(page: Page, words: string): Promise<void> {
  await messageField(page).fill(words);
  await messageField(page).press('Enter');
}

/** What is typed or dropped before the place is open belongs to the one before. */
export async function openPlace(page: Page, name: string): Promise<void> {
  const link = page.getByRole('navigation').getByRole('link', { name }).first();
  await link.click();
  await link.and(page.locator('[aria-current="page"]')).waitFor();
}

/** Goes on as somebody else, once the page shows what they see. */
export async function become(page: Page, name: string): Promise<void> {
  await page.getByLabel('You are').selectOption({ label: name });
  await page.locator(`.viewer[data-viewer="${name}"]`).waitFor();
}

/** Newest last. */
export const messages = (page: Page): Locator => page.getByRole('log').locator('li.message');

/** Types `/makevideo`, chooses it, fills it in and drops pictures onto its form; all of them are there then. */
export async function fillMakevideo(page: Page, wish: string, pictures: number): Promise<void> {
  await messageField(page).fill('/makevideo');
  await page
    .getByRole('option', { name: /makevideo/u })
    .first()
    .click();
  await page.getByRole('textbox', { name: /prompt/u }).fill(wish);
  await dropPictures(page, page.locator('.file-picker'), pictures);
  await page
    .locator('.command-form .thumbnail')
    .nth(pictures - 1)
    .waitFor();
}

/** Goes to a thread of the open channel as soon as it is there, counted from 0 and oldest first. */
export async function enterThread(page: Page, index: number): Promise<void> {
  await page.locator('.thread-chip').nth(index).click();
  await page.locator('.crumb').waitFor();
}

export type Playing = { durationSeconds: number; widthPx: number; playedSeconds: number };

/** Starts the film of a message, and tells what the browser's own player says of it once it moves. */
export async function play(film: Locator): Promise<Playing> {
  await film.scrollIntoViewIfNeeded();
  return film.evaluate(
    (player: {
      muted: boolean;
      duration: number;
      videoWidth: number;
      currentTime: number;
      play(): Promise<void>;
      addEventListener(type: string, listener: () => void): void;
    }) =>
      new Promise<Playing>((resolve, reject) => {
        player.muted = true;
        player.addEventListener('timeupdate', () => {
          if (player.currentTime === 0) return;
          const { duration, videoWidth, currentTime } = player;
          resolve({ durationSeconds: duration, widthPx: videoWidth, playedSeconds: currentTime });
        });
        player.play().catch(reject);
      }),
  );
}

/** Stops the film of a message at this moment, and waits until that is what it shows. */
export async function pauseAt(film: Locator, seconds: number): Promise<void> {
  await film.evaluate(
    (
      player: {
        currentTime: number;
        pause(): void;
        addEventListener(type: string, listener: () => void, options: { once: true }): void;
      },
      at: number,
    ) =>
      new Promise<void>((resolve) => {
        player.addEventListener('seeked', () => resolve(), { once: true });
        player.pause();
        player.currentTime = at;
      }),
    seconds,
  );
}
