/** The lanes in the store's file, held to the contract of all queue engines, and what is special about them. */
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createEmbeddedLanes } from '../../src/lanes/embedded.ts';
import { finishedRetentionMs, forgetBatch } from '../../src/lanes/finishing.ts';
import { type Database, openDatabase } from '../../src/sessions/database.ts';
import { readStoreUrl } from '../../src/sessions/store-url.ts';
import { type LanesUnderTest, lanesContract } from '../contracts/lanes-contract.ts';
import { createRecordingLog } from '../sessions/recording-log.ts';
import { makeTemporaryFolder } from '../sessions/temporary-folder.ts';
import { createFakeClock, settle } from './fake-clock.ts';

const setUp = async (storeUrl: string): Promise<LanesUnderTest & { database: Database }> => {
  const log = createRecordingLog();
  const clock = createFakeClock();
  const location = readStoreUrl(storeUrl);
  const openOnce = (): Database => openDatabase(location, { log });
  let database = openOnce();
  onTestFinished(() => database.close());
  return {
    clock,
    settle,
    database,
    lanes: createEmbeddedLanes({ database, clock, log }),
    reopen: async () => {
      // What is in memory lives as long as its connection, so there the next process shares it.
      if (location.kind === 'file') {
        database.close();
        database = openOnce();
      }
      return createEmbeddedLanes({ database, clock, log });
    },
    failures: () =>
      log.lines.filter(({ level }) => level === 'error').map(({ fields }) => String(fields['entryId'])),
  };
};

const fileUrl = (): string => `sqlite:${join(makeTemporaryFolder(), 'makevideo.db')}`;

lanesContract('embedded, in memory', 10_000, async () => setUp('memory:'));
lanesContract('embedded, in a file', 300, async () => setUp(fileUrl()));

const countRows = (database: Database): number =>
  Number(database.prepare('SELECT count(*) AS count FROM lane_entries').get()?.['count']);

describe('embedded lanes', () => {
  it('forget finished entries after seven days, a bounded number at a time', async () => {
    const { lanes, clock, database, reopen } = await setUp('memory:');
    await lanes.start(async () => {});
    const count = forgetBatch + 50;
    for (let index = 0; index < count; index += 1)
      await lanes.add({ id: `e${index}`, lane: `l${index}`, kind: 'turn' });
    await settle();
    await lanes.stop(0);
    await clock.advance(finishedRetentionMs);
    await (await reopen()).start(async () => {});
    expect(countRows(database)).toBe(count);
    await clock.advance(1);
    await (await reopen()).start(async () => {});
    expect(countRows(database)).toBe(50);
    const last = await reopen();
    await last.start(async () => {});
    expect(countRows(database)).toBe(0);
    expect(await last.add({ id: 'e0', lane: 'l0', kind: 'turn' })).toBe('added');
  });

  it('forget while they run, too', async () => {
    const { lanes, clock, database } = await setUp('memory:');
    await lanes.start(async () => {});
    await lanes.add({ id: 'old', lane: 'l', kind: 'turn' });
    await settle();
    await clock.advance(finishedRetentionMs + 1);
    for (let index = 0; index < forgetBatch; index += 1) {
      await lanes.add({ id: `e${index}`, lane: `l${index}`, kind: 'turn' });
    }
    await settle();
    expect(countRows(database)).toBe(forgetBatch);
  });

  it('never forget an entry that is not finished', async () => {
    const { lanes, clock, reopen } = await setUp('memory:');
    await lanes.add({ id: 'a', lane: 'l', kind: 'turn' });
    await clock.advance(10 * finishedRetentionMs);
    const next = await reopen();
    const seen: string[] = [];
    await next.start(async ({ id }) => {
      seen.push(id);
    });
    await settle();
    expect(seen).toEqual(['a']);
  });

  it('reject an entry that cannot be written, and do not run it', async () => {
    const { lanes, database } = await setUp(fileUrl());
    const seen: string[] = [];
    await lanes.start(async ({ id }) => {
      seen.push(id);
    });
    database.prepare('PRAGMA query_only = 1').all();
    const added = lanes.add({ id: 'a', lane: 'l', kind: 'turn' });
    await expect(added).rejects.toMatchObject({ name: 'StoreError', kind: 'readOnly' });
    await settle();
    expect(seen).toEqual([]);
  });

  it('say so when an end cannot be written, and go on with the lane', async () => {
    const { lanes, database, failures } = await setUp(fileUrl());
    const seen: string[] = [];
    await lanes.add({ id: 'a', lane: 'l', kind: 'turn' });
    await lanes.add({ id: 'b', lane: 'l', kind: 'turn' });
    await lanes.start(async ({ id }) => {
      seen.push(id);
      database.prepare('PRAGMA query_only = 1').all();
    });
    await settle();
    expect(seen).toEqual(['a', 'b']);
    expect(failures()).toEqual(['a', 'b']);
    expect(await lanes.unfinished('l')).toHaveLength(2);
  });

  it('mark an end as soon as the disk takes it again, so that no later start runs the entry', async () => {
    const { lanes, database, clock } = await setUp(fileUrl());
    await lanes.add({ id: 'a', lane: 'l', kind: 'turn' });
    await lanes.start(async () => {
      database.prepare('PRAGMA query_only = 1').all();
    });
    await settle();
    await clock.advance(5_000);
    expect(await lanes.unfinished('l')).toHaveLength(1);
    database.prepare('PRAGMA query_only = 0').all();
    await clock.advance(1_000);
    expect(await lanes.unfinished('l')).toEqual([]);
  });

  it('refuse to start on an entry that does not read', async () => {
    const { lanes, database } = await setUp('memory:');
    await lanes.add({ id: 'a', lane: 'l', kind: 'turn' });
    database.prepare("UPDATE lane_entries SET kind = 'dance'").run();
    const started = lanes.start(async () => {});
    await expect(started).rejects.toMatchObject({ name: 'StoreError', kind: 'corrupt' });
  });
});
