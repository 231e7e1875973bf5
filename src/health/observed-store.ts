/** The store, with every operation measured. Passes everything on unchanged. */
import { type RecordStore, type Store, StoreError } from '../ports/store.ts';
import type { Metrics } from './metrics.ts';
import type { ObservedWork } from './observed-work.ts';
import { type Stopwatch, timed } from './timed.ts';

type Operation = 'get' | 'set' | 'delete';

type Deps = { readonly metrics: Metrics; readonly work: ObservedWork; readonly stopwatch: Stopwatch };

const createMeasure =
  ({ metrics, stopwatch }: Deps) =>
  <T>(operation: Operation, run: () => Promise<T>): Promise<T> =>
    timed(stopwatch, run, (seconds, error) => {
      metrics.observe('makevideo_store_seconds', { operation }, seconds);
      if (error instanceof StoreError) metrics.count('makevideo_store_failures_total', { kind: error.kind });
    });

type Measure = ReturnType<typeof createMeasure>;

const observeRecords = <T>(
  records: RecordStore<T>,
  measure: Measure,
  seen: (record: T, isNew: boolean) => void,
): RecordStore<T> => ({
  ...records,
  get: async (id) => {
    const record = await measure('get', () => records.get(id));
    if (record !== null) seen(record, false);
    return record;
  },
  set: async (id, record) => {
    await measure('set', () => records.set(id, record));
    seen(record, true);
  },
  delete: (id) => measure('delete', () => records.delete(id)),
});

const ignore = (): void => {};

/** The same store, observed. */
export const observeStore = (store: Store, deps: Deps): Store => {
  const measure = createMeasure(deps);
  const { work } = deps;
  return {
    ...store,
    threads: observeRecords(store.threads, measure, ignore),
    turns: observeRecords(store.turns, measure, work.turn),
    renders: observeRecords(store.renders, measure, work.render),
    arrivals: observeRecords(store.arrivals, measure, ignore),
    wishes: observeRecords(store.wishes, measure, ignore),
    guilds: observeRecords(store.guilds, measure, ignore),
    usages: observeRecords(store.usages, measure, ignore),
    listeners: observeRecords(store.listeners, measure, ignore),
    accounts: observeRecords(store.accounts, measure, ignore),
  };
};
