/** Stories in a real browser: dropped pictures, pasted pictures, stop, a crash in the middle, and all of it in Chinese. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  become,
  dropPictures,
  enterThread,
  fillMakevideo,
  messageField,
  messages,
  openPlace,
  pastePictures,
  pauseAt,
  play,
  say,
} from './acts.ts';
import { findChromium } from './chromium.ts';
import { takePicture } from './picture.ts';
import { type BrowserStage, openStage, tellWhatIsSeen, untilOnline } from './stage.ts';

/** Behind the scenes: how the backend behaves in the next turn. */
const useScenario = async (page: Page, name: string): Promise<void> => {
  await page.getByLabel('Scenario').selectOption(name);
  await page.getByRole('button', { name: 'For the next turn' }).click();
  await page.locator('.scenario-now').filter({ hasText: name }).waitFor();
};

describe.runIf(findChromium() !== null)('the page, used by people', () => {
  let stage: BrowserStage;
  let page: Page;

  beforeAll(async () => {
    stage = await openStage();
  });

  afterAll(async () => {
    await stage.close();
  });

  beforeEach(async () => {
    page = await stage.visit();
  });

  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await tellWhatIsSeen(stage, page);
    await page.context().close();
    stage.demandPeace();
  });

  it('makes a video of pictures that are dropped into the channel', async () => {
    await dropPictures(page, page.getByRole('main'), 2);
    await page.locator('.composer .thumbnail').nth(1).waitFor();
    await say(page, 'a calm slideshow, please');
    await enterThread(page, 0);
    const { durationSeconds } = await play(page.locator('video').first());
    expect(durationSeconds).toBeGreaterThan(1);
  });

  it('asks what to make of pictures that are pasted without words', async () => {
    await messageField(page).focus();
    await pastePictures(page, 1);
    await page.locator('.composer .thumbnail').waitFor();
    await messageField(page).press('Enter');
    await enterThread(page, 1);
    await messages(page).filter({ hasText: 'What shall I make of it?' }).waitFor();
    await page.getByRole('button', { name: /turn my photos/u }).click();
    const { durationSeconds } = await play(page.locator('video').first());
    expect(durationSeconds).toBeGreaterThan(1);
  });

  it('makes a video of any message, from its menu, and says so to one person alone', async () => {
    await openPlace(page, 'showcase');
    await dropPictures(page, page.getByRole('main'), 1);
    await page.locator('.composer .thumbnail').waitFor();
    await say(page, 'make a short film of my garden in spring');
    const message = messages(page).filter({ hasText: 'my garden in spring' }).first();
    await message.hover();
    await message.getByRole('button', { name: 'Make video' }).click();
    await page.getByText('Only you can see this').waitFor();
    await enterThread(page, 0);
    const { durationSeconds } = await play(page.locator('video').first());
    expect(durationSeconds).toBeGreaterThan(1);
  });

  it('stops for a moderator, and for no stranger', async () => {
    await openPlace(page, 'general');
    await useScenario(page, 'very slow');
    await fillMakevideo(page, 'a film about the sea', 1);
    await page.getByRole('button', { name: 'Run the command' }).click();
    await enterThread(page, 0);
    const stop = page.getByRole('log').getByRole('button', { name: 'Stop' });
    await stop.waitFor();
    await become(page, 'Pavo');
    await stop.click();
    await messages(page).filter({ hasText: 'Only the person who started this' }).waitFor();
    await become(page, 'Moss (mod)');
    await stop.click();
    // The answer to the press quotes the message that stopped.
    await messages(page).filter({ hasText: 'Stopped.' }).first().waitFor();
    await stop.waitFor({ state: 'detached' });
    expect(await page.locator('video').count()).toBe(0);
  });

  it('says beforehand that the credits are used up, once somebody has used them up behind the scenes', async () => {
    await openPlace(page, 'general');
    const balance = page.getByRole('group', { name: 'Credits' }).getByRole('spinbutton').first();
    await balance.fill('0');
    await balance.press('Enter');
    await expect.poll(() => stage.playground.nemo.accounts.all()[0]?.available).toBe(0);
    await fillMakevideo(page, 'a film about the moon', 1);
    await page.getByRole('button', { name: 'Run the command' }).click();
    await enterThread(page, 1);
    await messages(page)
      .filter({ hasText: /credits/u })
      .first()
      .waitFor();
    await balance.fill('25000');
    // The page draws itself anew while somebody is at it, and what they typed stays.
    const { people } = stage.playground.discord;
    const channelId = new URL(page.url()).hash.slice(2);
    await people.startTyping({ userId: people.ids.users['pavo'] ?? '', channelId });
    await page.getByText('Pavo is typing').waitFor();
    await balance.press('Enter');
    await expect.poll(() => stage.playground.nemo.accounts.all()[0]?.available).toBe(25_000);
  });

  it('lets somebody who manages the server choose its settings from menus', async () => {
    await openPlace(page, 'showcase');
    await become(page, 'Moss (mod)');
    await messageField(page).fill('/nemo settings');
    await page
      .getByRole('option', { name: /settings/u })
      .first()
      .click();
    await page.getByRole('button', { name: 'Run the command' }).click();
    const settings = messages(page).filter({ hasText: 'Only you can see this' }).last();
    await settings.getByRole('button', { name: 'How it works' }).click();
    await settings
      .getByRole('combobox', { name: /video/u })
      .selectOption({ label: 'The video after a change: comes when somebody presses Render' });
    await settings.locator('strong').filter({ hasText: 'comes when somebody presses Render' }).waitFor();
    await takePicture(page, 'settings');
    await settings
      .getByRole('combobox', { name: /video/u })
      .selectOption({ label: 'The video after a change: comes by itself' });
    const byItself = settings.locator('strong').filter({ hasText: 'comes by itself' });
    await byItself.waitFor();
    expect(await byItself.count()).toBe(1);
  });

  it('shows who liked a message, and takes it back', async () => {
    await openPlace(page, 'showcase');
    await say(page, 'look at the sea');
    const message = messages(page).filter({ hasText: 'look at the sea' }).first();
    await message.hover();
    await message.getByRole('button', { name: 'Add a reaction 👍' }).click();
    const liked = message.locator('.reactions button[aria-pressed="true"]');
    await liked.click();
    const reactions = message.locator('.reactions button');
    await reactions.waitFor({ state: 'detached' });
    expect(await reactions.count()).toBe(0);
  });

  it('finishes the same message after the bot was killed and started again', async () => {
    await openPlace(page, 'showcase');
    const panel = page.getByRole('complementary');
    // At the pace of life there is time enough to be killed in the middle.
    await panel.getByRole('button', { name: '×1', exact: true }).click();
    await panel.getByRole('button', { name: '×1', exact: true, pressed: true }).waitFor();
    await untilOnline(page);
    const { ledger } = stage.playground.nemo;
    const submittedBefore = ledger.submissions().length;
    await fillMakevideo(page, 'a film about the mountains', 2);
    await page.getByRole('button', { name: 'Run the command' }).click();
    await enterThread(page, 1);
    // Killed before the request left, the bot would rightly say that nothing came of it.
    await expect.poll(() => ledger.submissions().length).toBe(submittedBefore + 1);
    await page.getByRole('log').getByRole('button', { name: 'Stop' }).waitFor();
    await panel.getByRole('button', { name: 'Kill' }).click();
    await page.locator('.bot-chip').filter({ hasText: 'Stopped' }).waitFor();
    await takePicture(page, 'killed');
    const spokenBefore = await messages(page).count();
    await panel.getByRole('button', { name: 'Start' }).click();
    await untilOnline(page);
    await page.locator('video').first().waitFor();
    expect(await messages(page).count()).toBe(spokenBefore + 1);
  });

  it('goes on through a fault of Discord and a faster clock, both chosen behind the scenes', async () => {
    await openPlace(page, 'showcase');
    const panel = page.getByRole('complementary');
    await panel.getByRole('button', { name: '×60' }).click();
    await panel.getByRole('button', { name: '×60', pressed: true }).waitFor();
    await untilOnline(page);
    await panel.getByRole('combobox', { name: /^Fault/u }).selectOption('answer lost');
    await panel.getByRole('button', { name: 'Once' }).click();
    await panel.getByText('Now: answer lost (Once)').waitFor();
    await fillMakevideo(page, 'make a video of the coast', 1);
    await page.getByRole('button', { name: 'Run the command' }).click();
    await enterThread(page, 2);
    await page.locator('video').first().waitFor();
    await panel.getByText('Now: in good health').waitFor();
    expect(await page.locator('video').count()).toBe(1);
    await panel.locator('.asked').first().click();
    // By now a newer request may be the first of the list; the one that was opened stays open.
    await panel.locator('.asked[open] .output').filter({ hasText: '"' }).waitFor();
  });

  it('speaks Chinese with somebody whose Discord is Chinese', async () => {
    await openPlace(page, 'general');
    await become(page, '林晓');
    await messageField(page).fill('/');
    await page.getByRole('option', { name: /把文字和图片做成完整的视频/u }).click();
    await page.getByRole('textbox', { name: /描述/u }).fill('把照片做成一个短片，配上音乐');
    await dropPictures(page, page.locator('.file-picker'), 2);
    await page.locator('.command-form .thumbnail').nth(1).waitFor();
    await page.getByRole('button', { name: '执行命令' }).click();
    await enterThread(page, 2);
    await page.locator('video').first().waitFor();
    expect(
      await messages(page)
        .filter({ has: page.locator('video') })
        .innerText(),
    ).toContain('时间线');
    await play(page.locator('video').first());
    await pauseAt(page.locator('video').first(), 1);
    await takePicture(page, 'chinese');
    await say(page, '加上标题“海边”');
    await page.locator('video').nth(1).waitFor();
  });
});
