/** Many stories at once, and a bot that is killed again and again at moments drawn by chance. CRASH_SEED=… plays a schedule again. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { createChance } from './chance.ts';
import type { Story } from './chat-look.ts';
import { openCrashHouse } from './crash-house.ts';
import { revive } from './death.ts';
import { countIn } from './figures.ts';
import { isStored } from './store-look.ts';
import {
  beginStory,
  expectGoodEnd,
  expectNothingCameLater,
  expectNothingPromised,
  isOverFor,
} from './story.ts';

const killsMax = Number(process.env['CRASH_KILLS'] ?? 200);
/** A process lives this long at most after it was ready, in ms. */
const lifeMsMax = 2_500;
/** Stories at once; a new one begins when one is over. */
const storiesMax = 4;
const seed = Number(process.env['CRASH_SEED'] ?? Date.now() % 2 ** 31);

it(`survives ${killsMax} kills (CRASH_SEED=${seed})`, { timeout: 1_800_000 }, async () => {
  countIn({ seed });
  const chance = createChance(seed);
  const house = await openCrashHouse();
  let running: Story[] = [];
  const kept: Story[] = [];
  const lost: Story[] = [];
  try {
    for (let kill = 0; kill < killsMax; kill += 1) {
      running = running.filter((story) => !isOverFor(house, story));
      const begun = running.length < storiesMax ? [await beginStory(house, `kill ${kill}`)] : [];
      await sleep(chance() * lifeMsMax);
      await house.bot.kill();
      const heard = begun.filter((story) => isStored(house, story));
      kept.push(...heard);
      running.push(...heard);
      lost.push(...begun.filter((story) => !heard.includes(story)));
      await revive(house);
    }
    for (const story of kept) await expectGoodEnd(house, story);
    for (const story of lost) await expectNothingPromised(house, story);
    expectNothingCameLater(house);
    expect(kept.length).toBeGreaterThan(killsMax / 20);
  } finally {
    await house.close();
  }
});
