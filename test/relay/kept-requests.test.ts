/** A request that was accepted and cannot go on because nothing can be stored: kept, and done when there is room. */
import { expect, it } from 'vitest';
import { general, openOwnStage, takingTurns } from './own-stage.ts';
import { saying, snapshotOf, words } from './stage.ts';

/** A store that takes no turn before `room.isThere`, and a request that it keeps from going on. */
const open = async () => {
  const room = { isThere: false };
  const stage = await openOwnStage({
    script: { streams: [() => saying(words('Made.'))], snapshots: [snapshotOf(null), snapshotOf('city')] },
    wrapStore: takingTurns(() => room.isThere),
  });
  await stage.say('make a film of the city', { place: general, mentionsBot: true });
  return { ...stage, room };
};

it('says so once, and goes on by itself', async () => {
  const { room, shows, ...stage } = await open();
  await stage.until(() => shows('Your request is kept') > 0);
  await stage.clock.advance(60_000);
  expect(shows('Your request is kept')).toBe(1);
  expect(stage.sent).toEqual([]);
  room.isThere = true;
  await stage.until(() => shows('Your video is ready') > 0);
  expect(stage.sent).toHaveLength(1);
  expect((await stage.store.openWork()).arrivalIds).toEqual([]);
});

it('is given up after about ten minutes, and forgotten', async () => {
  const { room, shows, ...stage } = await open();
  await stage.until(() => shows('Something went wrong') > 0);
  room.isThere = true;
  await stage.clock.advance(60_000);
  expect(stage.sent).toEqual([]);
  expect((await stage.store.openWork()).arrivalIds).toEqual([]);
});
