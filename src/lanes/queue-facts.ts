/** How the shared queue stands, for health. Must not know what an entry means. */
import { laneQueue, laneSchema, type SharedDatabase } from './boss.ts';

/** `oldestRunnable`: the oldest entry whose lane nobody runs, by an id of the queue's own; null when there is none. */
export type QueueFacts = { readonly waiting: number; readonly oldestRunnable: string | null };

const jobs = `${laneSchema}.job`;

// As in lane-jobs.ts, the conditions repeat those of pg-boss's partial indexes.
const statement = `
  WITH waiting AS (
    SELECT id, singleton_key, created_on FROM ${jobs}
      WHERE name = $1 AND state < 'active' AND NOT blocked AND policy = 'key_strict_fifo'
  ), running AS (
    SELECT DISTINCT singleton_key FROM ${jobs} WHERE name = $1 AND state = 'active' AND policy = 'key_strict_fifo'
  )
  SELECT (SELECT count(*) FROM waiting) AS waiting,
    (SELECT id::text FROM waiting WHERE singleton_key NOT IN (SELECT singleton_key FROM running)
      ORDER BY created_on, id LIMIT 1) AS runnable`;

/** Rejects with StoreError. */
export const readQueueFacts = async ({ query }: Pick<SharedDatabase, 'query'>): Promise<QueueFacts> => {
  const { rows } = await query(statement, [laneQueue]);
  const { waiting, runnable } = rows[0] ?? {};
  return { waiting: Number(waiting ?? 0), oldestRunnable: typeof runnable === 'string' ? runnable : null };
};
