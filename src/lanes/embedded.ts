/** Durable lanes for one process: rows in the store's file, run through chains in memory. Must not know what an entry means. */
import type { LaneEntry, Lanes } from '../ports/lanes.ts';
import { createChains } from './chains.ts';
import { createFinishing, type FinishingDeps } from './finishing.ts';
import { createLaneTable, type LaneTable } from './lane-table.ts';

/** Unfinished entries of one lane: more than a person can mean, little enough to hold. */
const laneEntriesMax = 100;

type Run = (entry: LaneEntry, signal: AbortSignal) => Promise<void>;

/** Runs one entry and decides whether it is finished. Never rejects. */
const createRunner = (table: LaneTable, dependencies: FinishingDeps) => {
  const { log } = dependencies;
  const stopping = new AbortController();
  const over = new AbortController();
  const finishing = createFinishing(table, dependencies, over.signal);
  const state: { run: Run | null } = { run: null };
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
    if (!over.signal.aborted) await finishing.finish(entry);
  };
  return { state, stopping, over, runOne, forget: finishing.forget };
};

/**
 * Lanes for one process. Entries left from before run again from their beginning: `run` must take that (invariants I1 and I3).
 * @throws StoreError when the file cannot be read.
 */
export const createEmbeddedLanes = (dependencies: FinishingDeps): Lanes => {
  const { database, clock, log } = dependencies;
  const table = createLaneTable(database);
  const runner = createRunner(table, dependencies);
  const { state, stopping, over } = runner;
  const chains = createChains(clock, runner.runOne);

  return {
    add: async (entry, { notBeforeMs = 0, stored = Promise.resolve() } = {}) => {
      if (table.isKnown(entry.id)) {
        // The first one may have been added a moment ago: both are told when it is on disk.
        await Promise.all([stored, database.flushed()]);
        return 'known';
      }
      if (table.countUnfinished(entry.lane) >= laneEntriesMax) {
        await stored;
        return 'full';
      }
      // Before anything is waited for, so that what `stored` writes in this moment is in the same commit.
      table.insert(entry, notBeforeMs);
      // An entry that is there when the lanes start is found in the table by `start`.
      const isStarted = state.run !== null;
      const about = stored.catch((cause: unknown) => {
        // Its place would keep the same request from being taken in later.
        table.remove(entry.id);
        throw cause;
      });
      await Promise.all([about, database.flushed()]);
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
      over.abort();
      if (chains.busyCount() > 0)
        log.warn({ lanes: chains.busyCount() }, 'lanes stopped before their entries ended');
    },
  };
};
