/** Durable first-in-first-out queues, one per thread. Implemented by src/lanes. */

export type LaneEntry = {
  /** Unique for ever: adding the same id again changes nothing. */
  readonly id: string;
  /** Entries of one lane run one at a time, in the order in which they were added, in the whole cluster. */
  readonly lane: string;
  /** What runs it. */
  readonly kind: 'arrival' | 'turn' | 'render';
};

/**
 * Methods reject with StoreError when the entry could not be written or read.
 * An entry that was added is run at least once: again after a crash, never two at a time.
 */
export type Lanes = {
  /**
   * Resolves when the entry is on disk. `known`: this id was added before (finished and withdrawn ones are remembered for days).
   * `full`: the lane has a hundred unfinished entries already, and this one was not added.
   * An entry with `notBeforeMs` keeps its place: those behind it in its lane wait as well.
   * `stored` is the write of what the entry is about, just begun: the entry does not run before it, and where both lie in one file
   * they are on disk together or not at all.
   */
  add(
    entry: LaneEntry,
    options?: { notBeforeMs?: number; stored?: Promise<void> },
  ): Promise<'added' | 'known' | 'full'>;
  /**
   * Starts running entries, those left over from before first; resolves as soon as they are under way. Called once.
   * An entry is finished when `run` resolves. When `run` rejects, the failure is logged and the entry is finished as well, so that
   * a lane is never blocked; but once `signal` has aborted, a rejection means "not done" and the entry stays for the next process.
   * `signal` aborts when the lanes stop.
   */
  start(run: (entry: LaneEntry, signal: AbortSignal) => Promise<void>): Promise<void>;
  /** Unfinished entries of a lane in their order, the running one first. */
  unfinished(lane: string): Promise<readonly LaneEntry[]>;
  /** Takes back an entry that does not run yet; false when it runs, is finished or unknown. */
  withdraw(id: string): Promise<boolean>;
  /**
   * No new entry starts; running ones get their signal and at most `deadlineMs` to end; the rest stays for the next process.
   * Adding is still possible (the next process runs it) until the store is closed.
   */
  stop(deadlineMs: number): Promise<void>;
};
