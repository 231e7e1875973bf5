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
  /** Resolves when the entry is on disk. `known`: this id was added before (finished ones are remembered for days). */
  add(entry: LaneEntry, options?: { notBeforeMs?: number }): Promise<'added' | 'known'>;
  /**
   * Starts running entries, those left over from before first. An entry is finished when `run` resolves and stays when the process
   * stops; when `run` rejects, the failure is logged and the entry is finished as well, so that a lane is never blocked.
   * `signal` aborts when the lanes stop.
   */
  start(run: (entry: LaneEntry, signal: AbortSignal) => Promise<void>): Promise<void>;
  /** Unfinished entries of a lane in their order, the running one first. */
  unfinished(lane: string): Promise<readonly LaneEntry[]>;
  /** Takes back an entry that does not run yet; false when it runs, is finished or unknown. */
  withdraw(id: string): Promise<boolean>;
  /** No new entry starts; running ones get their signal and at most `deadlineMs` to end; the rest stays for the next process. */
  stop(deadlineMs: number): Promise<void>;
};
