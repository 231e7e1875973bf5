/** What a person was told is not saved stays undone, also after the next start. */
import { afterEach, expect, it } from 'vitest';
import type { Place } from '../../src/ports/chat.ts';
import { StoreError } from '../../src/ports/store.ts';
import { openStage, type Stage } from './stage.ts';

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

/** A stage on which nothing can be put in line. */
const openWithoutLine = async (): Promise<Stage> => {
  const stage = await openStage({ script: {} });
  stages.push(stage);
  stage.lanes.add = () => Promise.reject(new StoreError('full', { message: 'The disk is full.' }));
  return stage;
};

const isRefused = (stage: Stage) => (): boolean =>
  stage.chat.messages.map(stage.chat.newest).some((text) => text.includes("couldn't save your request"));

it('is forgotten when it could not be put in line: a message in a thread', async () => {
  const stage = await openWithoutLine();
  await stage.say('make a film of the city');
  await stage.until(isRefused(stage));
  expect((await stage.store.openWork()).turnIds).toEqual([]);
});

it('is forgotten when it could not be put in line: a mention in a channel', async () => {
  const stage = await openWithoutLine();
  await stage.say('make a film of the city', { place: channel, mentionsBot: true });
  await stage.until(isRefused(stage));
  expect((await stage.store.openWork()).arrivalIds).toEqual([]);
});

it('is over in the store as well, as soon as that takes a write again: a step that could not be saved', async () => {
  let turnWrites = 0;
  let isFull = true;
  const stage = await openStage({
    script: {},
    wrapStore: (store) => ({
      ...store,
      turns: {
        ...store.turns,
        set: async (id, record) => {
          turnWrites += 1;
          if (isFull && turnWrites > 1) throw new StoreError('full', { message: 'The disk is full.' });
          await store.turns.set(id, record);
        },
      },
    }),
  });
  stages.push(stage);
  await stage.say('make a film of the city');
  await stage.until(() =>
    stage.chat.messages.map(stage.chat.newest).some((text) => text.includes("couldn't save this step")),
  );
  expect((await stage.store.openWork()).turnIds).toEqual(['t1001']);
  isFull = false;
  await stage.clock.advance(60_000);
  expect((await stage.store.openWork()).turnIds).toEqual([]);
});
