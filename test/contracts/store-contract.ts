/** What every store must do, whatever it is kept in. A new store calls `storeContract` with a way to open it. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RecordStore, Store } from '../../src/ports/store.ts';
import { arbitraryRecords } from '../sessions/arbitrary-records.ts';
import { sampleAccount, sampleTurn } from '../sessions/sample-records.ts';

export type StoreUnderTest = {
  readonly store: Store;
  /** Closes the store and opens the same one again. null: it forgets everything when closed. */
  readonly reopen: (() => Promise<Store>) | null;
  /** Puts a text where the record is kept, around every check. */
  readonly writeRaw: (kind: string, id: string, text: string) => Promise<void>;
  readonly readRaw: (kind: string, id: string) => Promise<string | null>;
  /** From now on nothing can be written, for this reason. */
  readonly refuseWrites: (why: 'full' | 'readOnly') => Promise<void>;
  /** From now on nothing can be read. */
  readonly refuseReads: () => Promise<void>;
  /** Lines of the log about records that did not read, as `kind/id`. */
  readonly complaints: () => readonly string[];
};

/** Stores and reads made-up records; null when each came back, otherwise fast-check's account of the smallest that did not. */
const whatIsLost = async <T>(records: RecordStore<T>, arbitrary: fc.Arbitrary<T>): Promise<string | null> => {
  const property = fc.asyncProperty(fc.uuid(), arbitrary, async (id, record) => {
    await records.set(id, record);
    expect(await records.get(id)).toEqual(record);
  });
  const report = await fc.check(property, { numRuns: 50, seed: 20_261_122 });
  return report.failed ? (fc.defaultReportMessage(report) ?? 'failed') : null;
};

export const storeContract = (name: string, open: () => Promise<StoreUnderTest>): void => {
  describe(`store contract: ${name}`, () => {
    it('gives back every thread as it was stored', async () => {
      const { store } = await open();
      expect(await whatIsLost(store.threads, arbitraryRecords.thread)).toBeNull();
    });

    it('gives back every turn as it was stored', async () => {
      const { store } = await open();
      expect(await whatIsLost(store.turns, arbitraryRecords.turn)).toBeNull();
    });

    it('gives back every render as it was stored', async () => {
      const { store } = await open();
      expect(await whatIsLost(store.renders, arbitraryRecords.render)).toBeNull();
    });

    it('gives back every arrival as it was stored', async () => {
      const { store } = await open();
      expect(await whatIsLost(store.arrivals, arbitraryRecords.arrival)).toBeNull();
    });

    it('gives back every wish as it was stored', async () => {
      const { store } = await open();
      expect(await whatIsLost(store.wishes, arbitraryRecords.wish)).toBeNull();
    });

    it("gives back a server's settings as they were stored", async () => {
      const { store } = await open();
      expect(await whatIsLost(store.guilds, arbitraryRecords.guild)).toBeNull();
    });

    it('gives back what was let in as it was stored', async () => {
      const { store } = await open();
      expect(await whatIsLost(store.usages, arbitraryRecords.usage)).toBeNull();
      expect(await whatIsLost(store.listeners, arbitraryRecords.listener)).toBeNull();
    });

    it('gives back every account as it was stored', async () => {
      const { store } = await open();
      expect(await whatIsLost(store.accounts, arbitraryRecords.account)).toBeNull();
    });

    it('answers null for what was never stored, and after a deletion', async () => {
      const { store } = await open();
      expect(await store.turns.get('t1')).toBeNull();
      await store.turns.set('t1', sampleTurn('t1'));
      await store.turns.delete('t1');
      expect(await store.turns.get('t1')).toBeNull();
      await store.turns.delete('t1');
    });

    it('replaces a record as a whole', async () => {
      const { store } = await open();
      await store.turns.set('t1', sampleTurn('t1', 'first'));
      await store.turns.set('t1', sampleTurn('t1', 'second'));
      expect(await store.turns.get('t1')).toEqual(sampleTurn('t1', 'second'));
    });

    it('keeps kinds apart under the same id', async () => {
      const { store } = await open();
      await store.turns.set('same', sampleTurn('same'));
      expect(await store.renders.get('same')).toBeNull();
      await store.renders.delete('same');
      expect(await store.turns.get('same')).toEqual(sampleTurn('same'));
    });

    it('still has everything after it was closed and opened again', async () => {
      const { store, reopen } = await open();
      await store.turns.set('t1', sampleTurn('t1'));
      const again = reopen === null ? store : await reopen();
      expect(await again.turns.get('t1')).toEqual(sampleTurn('t1'));
    });

    it('keeps the newest of many writes made at once', async () => {
      const { store } = await open();
      const texts = Array.from({ length: 50 }, (_, index) => `text ${index}`);
      await Promise.all(texts.map((text) => store.turns.set('t1', sampleTurn('t1', text))));
      expect((await store.turns.get('t1'))?.instruction).toBe('text 49');
    });

    it.each([
      ['cut in the middle', '{"value":{"v":1,"turnId":"t'],
      ['without an envelope', '{}'],
      ['empty', 'null'],
      ['of another shape', '{"value":{"v":1,"turnId":7}}'],
      ['without a version', '{"value":{"turnId":"t1"}}'],
    ])('refuses a record that is %s, says so, and leaves it as it is', async (_what, text) => {
      const { store, writeRaw, readRaw, complaints } = await open();
      await writeRaw('turns', 't1', text);
      await expect(store.turns.get('t1')).rejects.toMatchObject({ name: 'StoreError', kind: 'corrupt' });
      expect(complaints()).toEqual(['turns/t1']);
      expect(await readRaw('turns', 't1')).toBe(text);
    });

    it('tells a record of a newer version from a damaged one', async () => {
      const { store, writeRaw, readRaw } = await open();
      await writeRaw('turns', 't1', '{"value":{"v":99,"turnId":"t1"}}');
      await expect(store.turns.get('t1')).rejects.toMatchObject({ name: 'StoreError', kind: 'newer' });
      expect(await readRaw('turns', 't1')).toContain('99');
    });

    it('reads its other records when one is damaged', async () => {
      const { store, writeRaw } = await open();
      await store.turns.set('good', sampleTurn('good'));
      await writeRaw('turns', 'bad', '{');
      const [bad, good] = await Promise.allSettled([store.turns.get('bad'), store.turns.get('good')]);
      expect(bad.status).toBe('rejected');
      expect(good).toEqual({ status: 'fulfilled', value: sampleTurn('good') });
    });

    it('refuses to store what it could not read again', async () => {
      const { store } = await open();
      const turn = sampleTurn('t1');
      const broken = { ...turn, acceptedAtMs: Number.NaN };
      await expect(store.turns.set('t1', broken)).rejects.toMatchObject({ kind: 'corrupt' });
      expect(await store.turns.get('t1')).toBeNull();
    });

    it.each(['full', 'readOnly'] as const)(
      'rejects a write when it is %s, and keeps what was there',
      async (why) => {
        const { store, refuseWrites } = await open();
        await store.turns.set('t1', sampleTurn('t1', 'kept'));
        await refuseWrites(why);
        const long = sampleTurn('t1', 'x'.repeat(100_000));
        await expect(store.turns.set('t1', long)).rejects.toMatchObject({ name: 'StoreError', kind: why });
        expect((await store.turns.get('t1'))?.instruction).toBe('kept');
      },
    );

    it('rejects a reading that failed instead of answering null', async () => {
      const { store, refuseReads } = await open();
      await store.turns.set('t1', sampleTurn('t1'));
      await refuseReads();
      await expect(store.turns.get('t1')).rejects.toMatchObject({ name: 'StoreError', kind: 'unavailable' });
    });

    it('names what is not over, and nothing else', async () => {
      const { store } = await open();
      const made = { seed: 7, numRuns: 40 };
      const turns = fc.sample(arbitraryRecords.turn, made);
      const renders = fc.sample(arbitraryRecords.render, made);
      const [arrival] = fc.sample(arbitraryRecords.arrival, made);
      // Words that look like a phase to whoever does not read the record.
      const teasing = { ...sampleTurn('teasing', 'make it say "phase":"settled"') };
      for (const turn of [...turns, teasing]) await store.turns.set(turn.turnId, turn);
      for (const render of renders) await store.renders.set(render.renderId, render);
      if (arrival !== undefined) await store.arrivals.set(arrival.arrivalId, arrival);
      for (const id of ['own:7', 'own:7.attempt', 'anonymous:7.5'])
        await store.accounts.set(id, sampleAccount(id));
      const openWork = await store.openWork();
      const openTurns = turns.filter(({ state }) => state.phase !== 'settled');
      const over = ['delivered', 'failed', 'cancelled'];
      const openRenders = renders.filter(({ state }) => !over.includes(state.phase));
      expect(openWork.turnIds.toSorted()).toEqual(
        [...openTurns.map(({ turnId }) => turnId), 'teasing'].toSorted(),
      );
      expect(openWork.renderIds.toSorted()).toEqual(openRenders.map(({ renderId }) => renderId).toSorted());
      expect(openWork.arrivalIds).toEqual([arrival?.arrivalId]);
      expect(openWork.triedAccountIds).toEqual(['own:7.attempt']);
    });

    it('names what is kept of one person, and of nobody else', async () => {
      const { store } = await open();
      const [thread] = fc.sample(arbitraryRecords.thread, { seed: 7, numRuns: 1 });
      if (thread === undefined) throw new Error('no thread');
      const theirs = { ...thread, threadId: 'theirs', requesterId: '71' };
      await store.threads.set('theirs', theirs);
      await store.threads.set('other', { ...theirs, threadId: 'other', requesterId: '7' });
      await store.turns.set('t1', { ...sampleTurn('t1'), requesterId: '71' });
      // Words that look like a person to whoever does not read the record.
      await store.turns.set('t2', sampleTurn('t2', 'x","requesterId":"71","y":"'));
      expect(await store.ownedBy('71')).toEqual({
        threadIds: ['theirs'],
        turnIds: ['t1'],
        renderIds: [],
        arrivalIds: [],
      });
    });

    it('keeps credentials unreadable where the record is kept', async () => {
      const { store, readRaw } = await open();
      await store.accounts.set('p1', sampleAccount('p1'));
      const raw = (await readRaw('accounts', 'p1')) ?? '';
      expect(raw).toContain('"accountId":"p1"');
      expect(raw).not.toContain('client-id-of-p1');
      expect(raw).not.toContain('token-of-p1');
    });

    it.each(['token', 'clientId'])('does not open a %s that was moved to another person', async (kept) => {
      const { store, readRaw, writeRaw } = await open();
      const none = kept === 'token' ? { clientId: null } : { token: null };
      await store.accounts.set('p1', { ...sampleAccount('p1'), ...none });
      await writeRaw('accounts', 'p2', (await readRaw('accounts', 'p1')) ?? '');
      await expect(store.accounts.get('p2')).rejects.toMatchObject({ kind: 'corrupt' });
    });
  });
};
