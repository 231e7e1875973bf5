/** Every single write of the store fails once, and then all from it on until the operator has made room and started the bot again. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CrashHouse, openCrashHouse } from './crash-house.ts';
import { revive } from './death.ts';
import { countIn } from './figures.ts';
import {
  beginStory,
  expectGoodEnd,
  expectNothingCameLater,
  isOverFor,
  isRefused,
  type Story,
  untilVideo,
} from './story.ts';

/** More than a story has. */
const commitsMax = 30;
const commits = Array.from({ length: commitsMax }, (_, index) => index + 1);

let house: CrashHouse;

beforeAll(async () => {
  house = await openCrashHouse();
});

afterAll(async () => {
  await house.close();
});

/** Until the story has come to its end, or was refused at once with a word about it. */
const untilClear = async (story: Story): Promise<'refused' | 'told'> => {
  const isClear = (): boolean => isRefused(house, story) || isOverFor(house, story);
  await house.discord.people.until('a clear word', isClear, 60_000);
  return isRefused(house, story) ? 'refused' : 'told';
};

describe('with a full disk', () => {
  it.each(commits)('at commit %i alone, the story has one clear end', async (commit) => {
    house.layFuse({ at: 'fails', commit });
    const story = await beginStory(house, `write ${commit} fails`);
    const heard = await untilClear(story);
    house.removeFuse();
    countIn({ failedWrites: 1 });
    const ending = heard === 'told' ? await expectGoodEnd(house, story) : heard;
    expect(['video', 'unsent', 'refused']).toContain(ending);
  });

  it.each(commits)('from commit %i on, the next start makes it good', async (commit) => {
    house.layFuse({ at: 'failsFrom', commit });
    const story = await beginStory(house, `writes fail from ${commit}`);
    const isUnderWay = (): boolean => house.commits() < commit && !isOverFor(house, story);
    await expect.poll(isUnderWay, { timeout: 60_000, interval: 20 }).toBe(false);
    const { foundWork } = await revive(house);
    countIn({ failedWrites: 1 });
    // The words of the process before are still there when the next one begins.
    if (foundWork) await untilVideo(house, story);
    const ending = foundWork ? await expectGoodEnd(house, story) : 'refused';
    expect(['video', 'refused']).toContain(ending);
  });

  it('nothing came later', () => {
    expectNothingCameLater(house);
  });
});
