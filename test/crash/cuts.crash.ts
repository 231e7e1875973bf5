/** The network breaks at every step of a story, once and then for a while; the process lives on. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CrashHouse, openCrashHouse } from './crash-house.ts';
import { countIn } from './figures.ts';
import { createWatch, prepareFor, type Step, steps } from './steps.ts';
import { beginStory, expectGoodEnd, expectNothingCameLater } from './story.ts';

/** How long nothing gets through, in the second half of the tests. */
const outageMs = 1_500;

let house: CrashHouse;

beforeAll(async () => {
  house = await openCrashHouse();
});

afterAll(async () => {
  await house.close();
});

/** What has arrived is no loss; and a lost acknowledgement leaves the person with Discord's own "did not respond". */
const cuts = steps.filter(({ moment, mayBeUnheard }) => moment !== 'answered' && mayBeUnheard !== true);

/** Loses what is under way at the step, and everything for `forMs` after it. */
const cutAt = (step: Step, forMs: number): { isReached(): boolean } => {
  const isReached = createWatch(step);
  let untilMs = 0;
  house.judge((passage) => {
    if (isReached(passage)) untilMs = Date.now() + forMs;
    else if (Date.now() >= untilMs) return 'pass';
    return 'lose';
  });
  return { isReached: () => untilMs > 0 };
};

const tell = async (step: Step, forMs: number, name: string) => {
  const cut = cutAt(step, forMs);
  prepareFor(house, step);
  const story = await beginStory(house, name);
  const ending = await expectGoodEnd(house, story);
  house.judge(() => 'pass');
  countIn({ cuts: 1 });
  return { ending, isReached: cut.isReached() };
};

describe('the connection breaks where', () => {
  it.each(cuts)('$name', async (step) => {
    expect(await tell(step, 1, `cut: ${step.name}`)).toMatchObject({ isReached: true });
  });
});

describe('nothing gets through for a while from where', () => {
  it.each(cuts)('$name', async (step) => {
    expect(await tell(step, outageMs, `outage: ${step.name}`)).toMatchObject({ isReached: true });
  });

  it('and nothing came later', () => {
    expectNothingCameLater(house);
  });
});
