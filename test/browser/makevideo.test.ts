/** Story in a real browser: three dropped pictures become a film that plays, and a sentence in the thread changes it. */
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dropPictures, enterThread, fillMakevideo, messages, pauseAt, play, say } from './acts.ts';
import { findChromium } from './chromium.ts';
import { takePicture } from './picture.ts';
import { type BrowserStage, openStage } from './stage.ts';

const wish = 'turn my photos into a short video with smooth transitions and background music';

const withFilm = (page: Page): Locator => messages(page).filter({ has: page.locator('video') });

describe.runIf(findChromium() !== null)('/makevideo on the page', () => {
  let stage: BrowserStage;
  let page: Page;

  beforeAll(async () => {
    stage = await openStage();
    page = await stage.visit({ colorScheme: 'dark' });
  });

  afterAll(async () => {
    stage.demandPeace();
    await stage.close();
  });

  it('shows a newcomer a first step: the command, filled in with a wish and pictures', async () => {
    const newcomer = await stage.visit();
    await newcomer.getByRole('button', { name: 'Try it with three pictures' }).click();
    await newcomer.locator('.command-form .thumbnail').nth(2).waitFor();
    expect(await newcomer.getByRole('textbox', { name: /prompt/u }).inputValue()).toBe(wish);
    await newcomer.context().close();
  });

  it('takes the pictures that are dropped onto the command', async () => {
    await fillMakevideo(page, wish, 3);
    expect(await page.locator('.command-form .thumbnail').count()).toBe(3);
    await takePicture(page, 'command');
    await page.getByRole('button', { name: 'Run the command' }).click();
    await messages(page).filter({ hasText: wish }).waitFor();
  });

  it('plays the film in the thread, as long as the timeline says', async () => {
    await enterThread(page, 0);
    const film = page.locator('video').first();
    await film.waitFor();
    const said = await withFilm(page).first().innerText();
    const { durationSeconds, widthPx, playedSeconds } = await play(film);
    expect(durationSeconds).toBeCloseTo(Number(/0-(\d+(?:\.\d+)?)s/u.exec(said)?.[1]), 0);
    expect(widthPx).toBe(640);
    expect(playedSeconds).toBeGreaterThan(0);
  });

  it('says that the status message was edited rather than repeated', async () => {
    const status = messages(page).filter({ hasText: 'Your video is below' });
    await status.getByText('(edited)').waitFor();
    expect(await status.count()).toBe(1);
  });

  it('takes a sentence in the thread as the next instruction', async () => {
    await say(page, 'add a title "Paradise Found"');
    const second = page.locator('video').nth(1);
    await second.waitFor();
    const said = await withFilm(page).nth(1).innerText();
    expect(said).toContain('"Paradise Found"');
    const { durationSeconds } = await play(second);
    expect(durationSeconds).toBeGreaterThan(1);
    // Pictures show what people see; the panel has its own.
    await page.getByRole('complementary').getByRole('button', { name: 'Close' }).click();
    await pauseAt(second, 1.5);
    await takePicture(page, 'film');
  });

  it('asks back when an edit says only "better", with buttons for an answer', async () => {
    await say(page, 'make it better');
    const question = messages(page).filter({ hasText: 'What would you change?' });
    await question.getByRole('button', { name: 'Just do it' }).waitFor();
    await takePicture(page, 'question');
    expect(stage.playground.nemo.ledger.submissions()).toHaveLength(2);
  });

  it('takes pictures that are dropped into the thread', async () => {
    await dropPictures(page, page.getByRole('main'), 1);
    await page.locator('.composer .thumbnail').waitFor();
    await say(page, 'add this picture at the end');
    await page.locator('video').nth(2).waitFor();
    expect(stage.playground.nemo.ledger.submissions()).toHaveLength(3);
  });

  it('edits through the form of a result, with words and a picture', async () => {
    await withFilm(page).last().getByRole('button', { name: 'Edit', exact: true }).last().click();
    const form = page.getByRole('dialog', { name: 'Edit the video' });
    await form.getByRole('textbox').fill('remove the music');
    await dropPictures(page, form.locator('.file-picker'), 1);
    await form.locator('.thumbnail').waitFor();
    await takePicture(page, 'edit');
    await form.getByRole('button', { name: 'Submit' }).click();
    await form.waitFor({ state: 'detached' });
    await page.locator('video').nth(3).waitFor();
    expect(await withFilm(page).nth(3).innerText()).not.toContain('BGM');
    expect(stage.playground.nemo.ledger.violations()).toEqual([]);
  });
});
