/** A whole playground with a browser in front of it. It must not know the stories. */
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { vi } from 'vitest';
import { createPlayground, type Playground } from '../../playground/playground.ts';
import { findChromium, startChromium } from './chromium.ts';

export type BrowserStage = {
  readonly playground: Playground;
  /** A new visitor with an empty profile, who sees the page with the bot online. */
  visit(options?: BrowserContextOptions): Promise<Page>;
  /** Throws when something broke in the pages or the stand-ins, even if the story went on. */
  demandPeace(): void;
  close(): Promise<void>;
};

/** Stories wait for films that two busy cores encode. */
export const storyWaitMs = 120_000;

export const desktop = { width: 1360, height: 850 } as const;
export const phone = { width: 390, height: 844 } as const;

/** Rejects where there is no Chromium: ask `findChromium` before. */
export async function openStage(): Promise<BrowserStage> {
  const chromiumPath = findChromium();
  if (chromiumPath === null) throw new Error('There is no Chromium to show the page in.');
  const complaints: string[] = [];
  const playground = await createPlayground({
    port: 0,
    speed: 20,
    isAnonymous: false,
    filmLongEdgePx: 640,
    // A machine that stands still for a moment breaks no story.
    acknowledgeWithinMs: 30_000,
    onError: (error) => complaints.push(String(error)),
  });
  // A page that is opened before knows nothing of the bot yet, and would not wait for it.
  const isReady = () => playground.bot.state().output.some((line) => line.includes('Makevideo is ready'));
  await vi.waitUntil(isReady, { timeout: 120_000 });
  const browser = await startChromium(chromiumPath).catch(async (error: unknown) => {
    await playground.close();
    throw error;
  });
  return {
    playground,
    demandPeace: () => {
      if (complaints.length > 0) throw new Error(complaints.join('\n'));
    },
    visit: (options) => visit({ browser, url: playground.url, complaints }, options),
    close: async () => {
      await browser.close();
      await playground.close();
    },
  };
}

async function visit(
  parts: { browser: Browser; url: string; complaints: string[] },
  options: BrowserContextOptions = {},
): Promise<Page> {
  const context = await parts.browser.newContext({
    viewport: desktop,
    locale: 'en-GB',
    timezoneId: 'UTC',
    ...options,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(storyWaitMs);
  page.on('pageerror', (error) => parts.complaints.push(error.stack ?? error.message));
  await page.goto(parts.url);
  await untilOnline(page);
  return page;
}

/** The line at the top is there as long as the bot is not. */
export async function untilOnline(page: Page): Promise<void> {
  await page.locator('.composer').waitFor();
  await page.locator('.bot-chip').waitFor({ state: 'detached' });
}

/** For a story that failed: what the person saw, and what the bot said last. */
export async function tellWhatIsSeen(stage: BrowserStage, page: Page): Promise<void> {
  const seen = await page.locator('main').innerText({ timeout: 1000 });
  const output = stage.playground.bot.state().output.slice(-10).join('\n');
  process.stderr.write(`${page.url()}\n${seen}\n\nThe bot's last lines:\n${output}\n`);
}
