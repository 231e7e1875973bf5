/** A request and its place in line are on disk together: seen by a second reader of the same file. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setImmediate as nextRound } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { openLanes } from '../../src/lanes/open.ts';
import { putInLine } from '../../src/relay/intake/line.ts';
import { openSessions } from '../../src/sessions/open.ts';
import { createFakeClock } from '../lanes/fake-clock.ts';
import { createRecordingLog } from '../sessions/recording-log.ts';
import { sampleTurn } from '../sessions/sample-records.ts';
import { makeTemporaryFolder } from '../sessions/temporary-folder.ts';

const openFile = async (path: string) => {
  const parts = { clock: createFakeClock(), log: createRecordingLog() };
  const sessions = await openSessions({
    ...parts,
    storeUrl: `sqlite:${path}`,
    storeSecret: null,
    onLeaseLost: (error) => {
      throw error;
    },
  });
  onTestFinished(() => sessions.close());
  const { lanes } = await openLanes({ ...parts, engine: sessions.engine });
  return { store: sessions.store, lanes };
};

/** What is on disk: how many of the turn's record and its entry. */
const createLook = (path: string): (() => string) => {
  const reader = new DatabaseSync(path, { readOnly: true });
  onTestFinished(() => reader.close());
  const counts = reader.prepare(
    "SELECT (SELECT count(*) FROM records WHERE id = 't1') || ' ' || (SELECT count(*) FROM lane_entries) AS seen",
  );
  return () => String(counts.get()?.['seen']);
};

it('no reader ever sees a request without its place in line, nor the place without the request', async () => {
  const path = join(makeTemporaryFolder(), 'makevideo.db');
  const { store, lanes } = await openFile(path);
  const look = createLook(path);
  const seen = new Set([look()]);
  const stored = store.turns.set('t1', sampleTurn('t1'));
  const adding = putInLine({ lanes }, { id: 't1', lane: 'thread-1', kind: 'turn' }, { stored });
  // A look in every round of the event loop, for more rounds than it takes: two commits would be two rounds.
  for (let round = 0; round < 10; round += 1) {
    await nextRound();
    seen.add(look());
  }
  expect(await adding).toBe('added');
  expect([...seen]).toEqual(['0 0', '1 1']);
});
