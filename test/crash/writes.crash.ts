/** Every single write of the store fails once. That all of them fail from one on is tried in test/relay/full-disk.test.ts. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CrashHouse, openCrashHouse } from './crash-house.ts';
import { countIn } from './figures.ts';
import {
  beginStory,
  expectGoodEnd,
  expectNothingCameLater,
  isOverFor,
  isRefused,
  type Story,
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

  it('nothing came later', () => {
    expectNothingCameLater(house);
  });
});
