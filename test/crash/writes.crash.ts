/** Every single write of the store fails once, and then all from it on until the operator has made room and started the bot again. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isRefused, type Story } from './chat-look.ts';
import { type CrashHouse, openCrashHouse } from './crash-house.ts';
import { revive } from './death.ts';
import { countIn } from './figures.ts';
import { isStored, untilStill } from './store-look.ts';
import {
  beginStory,
  type Ending,
  expectGoodEnd,
  expectNothingCameLater,
  expectNothingDone,
  isOverFor,
} from './story.ts';

/** More than a story has. */
const commitsMax = 30;
const commits = Array.from({ length: commitsMax }, (_, index) => index + 1);

let house: CrashHouse;
const refused: Story[] = [];

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

/** The disk is full from a commit on; when the bot has met that, it dies, and is started with room on the disk. */
const tellWithFullDisk = async (commit: number): Promise<Ending | 'refused' | 'untouched'> => {
  await untilStill(house);
  house.layFuse({ at: 'failsFrom', commit });
  const story = await beginStory(house, `writes fail from ${commit}`);
  // Who is not stored has to be told so; the others are killed when one more write has failed.
  const isMet = (): boolean => house.commits() > commit && isStored(house, story);
  const isClear = (): boolean => isMet() || isRefused(house, story) || isOverFor(house, story);
  await expect.poll(isClear, { timeout: 60_000, interval: 20 }).toBe(true);
  await house.bot.kill();
  const isTouched = house.commits() >= commit;
  const isKept = isStored(house, story);
  expect(isRefused(house, story), 'what is said not to be saved is not stored').toBe(!isKept);
  await revive(house);
  await untilStill(house);
  if (!isKept) {
    refused.push(story);
    expectNothingDone(house, story);
    return 'refused';
  }
  const ending = await expectGoodEnd(house, story);
  return isTouched ? ending : 'untouched';
};

describe('with a disk that is full until the next start', () => {
  it('from whatever commit on, the start makes it good, or nothing was done', {
    timeout: 400_000,
  }, async () => {
    const endings: string[] = [];
    while (endings.at(-1) !== 'untouched') {
      endings.push(await tellWithFullDisk(endings.length + 1));
      countIn({ failedWrites: 1 });
    }
    const count = (ending: string): number => endings.filter((one) => one === ending).length;
    // What is written before the request itself depends on how busy the machine is.
    expect(count('refused')).toBeGreaterThan(0);
    expect(count('refused')).toBeLessThan(5);
    expect(count('unsent')).toBeLessThan(2);
    expect(count('video')).toBeGreaterThan(15);
  });

  it('nothing came later', () => {
    expectNothingCameLater(house);
    for (const story of refused) expectNothingDone(house, story);
  });
});
