/** Kill −9 around every write of a record, and the restart afterwards. */
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openLanes } from '../../src/lanes/open.ts';
import { openSessions } from '../../src/sessions/open.ts';
import type { Sessions } from '../../src/sessions/sessions.ts';
import { createFakeClock } from '../lanes/fake-clock.ts';
import { startChild } from './children.ts';
import { createRecordingLog } from './recording-log.ts';
import { makeTemporaryFolder } from './temporary-folder.ts';

const open = async (storeUrl: string): Promise<Sessions> => {
  const sessions = await openSessions({
    storeUrl,
    storeSecret: null,
    clock: createFakeClock(),
    log: createRecordingLog(),
    onLeaseLost: (error) => {
      throw error;
    },
  });
  onTestFinished(async () => sessions.close());
  return sessions;
};

/** What may be read after the last acknowledgement: that state, or the next one, which was on its way. */
const states: readonly (string | null)[] = [null, 'first', 'second', 'third', null];

describe('the store under kill −9', () => {
  it('has what it acknowledged, and nothing half written, wherever the process dies', async () => {
    const folder = makeTemporaryFolder();
    let deaths = 0;
    for (let fatalStep = 1; ; fatalStep += 1) {
      const path = join(folder, `${fatalStep}.db`);
      const { lines, signal } = await startChild('store-child.ts', [path, String(fatalStep)]).ended;
      const sessions = await open(`sqlite:${path}`);
      const text = (await sessions.store.turns.get('t1'))?.instruction ?? null;
      await sessions.close();
      if (lines.includes('done')) break;
      expect(signal).toBe('SIGKILL');
      // Four steps a write: before and after the statement, before and after its commit; then it is acknowledged.
      expect(lines).toHaveLength(Math.floor((fatalStep - 1) / 4));
      expect(text).toBe(states[Math.floor(fatalStep / 4)]);
      deaths += 1;
    }
    expect(deaths).toBe(16);
  });

  it('has every turn that was accepted before a kill at any moment, once in its lane', async () => {
    const storeUrl = `sqlite:${join(makeTemporaryFolder(), 'makevideo.db')}`;
    const writer = startChild('writer-child.ts', [storeUrl]);
    await writer.said('turn-40');
    const { lines } = await writer.kill();
    const { store, engine } = await open(storeUrl);
    const { lanes } = await openLanes({ engine, clock: createFakeClock(), log: createRecordingLog() });
    for (const turnId of lines) {
      expect((await store.turns.get(turnId))?.turnId).toBe(turnId);
      expect(await lanes.unfinished(turnId)).toEqual([{ id: turnId, lane: turnId, kind: 'turn' }]);
    }
    expect(lines.length).toBeGreaterThanOrEqual(41);
  });

  it('refuses a second process, says which one it is, and starts at once when that is killed', async () => {
    const storeUrl = `sqlite:${join(makeTemporaryFolder(), 'data', 'makevideo.db')}`;
    const owner = startChild('owner-child.ts', [storeUrl]);
    onTestFinished(async () => {
      await owner.kill();
    });
    await owner.said('open');
    const refused = open(storeUrl);
    await expect(refused).rejects.toMatchObject({ name: 'StoreError', kind: 'locked' });
    await expect(refused).rejects.toThrow(`process ${owner.pid} on `);

    await owner.kill();
    const { store } = await open(storeUrl);
    expect((await store.turns.get('t1'))?.instruction).toBe('before the kill');
  });
});
