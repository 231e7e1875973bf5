/** A request that was accepted and cannot go on because nothing can be stored: kept, and done when there is room. */
import { afterEach, expect, it } from 'vitest';
import type { Place } from '../../src/ports/chat.ts';
import { StoreError } from '../../src/ports/store.ts';
import { openStage, type Stage, saying, snapshotOf, words } from './stage.ts';

const channel: Place = {
  kind: 'channel',
  channelId: 'general',
  parentChannelId: null,
  guildId: 'g',
  missing: [],
};

const stages: Stage[] = [];
afterEach(async () => {
  for (const stage of stages.splice(0)) await stage.close();
});

/** A store that takes no turn before `room.isThere`. */
const openFullStage = async () => {
  const room = { isThere: false };
  const stage = await openStage({
    script: { streams: [() => saying(words('Made.'))], snapshots: [snapshotOf(null), snapshotOf('city')] },
    wrapStore: (store) => ({
      ...store,
      turns: {
        ...store.turns,
        set: async (id, record) => {
          if (!room.isThere) throw new StoreError('full', { message: 'The disk is full.' });
          await store.turns.set(id, record);
        },
      },
    }),
  });
  stages.push(stage);
  const texts = (): readonly string[] => stage.chat.messages.map(stage.chat.newest);
  return { stage, room, has: (part: string) => texts().filter((text) => text.includes(part)).length };
};

it('says so once, and goes on by itself', async () => {
  const { stage, room, has } = await openFullStage();
  await stage.say('make a film of the city', { place: channel, mentionsBot: true });
  await stage.until(() => has('Your request is kept') > 0);
  await stage.clock.advance(60_000);
  expect(has('Your request is kept')).toBe(1);
  expect(stage.sent).toEqual([]);
  room.isThere = true;
  await stage.until(() => has('Your video is ready') > 0);
  expect(stage.sent).toHaveLength(1);
  expect((await stage.store.openWork()).arrivalIds).toEqual([]);
});

it('is given up after about ten minutes, and forgotten', async () => {
  const { stage, room, has } = await openFullStage();
  await stage.say('make a film of the city', { place: channel, mentionsBot: true });
  await stage.until(() => has('Something went wrong') > 0);
  room.isThere = true;
  await stage.clock.advance(60_000);
  expect(stage.sent).toEqual([]);
  expect((await stage.store.openWork()).arrivalIds).toEqual([]);
});
