/** The page for everybody: axe in light and dark, a phone's width, and the whole story of /makevideo by keyboard alone. */
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { enterThread, fillMakevideo, messageField, messages, openPlace, untilTrue } from './acts.ts';
import { findChromium } from './chromium.ts';
import { takePicture } from './picture.ts';
import { type BrowserStage, openStage, phone } from './stage.ts';

const findings = z.array(
  z.object({
    id: z.string(),
    impact: z.string().nullable(),
    nodes: z.array(z.object({ html: z.string(), failureSummary: z.string().optional() })),
  }),
);

/** What axe finds wrong on the page as it stands, one line each; only what it calls serious or critical. */
async function seriousFindings(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const found: unknown = await page.evaluate('axe.run().then((result) => result.violations)');
  return findings
    .parse(found)
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html} ${node.failureSummary ?? ''}`));
}

/** A thread with a result has about sixty places to stop at, the panel beside it twenty. */
const pressesMax = 120;

/** Presses Tab until the focus is where it is wanted, once that is there; gives up after what a patient person would. */
async function tabTo(page: Page, selector: string): Promise<void> {
  await page.locator(selector).first().waitFor();
  const isThere = `document.activeElement?.matches(${JSON.stringify(selector)}) === true`;
  for (let presses = 0; presses < pressesMax; presses += 1) {
    if ((await page.evaluate(isThere)) === true) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`${pressesMax} presses of Tab do not lead to ${selector}.`);
}

describe.runIf(findChromium() !== null)('the page, for everybody', () => {
  let stage: BrowserStage;

  beforeAll(async () => {
    stage = await openStage();
    const page = await stage.visit();
    await openPlace(page, 'general');
    await fillMakevideo(page, 'turn my photos into a short video', 2);
    await page.getByRole('button', { name: 'Run the command' }).click();
    await enterThread(page, 0);
    await page.locator('video').first().waitFor();
    await page.context().close();
  });

  afterEach(() => {
    stage.demandPeace();
  });

  afterAll(async () => {
    await stage.close();
  });

  it.each(['light', 'dark'] as const)('gives axe nothing serious to find in %s', async (colorScheme) => {
    const page = await stage.visit({ colorScheme });
    await page.getByText('Members ·').click();
    await page.getByRole('listitem').filter({ hasText: 'Moss (mod)' }).getByText('Moderator').waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await messageField(page).fill('/');
    await page.getByRole('listbox').waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await messageField(page).press('Enter');
    await page.locator('.command-form').waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await openPlace(page, 'general');
    await enterThread(page, 0);
    await page.locator('video').waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByRole('log').getByRole('button', { name: 'Edit', exact: true }).first().click();
    await page.getByRole('dialog').waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    // An open form is part of Discord's state and would stand in the way of the next visitor.
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.context().close();
  });

  it('fits a phone: nothing is wider than the screen, and every place can be reached', async () => {
    const page = await stage.visit({ viewport: phone, hasTouch: true, isMobile: true });
    const overflow = 'document.documentElement.scrollWidth - window.innerWidth';
    await page.getByRole('button', { name: 'Channels and people' }).tap();
    await page.getByRole('navigation').getByRole('link', { name: 'general' }).tap();
    await enterThread(page, 0);
    await page.locator('video').waitFor();
    expect(await page.evaluate(overflow)).toBeLessThanOrEqual(0);
    expect(await seriousFindings(page)).toEqual([]);
    await takePicture(page, 'phone');
    await page.getByRole('button', { name: 'Behind the scenes' }).tap();
    await page.getByRole('complementary').getByRole('button', { name: 'Kill' }).waitFor();
    expect(await page.evaluate(overflow)).toBeLessThanOrEqual(0);
    await page.context().close();
  });

  it('lets the keyboard alone go from the command to the playing film', async () => {
    const page = await stage.visit();
    await tabTo(page, '.composer textarea');
    await page.keyboard.type('/makevideo');
    await page.getByRole('listbox').waitFor();
    await page.keyboard.press('Enter');
    // The form takes the focus once it is painted.
    await untilTrue(page, "document.activeElement?.matches('.command-form *') === true");
    await page.keyboard.type('turn my photos into a short video');
    await tabTo(page, '.composer-foot button');
    await page.keyboard.press('Enter');
    await tabTo(page, '.sample-tray li button');
    await page.keyboard.press('Enter');
    await page.locator('.command-form .thumbnail').waitFor();
    await tabTo(page, '.command-form button[type=submit]');
    await page.keyboard.press('Enter');
    await page.locator('.thread-chip').waitFor();
    await tabTo(page, '.thread-chip');
    await page.keyboard.press('Enter');
    await page.locator('video').waitFor();
    await tabTo(page, 'video');
    await page.keyboard.press('Space');
    await untilTrue(page, "document.querySelector('video').currentTime > 0");
    expect(
      await messages(page)
        .filter({ has: page.locator('video') })
        .count(),
    ).toBe(1);
    await page.context().close();
  });
});
