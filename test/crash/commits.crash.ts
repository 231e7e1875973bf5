/** The bot is killed right before and right after every single write of its store in a story, and started again. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Story } from './chat-look.ts';
import { type CrashHouse, openCrashHouse } from './crash-house.ts';
import { isDead, revive } from './death.ts';
import { isStored, untilStill } from './store-look.ts';
import {
  beginStory,
  type Ending,
  expectGoodEnd,
  expectNothingCameLater,
  expectNothingPromised,
  isOverFor,
} from './story.ts';

/** More than a story has; those beyond its last commit end without a death. */
const commitsMax = 36;
/** Between "stored as submitted" and the request going out lies one commit: before and after it is all that may end unsent. */
const unsentMax = 4;

const places = ['before', 'after'] as const;
const cases = Array.from({ length: commitsMax }, (_, index) => index + 1).flatMap((commit) =>
  places.map((at) => ({ at, commit })),
);

let house: CrashHouse;
const endings: (Ending | 'unheard' | 'alive')[] = [];
const unheard: Story[] = [];

beforeAll(async () => {
  house = await openCrashHouse();
});

afterAll(async () => {
  await house.close();
});

describe('killed', () => {
  it.each(cases)('$at commit $commit of a story', async ({ at, commit }) => {
    await untilStill(house);
    house.layFuse({ at, commit });
    const story = await beginStory(house, `commit ${commit} ${at}`);
    await expect
      .poll(() => isDead(house) || isOverFor(house, story), { timeout: 60_000, interval: 10 })
      .toBe(true);
    const isAlive = !isDead(house);
    const isKept = isStored(house, story);
    await revive(house);
    if (!isKept) unheard.push(story);
    const ending = isKept ? await expectGoodEnd(house, story) : 'unheard';
    endings.push(isAlive ? 'alive' : ending);
  });

  it('at every commit that there is', () => {
    expect(endings.at(-1)).toBe('alive');
    // What is written before the request itself depends on how busy the machine is.
    expect(endings.filter((ending) => ending === 'unheard').length).toBeLessThan(8);
    expect(endings.filter((ending) => ending === 'video').length).toBeGreaterThan(40);
    expect(endings.filter((ending) => ending === 'unsent').length).toBeLessThanOrEqual(unsentMax);
  });

  it('and who was not heard was promised nothing, and nothing came later', async () => {
    for (const story of unheard) await expectNothingPromised(house, story);
    expectNothingCameLater(house);
  });
});
