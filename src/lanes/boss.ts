/** pg-boss as this room uses it: one queue, on the store's own connections. Must not know what runs when. */
import { PgBoss, type QueueOptions } from 'pg-boss';
import type { Log } from '../ports/log.ts';

type Row = Readonly<Record<string, unknown>>;

type Query = (sql: string, values?: readonly unknown[]) => Promise<{ readonly rows: Row[] }>;

/** What this room needs of the shared database. Methods reject with StoreError, which carries the SQLSTATE as `code`. */
export type SharedDatabase = {
  readonly query: Query;
  /** All or nothing. */
  readonly transaction: <T>(work: (query: Query) => Promise<T>) => Promise<T>;
  readonly listen: (channel: string, ear: Ear) => Promise<void>;
};

type Ear = {
  onPayload(payload: string): void;
  /** Words may have been missed since the last time. */
  onConnected(): void;
};

/** Letters and underscores only: the name stands in SQL as it is. */
export const laneSchema = 'makevideo_lanes';
export const laneQueue = 'lanes';

/** "MKVL": processes that start at the same moment wait for each other. */
const startLock = 0x4d4b564c;

/** A process that was not heard of for so long is taken for dead, and its entries go on elsewhere. pg-boss allows no less than 10. */
export const heartbeatSeconds = 15;

/** How often the processes look, taking turns, for those that died. */
const superviseSeconds = 3;

const hourSeconds = 60 * 60;
const daySeconds = 24 * hourSeconds;

const queueOptions: QueueOptions & { notify: boolean } = {
  notify: true,
  heartbeatSeconds,
  // The most that pg-boss allows. An entry that runs longer starts again from its beginning, which entries must take anyway.
  expireInSeconds: daySeconds,
  // A job that failed for good would block its lane for ever.
  retryLimit: 1_000_000,
  retryDelay: 0,
  // An entry that waits is never forgotten.
  retentionSeconds: 3_650 * daySeconds,
  // Finished ids are remembered this long, so that an event which is delivered again does not run again.
  deleteAfterSeconds: 7 * daySeconds,
};

const createBoss = (database: SharedDatabase, wake: () => void): PgBoss =>
  new PgBoss({
    schema: laneSchema,
    // Every connection of the process is the store's, so that an operator counts them in one place.
    db: {
      executeSql: (text, values) => database.query(text, values),
      listen: async (channel, onNotification, onReconnect) => {
        await database.listen(channel, {
          onPayload: (payload) => {
            onNotification(payload);
            if (payload === laneQueue) wake();
          },
          onConnected: () => {
            onReconnect();
            wake();
          },
        });
        // The listening ends with the store.
        return { close: async () => {} };
      },
    },
    useListenNotify: true,
    schedule: false,
    superviseIntervalSeconds: superviseSeconds,
    monitorIntervalSeconds: superviseSeconds,
    maintenanceIntervalSeconds: hourSeconds,
    // Nothing here depends on other jobs.
    flowIntervalSeconds: hourSeconds,
  });

type Options = { readonly database: SharedDatabase; readonly log: Log };

export type OpenBoss = {
  readonly boss: PgBoss;
  /** Called when there may be something to run. */
  readonly onWake: (listener: () => void) => void;
};

/** Makes the tables if they are missing; processes that start together wait for each other. Rejects with StoreError. */
export const openBoss = async ({ database, log }: Options): Promise<OpenBoss> => {
  const listeners = new Set<() => void>();
  const boss = createBoss(database, () => {
    for (const listener of listeners) listener();
  });
  boss.on('error', (error) => log.warn({ error }, 'the queue could not be looked after; it is tried again'));
  boss.on('warning', ({ message, data }) => log.warn({ data }, message));
  // pg-boss looks and then makes, without a lock of its own between the two.
  await database.transaction(async (query) => {
    await query('SELECT pg_advisory_xact_lock($1)', [startLock]);
    await boss.start();
    await boss.createQueue(laneQueue, { ...queueOptions, policy: 'key_strict_fifo' });
    // A queue that an earlier version made gets the options of this one.
    await boss.updateQueue(laneQueue, queueOptions);
  });
  return { boss, onWake: (listener) => listeners.add(listener) };
};
