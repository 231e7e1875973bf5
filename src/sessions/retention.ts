/** Removes what has expired, a little at a time, beside the work. Must not know what a record is, nor how long one is kept. */
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import { StoreError } from '../ports/store.ts';

/** Records that are removed in one go: some milliseconds of the disk. */
const batchMax = 500;
/** The first minute of a process belongs to those who were waiting for it. */
const firstAfterMs = 60_000;
const intervalMs = 60 * 60 * 1_000;
/** Between two batches others write. */
const pauseMs = 200;

type RetentionDeps = {
  /** Removes at most `count` records that have expired; says how many it were. Rejects with StoreError. */
  readonly remove: (count: number) => Promise<number>;
  readonly clock: Clock;
  readonly log: Log;
};

/** Looks once an hour, until it is closed. A store that cannot do it now is asked again an hour later. */
export const keepRetention = ({ remove, clock, log }: RetentionDeps): { close(): void } => {
  const closing = new AbortController();
  const { signal } = closing;

  const sweep = async (): Promise<void> => {
    let removedCount = 0;
    for (;;) {
      const count = await remove(batchMax);
      removedCount += count;
      if (count < batchMax) break;
      await clock.sleep(pauseMs, signal);
    }
    if (removedCount > 0) log.info({ removedCount }, 'records that had expired were removed');
  };

  const run = async (): Promise<void> => {
    await clock.sleep(firstAfterMs, signal);
    while (!signal.aborted) {
      await sweep().catch((error: unknown) => {
        if (!(error instanceof StoreError)) throw error;
        log.warn({ err: error }, 'records that have expired could not be removed');
      });
      await clock.sleep(intervalMs, signal);
    }
  };

  run().catch((error: unknown) => {
    // The sleep rejects when it is closed, which is how it ends.
    if (!signal.aborted) log.error({ err: error }, 'expired records are no longer removed');
  });
  return { close: () => closing.abort() };
};
