/** Story: the process ends in the middle of the work, and nothing is lost, doubled or charged twice. Every other step: test/crash. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CrashHouse, openCrashHouse } from '../crash/crash-house.ts';
import { dieAt, killAt, revive, untilDead } from '../crash/death.ts';
import { type Step, steps } from '../crash/steps.ts';
import { beginStory, expectGoodEnd, goOn } from '../crash/story.ts';

let house: CrashHouse;

beforeAll(async () => {
  house = await openCrashHouse();
});

afterAll(async () => {
  await house.close();
});

const stepOf = (name: string): Step => {
  const step = steps.find((candidate) => candidate.name === name);
  if (step === undefined) throw new Error(`There is no step "${name}".`);
  return step;
};

describe('a process killed by SIGKILL', () => {
  it.each([
    'the status message is there, and the answer is lost',
    'more words came',
    'the render request is there, and the answer is lost',
    'the result message is there, and the answer is lost',
  ])('where %s carries on, in the same messages', async (name) => {
    expect(await dieAt(house, stepOf(name))).toBe('video');
  });

  it('keeps what was said in the meantime in order', async () => {
    const untilSaid = Promise.withResolvers<void>();
    killAt(house, stepOf('the stream has ended'), untilSaid.promise);
    let story = await beginStory(house, 'things said in the meantime');
    story = await goOn(house, story, 'add a title "One"');
    story = await goOn(house, story, 'remove the music');
    untilSaid.resolve();
    await untilDead(house);
    await revive(house);
    expect(await expectGoodEnd(house, story)).toBe('video');
  });
});

describe('a process ended by SIGTERM', () => {
  it('leaves in time with its turn open, and the next one carries on', async () => {
    const arrived = Promise.withResolvers<void>();
    house.judge(({ call }) => {
      if (call === 'POST /run_sse') arrived.resolve();
      return 'pass';
    });
    const story = await beginStory(house, 'an orderly end');
    await arrived.promise;
    await house.bot.stop();
    expect(house.bot.state()).toMatchObject({ exitCode: 0, signal: null });
    await revive(house);
    expect(await expectGoodEnd(house, story)).toBe('video');
  });
});
