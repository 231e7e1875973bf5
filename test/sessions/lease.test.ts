/** One owner per store: refused while it lives, noticed when it was replaced. */
import { readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { StoreError } from '../../src/ports/store.ts';
import { leaseCheckIntervalMs } from '../../src/sessions/lease.ts';
import { openSessions } from '../../src/sessions/open.ts';
import type { Sessions } from '../../src/sessions/sessions.ts';
import { createFakeClock, type FakeClock } from '../lanes/fake-clock.ts';
import { createRecordingLog } from './recording-log.ts';
import { sqliteOf } from './sqlite-of.ts';
import { makeTemporaryFolder } from './temporary-folder.ts';

type Owned = { readonly sessions: Sessions; readonly clock: FakeClock; readonly lost: readonly StoreError[] };

const open = async (path: string): Promise<Owned> => {
  const clock = createFakeClock(Date.UTC(2026, 0, 2));
  const lost: StoreError[] = [];
  const sessions = await openSessions({
    storeUrl: `sqlite:${path}`,
    storeSecret: 'a secret of many letters',
    clock,
    log: createRecordingLog(),
    onLeaseLost: (error) => lost.push(error),
  });
  onTestFinished(async () => sessions.close());
  return { sessions, clock, lost };
};

const newPath = (): string => join(makeTemporaryFolder(), 'data', 'makevideo.db');

describe('the lease of a store', () => {
  it('refuses a second opening and says who has it since when', async () => {
    const path = newPath();
    await open(path);
    const second = open(path);
    await expect(second).rejects.toMatchObject({ name: 'StoreError', kind: 'locked' });
    await expect(second).rejects.toThrow(`process ${process.pid} on `);
    await expect(second).rejects.toThrow('since 2026-01-02T00:00:00.000Z');
  });

  it('is free again after a close, and after an opening that failed', async () => {
    const path = newPath();
    const { sessions } = await open(path);
    await sessions.close();
    const wrongKey = openSessions({
      storeUrl: `sqlite:${path}`,
      storeSecret: 'another secret of letters',
      clock: createFakeClock(),
      log: createRecordingLog(),
      onLeaseLost: () => {},
    });
    await expect(wrongKey).rejects.toMatchObject({ kind: 'unavailable' });
    const { lost, clock } = await open(path);
    await clock.advance(leaseCheckIntervalMs);
    expect(lost).toEqual([]);
  });

  it('stays ours as long as nobody touches the files', async () => {
    const { clock, lost } = await open(newPath());
    for (let round = 0; round < 5; round += 1) await clock.advance(leaseCheckIntervalMs);
    expect(lost).toEqual([]);
  });

  it('is lost when somebody removes the lock and another process takes over', async () => {
    const path = newPath();
    const first = await open(path);
    rmSync(`${path}.lock`);
    const second = await open(path);
    await first.clock.advance(leaseCheckIntervalMs);
    expect(first.lost.map(({ kind }) => kind)).toEqual(['locked']);
    await first.clock.advance(leaseCheckIntervalMs);
    expect(first.lost).toHaveLength(1);
    await second.clock.advance(leaseCheckIntervalMs);
    expect(second.lost).toEqual([]);
  });

  it.each([
    ['removed', (path: string) => rmSync(path)],
    [
      'replaced',
      (path: string) => {
        renameSync(path, `${path}.old`);
        writeFileSync(path, 'a restored backup');
      },
    ],
  ])('is lost when the store file is %s under us', async (_what, change) => {
    const path = newPath();
    const { clock, lost } = await open(path);
    change(path);
    await clock.advance(leaseCheckIntervalMs);
    expect(lost.map(({ kind }) => kind)).toEqual(['locked']);
  });

  it('is no longer watched after a close, which may be called twice', async () => {
    const path = newPath();
    const { sessions, clock, lost } = await open(path);
    await sessions.close();
    await sessions.store.close();
    rmSync(path);
    await clock.advance(leaseCheckIntervalMs);
    expect(lost).toEqual([]);
    expect(clock.sleeperCount()).toBe(0);
    expect(readdirSync(dirname(path))).toEqual(['makevideo.db.lock']);
  });

  it('is lost when it can no longer be read', async () => {
    const { sessions, clock, lost } = await open(newPath());
    sqliteOf(sessions).prepare('DROP TABLE lease').run();
    await clock.advance(leaseCheckIntervalMs);
    expect(lost.map(({ kind }) => kind)).toEqual(['unavailable']);
  });
});
