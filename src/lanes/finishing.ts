/** Entries of the embedded lanes that are over: marked as finished, remembered for a while, forgotten. Must not know what runs when. */
import type { Clock } from '../ports/clock.ts';
import type { LaneEntry } from '../ports/lanes.ts';
import type { Log } from '../ports/log.ts';
import type { LaneDatabase, LaneTable } from './lane-table.ts';
import { rest } from './rest.ts';

/** Finished ids are remembered this long, so that an event which is delivered again does not run again. */
export const finishedRetentionMs = 7 * 24 * 60 * 60 * 1_000;

/** Old entries are forgotten in batches of this size, at the start and each time half as many have finished. */
export const forgetBatch = 200;

/** A finished entry whose end could not be written is tried again after this time. */
const markRetryMs = 1_000;

export type FinishingDeps = {
  /** The file is this process's alone: its owner holds the lease. */
  readonly database: LaneDatabase;
  readonly clock: Clock;
  readonly log: Log;
};

/** Writes down that entries are finished, and forgets them after the retention. Failures cost a repetition or disk space. */
export const createFinishing = (
  table: LaneTable,
  { database, clock, log }: FinishingDeps,
  over: AbortSignal,
) => {
  const unmarked = new Set<string>();
  let finishedCount = 0;
  const forget = (): void => {
    try {
      table.forget(clock.nowMs() - finishedRetentionMs, forgetBatch);
    } catch (error) {
      log.warn({ error }, 'old lane entries could not be forgotten');
    }
  };
  const mark = async (ids: readonly string[]): Promise<void> => {
    for (const id of ids) table.finish(id, clock.nowMs());
    await database.flushed();
    for (const id of ids) unmarked.delete(id);
  };
  /** Until the disk takes it: what a person was told is over must not run again at some later start. */
  const markLater = async (): Promise<void> => {
    while (unmarked.size > 0) {
      await rest(clock, markRetryMs, over);
      if (over.aborted) return;
      await mark([...unmarked]).catch(() => {
        // Told when it failed first; tried again until it works.
      });
    }
  };
  const finish = async ({ id, lane, kind }: LaneEntry): Promise<void> => {
    try {
      // On disk before the next entry of the lane begins: what had a successor begin never runs again.
      await mark([id]);
    } catch (error) {
      log.error(
        { entryId: id, lane, kind, error },
        'lane entry ended but could not be marked; it is tried again, and a restart before that runs it again',
      );
      unmarked.add(id);
      if (unmarked.size === 1) void markLater();
    }
    finishedCount += 1;
    if (finishedCount % (forgetBatch / 2) === 0) forget();
  };
  return { finish, forget };
};
