/** Opens what is remembered, by URL: lock, file, lease, keys, store, in this order. Must not know who uses it. */
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Store, StoreError } from '../ports/store.ts';
import {
  type Database,
  makeStoreFolder,
  openDatabase,
  readStoreUrl,
  type StoreLocation,
} from './database.ts';
import { openKeys } from './keys.ts';
import { keepLease, takeLock } from './lease.ts';
import { type Cluster, createLocalCluster } from './local-cluster.ts';
import { createStore, resealAccounts } from './store.ts';

type Options = {
  /** STORE_URL: `sqlite:PATH` or `memory:`. */
  readonly storeUrl: string;
  /** STORE_SECRET; null: the key file beside the store. */
  readonly storeSecret: string | null;
  /** Secrets used before; needed for one start after STORE_SECRET was changed. */
  readonly olderStoreSecrets?: readonly string[];
  readonly clock: Clock;
  readonly log: Log;
  /** The store is no longer ours; the process must stop. Called at most once. */
  readonly onLeaseLost: (error: StoreError) => void;
};

/** What the records are kept in, for the lanes, which keep their entries in the same place. */
export type Engine = { readonly kind: 'sqlite'; readonly database: Database };

export type Sessions = Cluster & {
  readonly store: Store;
  readonly engine: Engine;
  /** Ends leases and signals and closes the store; a second call does nothing. */
  close(): Promise<void>;
};

/** `data/makevideo.db` has its key in `data/makevideo.key`. */
const keyPathOf = (path: string): string => `${path.replace(/\.db$/u, '')}.key`;

/** Takes the file for this process; what was opened is closed in reverse by `held`. */
const openFile = (path: string, options: Options, held: DisposableStack): Database => {
  const { clock, log, onLeaseLost } = options;
  makeStoreFolder(path);
  held.adopt(takeLock(path), (lock) => lock.release());
  const database = held.adopt(openDatabase({ kind: 'file', path }, { log }), (opened) => opened.close());
  held.adopt(keepLease({ database, path, clock, log, onLost: onLeaseLost }), (lease) => lease.close());
  return database;
};

const openLocation = (location: StoreLocation, options: Options, held: DisposableStack): Database =>
  location.kind === 'file'
    ? openFile(location.path, options, held)
    : held.adopt(openDatabase(location, { log: options.log }), (opened) => opened.close());

const fill = async (options: Options, held: DisposableStack): Promise<Sessions> => {
  const location = readStoreUrl(options.storeUrl);
  const database = openLocation(location, options, held);
  const keys = openKeys({
    database,
    storeSecret: options.storeSecret,
    olderStoreSecrets: options.olderStoreSecrets ?? [],
    keyPath: location.kind === 'file' ? keyPathOf(location.path) : null,
  });
  // A store that cannot take the first write is refused here, not at the first request.
  await database.flushed();
  const close = async (): Promise<void> => held.dispose();
  const store = createStore({ database, secrets: keys.secrets, log: options.log, close });
  if (keys.mustReseal) {
    await resealAccounts(database, store);
    keys.confirm();
    options.log.info({}, 'credentials sealed again with the new key; the older one is no longer needed');
  }
  return { store, engine: { kind: 'sqlite', database }, ...createLocalCluster(), close };
};

/**
 * Opens the store for this process alone.
 * @throws StoreError whose message says what an operator can do: `locked` (another process owns it, and which), `newer`, `corrupt`,
 * `readOnly`, `full`, or `unavailable` (an unknown URL, the wrong key, anything else). Nothing stays open then.
 */
export const openSessions = async (options: Options): Promise<Sessions> => {
  const held = new DisposableStack();
  try {
    return await fill(options, held);
  } catch (cause) {
    held.dispose();
    throw cause;
  }
};
