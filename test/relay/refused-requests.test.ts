/** What a person was told is not saved stays undone, also after the next start. */
import { expect, it } from 'vitest';
import { diskIsFull, general, openOwnStage, takingTurns } from './own-stage.ts';

it.each([
  ['a message in a thread', {}],
  ['a mention in a channel', { place: general, mentionsBot: true }],
])('is forgotten when it could not be put in line: %s', async (_name, said) => {
  const stage = await openOwnStage({ script: {} });
  stage.lanes.add = () => Promise.reject(diskIsFull());
  await stage.say('make a film of the city', said);
  await stage.until(() => stage.shows("couldn't save your request") > 0);
  expect(await stage.store.openWork()).toMatchObject({ turnIds: [], arrivalIds: [] });
});

it('is over in the store as well, as soon as that takes a write again: a step that could not be saved', async () => {
  let turnWrites = 0;
  let isFull = true;
  const stage = await openOwnStage({
    script: {},
    wrapStore: takingTurns(() => {
      turnWrites += 1;
      return !isFull || turnWrites === 1;
    }),
  });
  await stage.say('make a film of the city');
  await stage.until(() => stage.shows("couldn't save this step") > 0);
  expect((await stage.store.openWork()).turnIds).toEqual(['t1001']);
  isFull = false;
  await stage.clock.advance(60_000);
  expect((await stage.store.openWork()).turnIds).toEqual([]);
});
