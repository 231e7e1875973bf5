/** A store that fails at any one write, or from any write on: nothing is sent that was not stored, and the person is told (invariant I9). */
import { describe, expect, it } from 'vitest';
import { type RecordStore, type Store, StoreError } from '../../src/ports/store.ts';
import { openStage, saying, snapshotOf, words } from './stage.ts';

type Failing = { isFailing(): boolean };

const failingRecords = <T>(records: RecordStore<T>, failing: Failing): RecordStore<T> => ({
  get: (id) => records.get(id),
  delete: (id) => records.delete(id),
  set: async (id, record) => {
    if (failing.isFailing()) throw new StoreError('full', { message: 'The disk is full.' });
    await records.set(id, record);
  },
});

const failingStore = (store: Store, failing: Failing): Store => ({
  ...store,
  threads: failingRecords(store.threads, failing),
  turns: failingRecords(store.turns, failing),
  renders: failingRecords(store.renders, failing),
  arrivals: failingRecords(store.arrivals, failing),
  wishes: failingRecords(store.wishes, failing),
  guilds: failingRecords(store.guilds, failing),
  usages: failingRecords(store.usages, failing),
  listeners: failingRecords(store.listeners, failing),
  accounts: failingRecords(store.accounts, failing),
});

/** Runs one instruction with a store that fails as told; returns what a person saw in the end and what the backend was asked. */
const tell = async (fails: (write: number) => boolean) => {
  let writes = 0;
  const isFailing = (): boolean => {
    writes += 1;
    return fails(writes);
  };
  const stage = await openStage({
    script: { streams: [() => saying(words('Made.'))], snapshots: [snapshotOf(null), snapshotOf('city')] },
    wrapStore: (store) => failingStore(store, { isFailing }),
  });
  await stage.say('make a film of the city');
  for (let round = 0; round < 400; round += 1) await stage.clock.advance(500);
  const texts = stage.chat.messages.map(stage.chat.newest);
  const sent = stage.calls.filter((call) => call === 'openStream').length;
  await stage.close();
  return { texts, sent, writes };
};

const calm = await tell(() => false);
const everyWrite = Array.from({ length: calm.writes }, (_, index) => index + 1);
const isWorking = (text: string): boolean => /Connecting|-# (?:💭|🎬|🎵|✂️|🔍|📤)/u.test(text);

describe('a disk that is full', () => {
  it('is tried at every write of a turn and its render', () => {
    expect(calm.texts.some((text) => text.includes('Your video is ready'))).toBe(true);
    expect(everyWrite.length).toBeGreaterThan(8);
  });

  it.each(everyWrite)('from write %i on: sends nothing twice, and the last word is clear', async (first) => {
    const { texts, sent } = await tell((write) => write >= first);
    expect(sent).toBeLessThanOrEqual(1);
    expect(texts.length).toBeGreaterThan(0);
    expect(texts.filter(isWorking)).toEqual([]);
  });

  it.each(everyWrite)(
    'at write %i alone: what was sent becomes a video, and what was not is said',
    async (only) => {
      const { texts, sent } = await tell((write) => write === only);
      const shown = texts.join('\n');
      expect(sent).toBeLessThanOrEqual(1);
      expect(texts.filter(isWorking)).toEqual([]);
      expect(shown.includes('Your video is ready')).toBe(sent === 1);
      expect(/couldn't save/u.test(shown)).toBe(sent === 0);
    },
  );

  it.each(everyWrite)('from write %i on: never says that nothing was spent when it was', async (first) => {
    const { texts, sent } = await tell((write) => write >= first);
    const shown = texts.join('\n');
    const isHonest =
      sent === 1 ? !/before it could cost|nothing was charged/u.test(shown) : /couldn't save/u.test(shown);
    expect({ shown, isHonest }).toEqual({ shown, isHonest: true });
  });

  it('stops before it costs anything when the turn cannot be stored as submitted', async () => {
    const outcomes = await Promise.all(everyWrite.map((first) => tell((write) => write >= first)));
    const unsent = outcomes.filter(({ sent }) => sent === 0);
    expect(unsent.length).toBeGreaterThan(2);
    for (const { texts } of unsent) expect(texts.join('\n')).toMatch(/couldn't save/u);
  });
});
