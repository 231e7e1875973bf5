/** The bot is killed by SIGKILL at every step of a story that is seen on the wire, and started again. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CrashHouse, openCrashHouse } from './crash-house.ts';
import { dieAt } from './death.ts';
import { steps } from './steps.ts';
import { expectNothingCameLater } from './story.ts';

let house: CrashHouse;

beforeAll(async () => {
  house = await openCrashHouse();
});

afterAll(async () => {
  await house.close();
});

describe('killed where', () => {
  it.each(steps)('$name', async (step) => {
    const ending = await dieAt(house, step);
    const allowed = [
      'video',
      ...(step.mayBeUnheard === true ? ['unheard'] : []),
      ...(step.mayBeUnsent === true ? ['unsent'] : []),
    ];
    expect(allowed).toContain(ending);
  });

  it('and nothing came later', () => {
    expectNothingCameLater(house);
  });
});
