/** What stands in the store of a bot, alive or dead, read by somebody else. Knows the tables and no record's shape. */
import { DatabaseSync } from 'node:sqlite';
import { expect } from 'vitest';
import type { Story } from './chat-look.ts';
import type { CrashHouse } from './crash-house.ts';

const countIn = ({ storePath }: CrashHouse, sql: string, ...values: readonly string[]): number => {
  const store = new DatabaseSync(storePath, { readOnly: true, timeout: 5_000 });
  try {
    return Number(store.prepare(sql).get(...values)?.['count']);
  } finally {
    store.close();
  }
};

/** Whether any trace of the request is on disk: its words, or a place in line. Both carry the id of the event (src/relay/intake). */
export const isStored = (house: CrashHouse, { interactionId }: Story): boolean => {
  const ids = [`a${interactionId}`, `t${interactionId}`];
  const records = countIn(house, 'SELECT count(*) AS count FROM records WHERE id IN (?, ?)', ...ids);
  const entries = countIn(house, 'SELECT count(*) AS count FROM lane_entries WHERE id IN (?, ?)', ...ids);
  return records + entries > 0;
};

/** Until everything that was in line is over and marked so: nothing is written after that unless somebody asks for something. */
export const untilStill = async (house: CrashHouse): Promise<void> => {
  const unfinished = 'SELECT count(*) AS count FROM lane_entries WHERE finished_at_ms IS NULL';
  await expect.poll(() => countIn(house, unfinished), { timeout: 60_000, interval: 20 }).toBe(0);
};
