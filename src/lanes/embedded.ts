/** Durable lanes for one process: rows in the store's file, run through chains in memory. Must not know what an entry means. */
import type { Clock } from '../ports/clock.ts';
import type { LaneEntry, Lanes } from '../ports/lanes.ts';
import type { Log } from '../ports/log.ts';
import { createChains } from './chains.ts';
import { createLaneTable, type LaneDatabase, type LaneTable } from './lane-table.ts';

/** Unfinished entries of one lane: more than a person can mean, little enough to hold. */
const laneEntriesMax = 100;

/** Finished ids are remembered this long, so that an event which is delivered again does not run again. */
export const finishedRetentionMs = 7 * 24 * 60 * 60 * 1_000;

/** Old entries are forgotten in batches of this size, at the start and each time half as many have finished. */
export const forgetBatch = 200;

type Dependencies = {
  /** The file is this process's alone: its owner holds the lease. */
  readonly database: LaneDatabase;
  readonly clock: Clock;
  readonly log: Log;
};

type Run = (entry: LaneEntry, signal: AbortSignal) => Promise<void>;

/** Writes down that entries are finished, and forgets them after the retention. Failures cost a repetition or disk space. */
const createFinishing = (table: LaneTable, { database, clock, log }: Dependencies) => {
  let finishedCount = 0;
  const forget = (): void => {
    try {
      table.forget(clock.nowMs() - finishedRetentionMs, forgetBatch);
    } catch (error) {
      log.warn({ error }, 'old lane entries could not be forgotten');
    }
  };
  const finish = async ({ id, lane, kind }: LaneEntry): Promise<void> => {
    try {
      table.finish(id, clock.nowMs());
      // On disk before the next entry of the lane begins: what had a successor begin never runs again.
      await database.flushed();
    } catch (error) {
      log.error(
        { entryId: id, lane, kind, error },
        'lane entry ended but could not be marked; a restart runs it again',
      );
    }
    finishedCount += 1;
    if (finishedCount % (forgetBatch / 2) === 0) forget();
  };
  return { finish, forget };
};

/** Runs one entry and decides whether it is finished. Never rejects. */
const createRunner = (table: LaneTable, dependencies: Dependencies) => {
  const { log } = dependencies;
  const finishing = createFinishing(table, dependencies);
  const stopping = new AbortController();
  const state: { run: Run | null; isOver: boolean } = { run: null, isOver: false };
  const runOne = async (entry: LaneEntry): Promise<void> => {
    const fields = { entryId: entry.id, lane: entry.lane, kind: entry.kind };
    try {
      await state.run?.(entry, stopping.signal);
    } catch (error) {
      if (stopping.signal.aborted) {
        log.info(fields, 'lane entry stays for the next process');
        return;
      }
      log.error({ ...fields, error }, 'lane entry failed');
    }
    // After the deadline of `stop` the file may be closed; the entry runs again in the next process.
    if (!state.isOver) await finishing.finish(entry);
  };
  return { state, stopping, runOne, forget: finishing.forget };
};

/**
 * Lanes for one process. Entries left from before run again from their beginning: `run` must take that (invariants I1 and I3).
 * @throws StoreError when the file cannot be read.
 */
export const createEmbeddedLanes = (dependencies: Dependencies): Lanes => {
  const { database, clock, log } = dependencies;
  const table = createLaneTable(database);
  const runner = createRunner(table, dependencies);
  const { state, stopping } = runner;
  const chains = createChains(clock, runner.runOne);

  return {
    add: async (entry, { notBeforeMs = 0 } = {}) => {
      if (table.isKnown(entry.id)) {
        // The first one may have been added a moment ago: both are told when it is on disk.
        await database.flushed();
        return 'known';
      }
      if (table.countUnfinished(entry.lane) >= laneEntriesMax) return 'full';
      table.insert(entry, notBeforeMs);
      // An entry that is there when the lanes start is found in the table by `start`.
      const isStarted = state.run !== null;
      await database.flushed();
      if (isStarted) chains.push({ entry, notBeforeMs });
      return 'added';
    },
    start: async (run) => {
      if (state.run !== null) throw new Error('lanes are started once');
      runner.forget();
      const left = table.unfinished();
      state.run = run;
      for (const waiting of left) chains.push(waiting);
      log.info({ left: left.length }, 'lanes started');
    },
    unfinished: async (lane) => table.unfinishedOf(lane),
    withdraw: async (id) => {
      const entry = table.findUnfinished(id);
      if (entry === null || chains.isRunning(entry)) return false;
      table.finish(id, clock.nowMs());
      chains.remove(entry);
      await database.flushed();
      return true;
    },
    stop: async (deadlineMs) => {
      stopping.abort();
      const patience = new AbortController();
      await Promise.race([chains.stop(), clock.sleep(deadlineMs, patience.signal)]);
      patience.abort();
      state.isOver = true;
      if (chains.busyCount() > 0)
        log.warn({ lanes: chains.busyCount() }, 'lanes stopped before their entries ended');
    },
  };
};
