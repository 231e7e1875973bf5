/** Calls that are made while one is under way share the next one. Must not know what the calls do. */
import { StoreError } from '../ports/store.ts';

/** More at once than any burst of people; whoever comes later is refused rather than kept for minutes. */
const waitingMax = 20_000;
const batchMax = 1_000;

type Call<I, O> = {
  readonly item: I;
  readonly resolve: (result: O) => void;
  readonly reject: (cause: unknown) => void;
};

type Options<I, O> = {
  /** Answers in the order of the items. */
  readonly perform: (items: readonly I[]) => Promise<readonly O[]>;
  /** Items that share a key never share a call, and keep their order. */
  readonly keysOf: (item: I) => readonly string[];
};

/** One statement and one wait for the disk for many callers, and no wait at all for a single one. Rejects with what `perform` rejects with. */
export const createGrouped = <I, O>({ perform, keysOf }: Options<I, O>): ((item: I) => Promise<O>) => {
  let waiting: Call<I, O>[] = [];
  let isUnderWay = false;

  const takeBatch = (): readonly Call<I, O>[] => {
    const taken = new Set<string>();
    const batch: Call<I, O>[] = [];
    const later: Call<I, O>[] = [];
    for (const call of waiting) {
      const keys = keysOf(call.item);
      const mayJoin = batch.length < batchMax && !keys.some((key) => taken.has(key));
      (mayJoin ? batch : later).push(call);
      for (const key of keys) taken.add(key);
    }
    waiting = later;
    return batch;
  };

  const performBatch = async (batch: readonly Call<I, O>[]): Promise<void> => {
    try {
      const results = await perform(batch.map(({ item }) => item));
      for (const [index, { resolve, reject }] of batch.entries()) {
        const result = results[index];
        if (result === undefined) reject(new TypeError('A grouped call has no answer for one of its items.'));
        else resolve(result);
      }
    } catch (cause) {
      for (const { reject } of batch) reject(cause);
    }
  };

  const work = async (): Promise<void> => {
    isUnderWay = true;
    while (waiting.length > 0) await performBatch(takeBatch());
    isUnderWay = false;
  };

  return (item) =>
    new Promise((resolve, reject) => {
      if (waiting.length >= waitingMax) {
        reject(new StoreError('unavailable', { message: 'The store is too slow for what is asked of it.' }));
        return;
      }
      waiting.push({ item, resolve, reject });
      if (!isUnderWay) void work();
    });
};
