/** What every queue engine must do, whatever it is built on. A new engine calls `lanesContract` with a way to open it. */
import { describe, expect, it } from 'vitest';
import type { LaneEntry, Lanes } from '../../src/ports/lanes.ts';
import { StoreError } from '../../src/ports/store.ts';
import type { FakeClock } from '../lanes/fake-clock.ts';

export type LanesUnderTest = {
  readonly clock: FakeClock;
  readonly lanes: Lanes;
  /** The next process: other lanes over the same entries. The former ones are stopped or dead by then. */
  readonly reopen: () => Promise<Lanes>;
  /** Lets everything run that waits for neither the test nor the clock. */
  readonly settle: () => Promise<void>;
  /** Lines of the log about entries that failed, by id. */
  readonly failures: () => readonly string[];
};

const turn = (id: string, lane = 'lane'): LaneEntry => ({ id, lane, kind: 'turn' });

/** A `run` whose entries end only when the test says so. */
const createStage = (settle: () => Promise<void>) => {
  const seen: string[] = [];
  const open = new Map<string, { readonly end: () => void; readonly fail: (cause: unknown) => void }>();
  return {
    /** Ids in the order in which they started. */
    seen,
    /** Ids that run now. */
    running: () => [...open.keys()],
    end: async (id: string) => {
      open.get(id)?.end();
      await settle();
    },
    fail: async (id: string) => {
      open.get(id)?.fail(new Error('a bug'));
      await settle();
    },
    run: async (entry: LaneEntry, signal: AbortSignal): Promise<void> => {
      seen.push(entry.id);
      try {
        await new Promise<void>((end, fail) => {
          open.set(entry.id, { end, fail });
          signal.addEventListener('abort', () => fail(signal.reason), { once: true });
        });
      } finally {
        open.delete(entry.id);
      }
    },
  };
};

/** A `run` that notes what it gets and is done. */
const createNotes = () => {
  const seen: string[] = [];
  return {
    seen,
    run: async (entry: LaneEntry): Promise<void> => {
      seen.push(entry.id);
    },
  };
};

const orderContract = (open: () => Promise<LanesUnderTest>): void => {
  describe('order and exclusion', () => {
    it('runs the entries of a lane in the order in which they were added, one at a time', async () => {
      const { lanes, settle } = await open();
      const stage = createStage(settle);
      await lanes.start(stage.run);
      for (const id of ['a', 'b', 'c']) expect(await lanes.add(turn(id))).toBe('added');
      await settle();
      expect(stage.running()).toEqual(['a']);
      await stage.end('a');
      expect(stage.running()).toEqual(['b']);
      await stage.end('b');
      await stage.end('c');
      expect(stage.seen).toEqual(['a', 'b', 'c']);
    });

    it('runs different lanes at the same time', async () => {
      const { lanes, settle } = await open();
      const stage = createStage(settle);
      await lanes.start(stage.run);
      await lanes.add(turn('a', 'one'));
      await lanes.add(turn('b', 'two'));
      await settle();
      expect(stage.running().toSorted()).toEqual(['a', 'b']);
    });

    it('keeps the order of entries that were added at once', async () => {
      const { lanes, settle } = await open();
      const notes = createNotes();
      await lanes.start(notes.run);
      const ids = Array.from({ length: 60 }, (_, index) => `entry-${index}`);
      await Promise.all(ids.map((id) => lanes.add(turn(id))));
      // An ending is on disk before the next entry begins, so a lane needs a moment for each.
      for (let round = 0; round < ids.length && notes.seen.length < ids.length; round += 1) await settle();
      expect(notes.seen).toEqual(ids);
    });

    it('runs an entry when what it is about is stored, and not before', async () => {
      const { lanes, settle } = await open();
      const notes = createNotes();
      await lanes.start(notes.run);
      const storing = Promise.withResolvers<void>();
      const adding = lanes.add(turn('a'), { stored: storing.promise });
      await settle();
      expect(notes.seen).toEqual([]);
      storing.resolve();
      expect(await adding).toBe('added');
      await settle();
      expect(notes.seen).toEqual(['a']);
    });

    it('refuses an entry that is about something which could not be stored, and takes it the next time', async () => {
      const { lanes, settle } = await open();
      const notes = createNotes();
      await lanes.start(notes.run);
      const full = new StoreError('full', { message: 'The disk is full.' });
      await expect(lanes.add(turn('a'), { stored: Promise.reject(full) })).rejects.toBe(full);
      await settle();
      expect(notes.seen).toEqual([]);
      expect(await lanes.unfinished('lane')).toEqual([]);
      expect(await lanes.add(turn('a'))).toBe('added');
      await settle();
      expect(notes.seen).toEqual(['a']);
    });

    it('hands over the entry as it was added', async () => {
      const { lanes, settle } = await open();
      const seen: LaneEntry[] = [];
      await lanes.start(async (entry) => {
        seen.push(entry);
      });
      await lanes.add({ id: 'a', lane: '故事 · 1', kind: 'render' });
      await settle();
      expect(seen).toEqual([{ id: 'a', lane: '故事 · 1', kind: 'render' }]);
    });

    it('goes on after an entry that fails, and says which', async () => {
      const { lanes, failures, settle } = await open();
      const stage = createStage(settle);
      await lanes.start(stage.run);
      await lanes.add(turn('a'));
      await lanes.add(turn('b'));
      await settle();
      await stage.fail('a');
      expect(stage.running()).toEqual(['b']);
      expect(failures()).toEqual(['a']);
      expect(await lanes.unfinished('lane')).toEqual([turn('b')]);
    });

    it('goes on after an entry whose run throws at once', async () => {
      const { lanes, failures, settle } = await open();
      const seen: string[] = [];
      await lanes.start((entry) => {
        seen.push(entry.id);
        if (entry.id === 'a') throw new Error('a bug');
        return Promise.resolve();
      });
      await lanes.add(turn('a'));
      await lanes.add(turn('b'));
      await settle();
      expect(seen).toEqual(['a', 'b']);
      expect(failures()).toEqual(['a']);
    });

    it('runs an entry that a running one of its own lane adds, afterwards', async () => {
      const { lanes, settle } = await open();
      const seen: string[] = [];
      await lanes.start(async (entry) => {
        seen.push(`${entry.id} begins`);
        if (entry.id === 'a') await lanes.add(turn('b'));
        seen.push(`${entry.id} ends`);
      });
      await lanes.add(turn('a'));
      await settle();
      expect(seen).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
    });

    it('shows what is unfinished in a lane, the running entry first', async () => {
      const { lanes, settle } = await open();
      const stage = createStage(settle);
      await lanes.start(stage.run);
      for (const id of ['a', 'b', 'c']) await lanes.add(turn(id));
      await lanes.add(turn('x', 'elsewhere'));
      await settle();
      expect(await lanes.unfinished('lane')).toEqual([turn('a'), turn('b'), turn('c')]);
      await stage.end('a');
      expect(await lanes.unfinished('lane')).toEqual([turn('b'), turn('c')]);
      expect(await lanes.unfinished('nothing here')).toEqual([]);
    });

    it('refuses to be started a second time', async () => {
      const { lanes } = await open();
      await lanes.start(createNotes().run);
      await expect(lanes.start(createNotes().run)).rejects.toThrow('once');
    });
  });
};

const onceContract = (open: () => Promise<LanesUnderTest>): void => {
  describe('once and bounded', () => {
    it('runs the same id once: while it waits, while it runs, and after it finished', async () => {
      const { lanes, settle } = await open();
      const stage = createStage(settle);
      await lanes.add(turn('a'));
      expect(await lanes.add(turn('a'))).toBe('known');
      await lanes.start(stage.run);
      await settle();
      expect(await lanes.add(turn('a'))).toBe('known');
      await stage.end('a');
      expect(await lanes.add(turn('a'))).toBe('known');
      expect(await lanes.add(turn('a', 'another lane'))).toBe('known');
      await settle();
      expect(stage.seen).toEqual(['a']);
    });

    it('adds one of many equal ids that come at once', async () => {
      const { lanes, settle } = await open();
      const notes = createNotes();
      await lanes.start(notes.run);
      const answers = await Promise.all(Array.from({ length: 20 }, () => lanes.add(turn('a'))));
      await settle();
      expect(answers.filter((answer) => answer === 'added')).toHaveLength(1);
      expect(notes.seen).toEqual(['a']);
    });

    it('knows a finished id in the next process', async () => {
      const { lanes, reopen, settle } = await open();
      await lanes.start(createNotes().run);
      await lanes.add(turn('a'));
      await settle();
      await lanes.stop(0);
      const next = await reopen();
      const notes = createNotes();
      await next.start(notes.run);
      expect(await next.add(turn('a'))).toBe('known');
      await settle();
      expect(notes.seen).toEqual([]);
    });

    it('refuses the entry after the hundredth of a lane, and takes it when there is room', async () => {
      const { lanes, settle } = await open();
      const stage = createStage(settle);
      await lanes.start(stage.run);
      for (let index = 0; index < 100; index += 1)
        expect(await lanes.add(turn(`entry-${index}`))).toBe('added');
      expect(await lanes.add(turn('late'))).toBe('full');
      expect(await lanes.add(turn('entry-5'))).toBe('known');
      expect(await lanes.add(turn('x', 'elsewhere'))).toBe('added');
      await settle();
      await stage.end('entry-0');
      expect(await lanes.add(turn('late'))).toBe('added');
    });
  });
};

const delayContract = (open: () => Promise<LanesUnderTest>): void => {
  describe('delays and withdrawal', () => {
    it('holds an entry back until its time, and those behind it with it', async () => {
      const { lanes, clock, settle } = await open();
      const notes = createNotes();
      await lanes.start(notes.run);
      await lanes.add(turn('a'), { notBeforeMs: clock.nowMs() + 30_000 });
      await lanes.add(turn('b'));
      await lanes.add(turn('x', 'elsewhere'));
      await clock.advance(29_999);
      await settle();
      expect(notes.seen).toEqual(['x']);
      await clock.advance(1);
      await settle();
      expect(notes.seen).toEqual(['x', 'a', 'b']);
    });

    it('holds an entry back longer than a timer can', async () => {
      const { lanes, clock, settle } = await open();
      const notes = createNotes();
      const dayMs = 24 * 60 * 60 * 1_000;
      await lanes.start(notes.run);
      await lanes.add(turn('a'), { notBeforeMs: clock.nowMs() + 40 * dayMs });
      for (let day = 0; day < 39; day += 1) {
        await clock.advance(dayMs);
        await settle();
      }
      expect(notes.seen).toEqual([]);
      await clock.advance(dayMs);
      await settle();
      expect(notes.seen).toEqual(['a']);
    });

    it('remembers the time of a delayed entry in the next process', async () => {
      const { lanes, clock, reopen, settle } = await open();
      await lanes.start(createNotes().run);
      await lanes.add(turn('a'), { notBeforeMs: clock.nowMs() + 30_000 });
      await lanes.stop(0);
      const next = await reopen();
      const notes = createNotes();
      await next.start(notes.run);
      await clock.advance(29_999);
      await settle();
      expect(notes.seen).toEqual([]);
      await clock.advance(1);
      await settle();
      expect(notes.seen).toEqual(['a']);
    });

    it('takes back an entry that waits, for good', async () => {
      const { lanes, reopen, settle } = await open();
      const stage = createStage(settle);
      await lanes.start(stage.run);
      for (const id of ['a', 'b', 'c']) await lanes.add(turn(id));
      await settle();
      expect(await lanes.withdraw('b')).toBe(true);
      expect(await lanes.withdraw('b')).toBe(false);
      expect(await lanes.add(turn('b'))).toBe('known');
      expect(await lanes.unfinished('lane')).toEqual([turn('a'), turn('c')]);
      await stage.end('a');
      expect(stage.seen).toEqual(['a', 'c']);
      await lanes.stop(0);
      const notes = createNotes();
      await (await reopen()).start(notes.run);
      await settle();
      expect(notes.seen).toEqual(['c']);
    });

    it('does not take back what runs, is finished or was never there', async () => {
      const { lanes, settle } = await open();
      const stage = createStage(settle);
      await lanes.start(stage.run);
      await lanes.add(turn('a'));
      await settle();
      expect(await lanes.withdraw('a')).toBe(false);
      await stage.end('a');
      expect(await lanes.withdraw('a')).toBe(false);
      expect(await lanes.withdraw('nobody')).toBe(false);
      expect(stage.seen).toEqual(['a']);
    });

    it('frees the lane at once when a delayed entry is taken back', async () => {
      const { lanes, clock, settle } = await open();
      const notes = createNotes();
      await lanes.start(notes.run);
      await settle();
      const sleeperCount = clock.sleeperCount();
      await lanes.add(turn('a'), { notBeforeMs: clock.nowMs() + 30_000 });
      await lanes.add(turn('b'));
      await settle();
      expect(await lanes.withdraw('a')).toBe(true);
      await settle();
      expect(notes.seen).toEqual(['b']);
      expect(clock.sleeperCount()).toBe(sleeperCount);
    });

    it('takes back an entry before anything was started', async () => {
      const { lanes, settle } = await open();
      const notes = createNotes();
      await lanes.add(turn('a'));
      expect(await lanes.withdraw('a')).toBe(true);
      await lanes.start(notes.run);
      await settle();
      expect(notes.seen).toEqual([]);
    });
  });
};

const stopContract = (open: () => Promise<LanesUnderTest>): void => {
  describe('stop and restart', () => {
    it('runs what was left over before what is new, in order', async () => {
      const { lanes, reopen, settle } = await open();
      for (const id of ['a', 'b']) await lanes.add(turn(id));
      await lanes.stop(0);
      const next = await reopen();
      const notes = createNotes();
      await next.start(notes.run);
      await next.add(turn('c'));
      await settle();
      expect(notes.seen).toEqual(['a', 'b', 'c']);
    });

    it('tells running entries to stop and leaves those that do for the next process', async () => {
      const { lanes, reopen, failures, settle } = await open();
      const stage = createStage(settle);
      await lanes.start(stage.run);
      await lanes.add(turn('a'));
      await lanes.add(turn('b'));
      await settle();
      await lanes.stop(1_000);
      expect(stage.running()).toEqual([]);
      expect(stage.seen).toEqual(['a']);
      expect(failures()).toEqual([]);
      const notes = createNotes();
      await (await reopen()).start(notes.run);
      await settle();
      expect(notes.seen).toEqual(['a', 'b']);
    });

    it('counts an entry that still ends in time as finished', async () => {
      const { lanes, reopen, settle } = await open();
      await lanes.start(async (_entry, signal) => {
        await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      });
      await lanes.add(turn('a'));
      await settle();
      await lanes.stop(1_000);
      const notes = createNotes();
      await (await reopen()).start(notes.run);
      await settle();
      expect(notes.seen).toEqual([]);
    });

    it('waits for an entry that does not listen until the deadline and no longer', async () => {
      const { lanes, clock, reopen, settle } = await open();
      const ends: (() => void)[] = [];
      await lanes.start(() => new Promise((resolve) => ends.push(resolve)));
      await lanes.add(turn('a'));
      await settle();
      let hasStopped = false;
      const stopped = lanes.stop(5_000).then(() => (hasStopped = true));
      await clock.advance(4_999);
      await settle();
      expect(hasStopped).toBe(false);
      await clock.advance(1);
      await settle();
      expect(hasStopped).toBe(true);
      await stopped;
      for (const end of ends) end();
      await settle();
      expect(await (await reopen()).unfinished('lane')).toEqual([turn('a')]);
    });

    it('keeps what is added while it stops for the next process', async () => {
      const { lanes, reopen, settle } = await open();
      const notes = createNotes();
      await lanes.start(notes.run);
      await lanes.stop(0);
      expect(await lanes.add(turn('a'))).toBe('added');
      await settle();
      expect(notes.seen).toEqual([]);
      const next = createNotes();
      await (await reopen()).start(next.run);
      await settle();
      expect(next.seen).toEqual(['a']);
    });

    it('leaves no timer behind', async () => {
      const { lanes, clock, settle } = await open();
      await lanes.start(createNotes().run);
      await lanes.add(turn('a'), { notBeforeMs: clock.nowMs() + 30_000 });
      await settle();
      await lanes.stop(5_000);
      await settle();
      expect(clock.sleeperCount()).toBe(0);
    });
  });
};

/** `manyLanes`: how many lanes are busy at the same time in the test of many. */
export const lanesContract = (name: string, manyLanes: number, open: () => Promise<LanesUnderTest>): void => {
  describe(`lanes contract: ${name}`, () => {
    orderContract(open);
    onceContract(open);
    delayContract(open);
    stopContract(open);

    it(`has ${manyLanes} lanes busy at once, after a restart as well`, async () => {
      const { lanes, reopen, settle } = await open();
      const numbers = Array.from({ length: manyLanes }, (_, index) => index);
      for (const place of ['first', 'second']) {
        await Promise.all(numbers.map((index) => lanes.add(turn(`${place}-${index}`, `lane-${index}`))));
      }
      const stage = createStage(settle);
      await lanes.start(stage.run);
      await settle();
      expect(stage.running()).toHaveLength(manyLanes);
      await lanes.stop(1_000);
      const next = await reopen();
      const notes = createNotes();
      await next.start(notes.run);
      await settle();
      expect(notes.seen).toHaveLength(2 * manyLanes);
      expect(new Set(notes.seen).size).toBe(2 * manyLanes);
    });
  });
};
