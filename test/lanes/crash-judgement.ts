/** What must be true after a process died that ran lanes, whatever they are built on. */
import { expect } from 'vitest';
import type { Lanes } from '../../src/ports/lanes.ts';

const entriesOfStory = ['a1', 'a2', 'a3', 'b1', 'b2'].map((id) => ({ id, lane: id.slice(0, 1) }));

type NextProcess = {
  readonly unfinished: readonly string[];
  readonly ran: readonly string[];
  readonly remembered: readonly string[];
  readonly atOnceMax: number;
};

/** The next process: what it knew before it started, and what it ran in which order. */
export const goOn = async (lanes: Lanes, settle: () => Promise<void>): Promise<NextProcess> => {
  const unfinished: string[] = [];
  const ran: string[] = [];
  const running = new Map<string, number>();
  let atOnceMax = 0;
  for (const { id, lane } of entriesOfStory) {
    if ((await lanes.unfinished(lane)).some((entry) => entry.id === id)) unfinished.push(id);
  }
  await lanes.start(async ({ id, lane }) => {
    running.set(lane, (running.get(lane) ?? 0) + 1);
    atOnceMax = Math.max(atOnceMax, ...running.values());
    await new Promise(setImmediate);
    ran.push(id);
    running.set(lane, (running.get(lane) ?? 0) - 1);
  });
  for (let round = 0; round < 10; round += 1) await settle();
  const ranBefore = [...ran];
  const answers = await Promise.all(
    entriesOfStory.map(({ id, lane }) => lanes.add({ id, lane, kind: 'turn' })),
  );
  const remembered = entriesOfStory.map(({ id }) => id).filter((_id, index) => answers[index] === 'known');
  await lanes.stop(0);
  return { unfinished, ran: ranBefore, remembered, atOnceMax };
};

const wordsOf = (lines: readonly string[], verb: string): readonly string[] =>
  lines.filter((line) => line.startsWith(`${verb} `)).map((line) => line.slice(verb.length + 1));

const isSorted = (ids: readonly string[], lane: string): boolean => {
  const own = ids.filter((id) => id.startsWith(lane));
  return own.join() === own.toSorted().join();
};

/** Holds what the dead process said against what the next one found and did. */
export const judge = (lines: readonly string[], next: NextProcess): void => {
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
