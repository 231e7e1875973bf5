/** What opening a store needs and gives, whichever kind it is. Types only. */
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Store, StoreError } from '../ports/store.ts';
import type { Database } from './database.ts';
import type { Cluster } from './local-cluster.ts';
import type { PostgresDatabase } from './postgres.ts';

export type SessionsOptions = {
  /** STORE_URL: `sqlite:PATH`, `memory:`, or `postgres://…`. */
  readonly storeUrl: string;
  /** STORE_SECRET; null: the key file beside the store, which only SQLite has. */
  readonly storeSecret: string | null;
  /** Secrets used before; needed for one start after STORE_SECRET was changed. */
  readonly olderStoreSecrets?: readonly string[];
  readonly clock: Clock;
  readonly log: Log;
  /** The store is no longer ours; the process must stop. Called at most once, and never on PostgreSQL, which many share. */
  readonly onLeaseLost: (error: StoreError) => void;
};

/** What the records are kept in, for the lanes, which keep their entries in the same place. */
export type Engine =
  | { readonly kind: 'sqlite'; readonly database: Database }
  | { readonly kind: 'postgres'; readonly database: PostgresDatabase };

export type Sessions = Cluster & {
  readonly store: Store;
  readonly engine: Engine;
  /** Ends leases and signals and closes the store; a second call does nothing. */
  close(): Promise<void>;
};
