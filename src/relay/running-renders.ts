/** Which renders run in this process, by thread: their turns are settled, so the lane of the thread no longer names them. */
import type { LaneEntry } from '../ports/lanes.ts';
import type { RenderRecord, Store } from '../ports/store.ts';

export type RunningRenders = {
  /** Runs a lane entry of kind `render` and knows it for as long. */
  during(entry: LaneEntry, run: () => Promise<void>): Promise<void>;
  /** The turns of a thread whose renders run here. */
  turnsOf(threadId: string): readonly string[];
};

export const createRunningRenders = (store: Pick<Store, 'renders'>): RunningRenders => {
  const running = new Map<string, RenderRecord>();
  return {
    during: async (entry, run) => {
      const record = await store.renders.get(entry.id);
      if (record !== null) running.set(entry.id, record);
      try {
        await run();
      } finally {
        running.delete(entry.id);
      }
    },
    turnsOf: (threadId) => [
      ...new Set(
        [...running.values()].filter((one) => one.threadId === threadId).map(({ turnId }) => turnId),
      ),
    ],
  };
};
