/** How the bot dies in a story, and comes back. */
import { expect } from 'vitest';
import { killAndRestart } from '../e2e/house.ts';
import type { Story } from './chat-look.ts';
import type { CrashHouse } from './crash-house.ts';
import { countIn } from './figures.ts';
import { createWatch, prepareFor, type Step } from './steps.ts';
import { isStored, untilStill } from './store-look.ts';
import { beginStory, type Ending, expectGoodEnd, expectNothingPromised } from './story.ts';

export const isDead = ({ bot }: CrashHouse): boolean => bot.state().phase !== 'running';

/** Kills at the step, but not before `notBefore` has come; the request that is under way there is lost as well. */
export const killAt = (house: CrashHouse, step: Step, notBefore?: Promise<void>): void => {
  const isReached = createWatch(step);
  house.judge(async (passage) => {
    if (!isReached(passage)) return 'pass';
    await notBefore;
    process.kill(house.bot.state().processId ?? 0, 'SIGKILL');
    return 'lose';
  });
};

export const untilDead = async (house: CrashHouse): Promise<void> => {
  await expect.poll(() => isDead(house), { timeout: 90_000, interval: 10 }).toBe(true);
};

/** A new process on the same store; resolves when it has looked for what the one before left. */
export const revive = async (house: CrashHouse): Promise<void> => {
  house.judge(() => 'pass');
  house.removeFuse();
  await killAndRestart(house);
  countIn({ kills: 1 });
  const bornAtMs = house.bot.state().startedAtMs ?? 0;
  const lines = (message: string): readonly Record<string, unknown>[] =>
    house
      .logLines()
      .filter((line) => line['msg'] === message && Date.parse(String(line['time'])) >= bornAtMs);
  // It looks for what no lane has right after it is ready.
  await expect
    .poll(() => lines('open work was looked through').length, { timeout: 90_000 })
    .toBeGreaterThan(0);
};

/** One story with a death at a step. `unheard`: the bot died before anything of it was stored, and nothing of it was done. */
export const dieAt = async (house: CrashHouse, step: Step): Promise<Ending | 'unheard'> => {
  await untilStill(house);
  killAt(house, step);
  prepareFor(house, step);
  const story: Story = await beginStory(house, step.name);
  await untilDead(house);
  const isKept = isStored(house, story);
  await revive(house);
  if (isKept) return expectGoodEnd(house, story);
  await expectNothingPromised(house, story);
  return 'unheard';
};
