/** What tests of single requests share: a stage that closes with its test, the channel of a server, and a disk that is full. */
import { onTestFinished } from 'vitest';
import type { Place } from '../../src/ports/chat.ts';
import { type Store, StoreError } from '../../src/ports/store.ts';
import { openStage } from './stage.ts';

export const general: Place = {
  kind: 'channel',
  channelId: 'general',
  parentChannelId: null,
  guildId: 'g',
  missing: [],
};

export const openOwnStage = async (options: Parameters<typeof openStage>[0]) => {
  const stage = await openStage(options);
  onTestFinished(() => stage.close());
  const { messages, newest } = stage.chat;
  return {
    ...stage,
    /** Messages that show these words now. */
    shows: (part: string): number => messages.filter((shown) => newest(shown).includes(part)).length,
    textsIn: (channelId: string): readonly string[] =>
      messages.filter((shown) => shown.channelId === channelId).map(newest),
  };
};

export const diskIsFull = (): StoreError => new StoreError('full', { message: 'The disk is full.' });

/** For `wrapStore`: turns are stored while `isTaken` says so. */
export const takingTurns =
  (isTaken: () => boolean) =>
  (store: Store): Store => ({
    ...store,
    turns: {
      ...store.turns,
      set: async (id, record) => {
        if (!isTaken()) throw diskIsFull();
        await store.turns.set(id, record);
      },
    },
  });
