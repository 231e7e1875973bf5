/** Stories on a gateway and three workers over one Postgres, any of which is killed at moments drawn by chance. CLUSTER_SEED=… plays it again. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { type BotOfHouse, untilReady } from '../e2e/house.ts';
import { freshDatabase } from '../postgres/fresh-database.ts';
import { createChance } from './chance.ts';
import { isAcknowledged, isTakenBack, type Story, threadsOf } from './chat-look.ts';
import { type CrashHouse, openCrashHouse } from './crash-house.ts';
import { countIn } from './figures.ts';
import {
  beginStory,
  expectGoodEnd,
  expectNothingCameLater,
  expectNothingPromised,
  isOverFor,
} from './story.ts';

const killsMax = Number(process.env['CLUSTER_KILLS'] ?? 12);
/** Time between two kills at most, in ms: shorter than it takes to find out that a process died. */
const pauseMsMax = 3_000;
const storiesMax = 4;
const seed = Number(process.env['CLUSTER_SEED'] ?? Date.now() % 2 ** 31);
/** A gateway that was killed keeps its shard for ten seconds; its successor is refused until then, and started again. */
const startLimitMs = 90_000;
/** A worker that was killed keeps its turns for a while. */
const waitMs = 120_000;

/** As a supervisor does it. */
const startUntilItStays = async (one: BotOfHouse): Promise<void> => {
  const deadlineMs = Date.now() + startLimitMs;
  for (;;) {
    one.bot.start();
    try {
      return await untilReady(one);
    } catch (error) {
      if (one.bot.state().exitCode !== 75 || Date.now() > deadlineMs) throw error;
    }
  }
};

/** A gateway that died between its answer and its store leaves an answer that is taken back; every other story ends well. */
const expectClearEnd = async (house: CrashHouse, story: Story): Promise<void> => {
  const isClear = (): boolean => isOverFor(house, story) || isTakenBack(house, story);
  await house.discord.people.until(`the end of "${story.instructions[0]}"`, isClear, waitMs);
  await (isTakenBack(house, story) ? expectNothingPromised(house, story) : expectGoodEnd(house, story));
};

const killAndStart = async (one: BotOfHouse): Promise<void> => {
  await one.bot.kill();
  countIn({ kills: 1 });
  await startUntilItStays(one);
};

it(`a cluster survives ${killsMax} kills (CLUSTER_SEED=${seed})`, { timeout: 900_000 }, async () => {
  const chance = createChance(seed);
  const house = await openCrashHouse(async () => ({
    STORE_URL: await freshDatabase(),
    STORE_SECRET: 'sixteen letters at least',
    ROLES: 'gateway',
  }));
  const workers = [1, 2, 3].map(() => house.startAnother({ ROLES: 'worker' }));
  await Promise.all(workers.map(untilReady));
  const all = [house, ...workers];
  let running: Story[] = [];
  const begun: Story[] = [];
  try {
    for (let kill = 0; kill < killsMax; kill += 1) {
      running = running.filter((story) => !isOverFor(house, story));
      if (running.length < storiesMax) {
        const story = await beginStory(house, `cluster kill ${String(kill).padStart(3, '0')}`);
        running.push(story);
        begun.push(story);
      }
      await sleep(chance() * pauseMsMax);
      await killAndStart(all[Math.floor(chance() * all.length)] ?? house);
    }
    // Whoever got no acknowledgement may have been heard all the same; if so, the rest holds for them as well.
    const heard = begun.filter((story) => isAcknowledged(house, story) || threadsOf(house, story).length > 0);
    for (const story of heard) await expectClearEnd(house, story);
    expectNothingCameLater(house);
    expect(house.told.length).toBeGreaterThan(killsMax / 10);
  } finally {
    await house.close();
  }
});
