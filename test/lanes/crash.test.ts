/** Kill −9 between any two steps of the lanes: nothing acknowledged is lost, the order stays, nothing runs twice at a time. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createEmbeddedLanes } from '../../src/lanes/embedded.ts';
import { openDatabase, readStoreUrl } from '../../src/sessions/database.ts';
import { type Ending, startChild } from '../sessions/children.ts';
import { createRecordingLog } from '../sessions/recording-log.ts';
import { makeTemporaryFolder } from '../sessions/temporary-folder.ts';
import { createFakeClock, settle } from './fake-clock.ts';

const lanesOf = ['a1', 'a2', 'a3', 'b1', 'b2'].map((id) => ({ id, lane: id.slice(0, 1) }));

const wordsOf = (lines: readonly string[], verb: string): readonly string[] =>
  lines.filter((line) => line.startsWith(`${verb} `)).map((line) => line.slice(verb.length + 1));

/** The next process: what it knew before it started, and what it ran in which order. */
const restart = async (path: string) => {
  const log = createRecordingLog();
  const database = openDatabase(readStoreUrl(`sqlite:${path}`), { log });
  const lanes = createEmbeddedLanes({ database, clock: createFakeClock(), log });
  const known: string[] = [];
  const ran: string[] = [];
  const running = new Map<string, number>();
  let atOnceMax = 0;
  for (const { id, lane } of lanesOf) {
    if ((await lanes.unfinished(lane)).some((entry) => entry.id === id)) known.push(id);
  }
  await lanes.start(async ({ id, lane }) => {
    running.set(lane, (running.get(lane) ?? 0) + 1);
    atOnceMax = Math.max(atOnceMax, ...running.values());
    await settle();
    ran.push(id);
    running.set(lane, (running.get(lane) ?? 0) - 1);
  });
  for (let round = 0; round < 10; round += 1) await settle();
  const ranBefore = [...ran];
  const answers = await Promise.all(lanesOf.map(({ id, lane }) => lanes.add({ id, lane, kind: 'turn' })));
  const remembered = lanesOf.map(({ id }) => id).filter((_id, index) => answers[index] === 'known');
  await lanes.stop(0);
  database.close();
  return { unfinished: known, ran: ranBefore, remembered, atOnceMax };
};

const isSorted = (ids: readonly string[], lane: string): boolean => {
  const own = ids.filter((id) => id.startsWith(lane));
  return own.join() === own.toSorted().join();
};

const check = async (path: string, { lines }: Ending): Promise<void> => {
  const next = await restart(path);
  const ended = wordsOf(lines, 'ends');
  const withdrawn = wordsOf(lines, 'withdrawn');
  for (const id of wordsOf(lines, 'added')) {
    expect(next.remembered).toContain(id);
    expect([...ended, ...next.ran, ...wordsOf(lines, 'withdraws')]).toContain(id);
  }
  // Whatever had a successor begin was finished for good.
  const begun = wordsOf(lines, 'begins');
  const surelyFinished = begun.filter((id) => begun.some((later) => later > id && later[0] === id[0]));
  for (const id of [...surelyFinished, ...withdrawn]) expect(next.ran).not.toContain(id);
  expect(next.ran.toSorted()).toEqual(next.unfinished.toSorted());
  expect(new Set(next.ran).size).toBe(next.ran.length);
  expect(isSorted(next.ran, 'a') && isSorted(next.ran, 'b')).toBe(true);
  expect(next.atOnceMax).toBeLessThanOrEqual(1);
};

describe('lanes under kill −9', () => {
  it('lose nothing and keep their order wherever the process dies', async () => {
    const folder = makeTemporaryFolder();
    let deaths = 0;
    for (let fatalStep = 1; ; fatalStep += 1) {
      const path = join(folder, `${fatalStep}.db`);
      const ending = await startChild('../lanes/lanes-child.ts', [path, String(fatalStep)]).ended;
      await check(path, ending);
      if (ending.lines.includes('done')) break;
      expect(ending.signal).toBe('SIGKILL');
      deaths += 1;
    }
    // Five additions, four endings and a withdrawal are two steps each, and four runs have two of their own.
    expect(deaths).toBeGreaterThanOrEqual(28);
  }, 120_000);
});
