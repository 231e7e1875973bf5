/** Opens a store that is one SQLite file or memory: lock, file, lease, keys, store, in this order. Must not know who uses it. */
import { type Database, makeStoreFolder, openDatabase } from './database.ts';
import { createSqliteFacts, openKeys } from './keys.ts';
import { keepLease, takeLock } from './lease.ts';
import { createLocalCluster } from './local-cluster.ts';
import { sqliteOpenWork } from './open-work.ts';
import { sqliteOwnedRecords } from './owned-records.ts';
import { recordShapes } from './records.ts';
import { keepRetention } from './retention.ts';
import type { Sessions, SessionsOptions } from './sessions.ts';
import { createSqliteAdapter, sqliteExpiry } from './sqlite-adapter.ts';
import { createStore, resealAccounts } from './store.ts';
import { readStoreUrl, type StoreLocation } from './store-url.ts';

/** `data/makevideo.db` has its key in `data/makevideo.key`. */
export const keyPathOf = (path: string): string => `${path.replace(/\.db$/u, '')}.key`;

/** Takes the file for this process; what was opened is closed in reverse by `held`. */
const openFile = (path: string, options: SessionsOptions, held: DisposableStack): Database => {
  const { clock, log, onLeaseLost } = options;
  makeStoreFolder(path);
  held.adopt(takeLock(path), (lock) => lock.release());
  const database = held.adopt(openDatabase({ kind: 'file', path }, { log }), (opened) => opened.close());
  held.adopt(keepLease({ database, path, clock, log, onLost: onLeaseLost }), (lease) => lease.close());
  return database;
};

const openLocation = (location: StoreLocation, options: SessionsOptions, held: DisposableStack): Database =>
  location.kind === 'file'
    ? openFile(location.path, options, held)
    : held.adopt(openDatabase(location, { log: options.log }), (opened) => opened.close());

const accountIds = (database: Database): readonly string[] =>
  database
    .prepare('SELECT id FROM records WHERE kind = ?')
    .all(recordShapes.accounts.kind)
    .map((row) => String(row['id']));

const fill = async (options: SessionsOptions, held: DisposableStack): Promise<Sessions> => {
  const location = readStoreUrl(options.storeUrl);
  const database = openLocation(location, options, held);
  const keys = await openKeys({
    facts: createSqliteFacts(database),
    storeSecret: options.storeSecret,
    olderStoreSecrets: options.olderStoreSecrets ?? [],
    keyPath: location.kind === 'file' ? keyPathOf(location.path) : null,
  });
  // A store that cannot take the first write is refused here, not at the first request.
  await database.flushed();
  const { clock, log } = options;
  held.adopt(keepRetention({ remove: sqliteExpiry(database), clock, log }), (kept) => kept.close());
  const close = async (): Promise<void> => held.dispose();
  const createAdapter = () => createSqliteAdapter(database);
  const openWork = sqliteOpenWork(database);
  const ownedBy = sqliteOwnedRecords(database);
  const parts = { createAdapter, secrets: keys.secrets, log, openWork, ownedBy, close };
  const store = createStore(parts);
  if (keys.mustReseal) {
    await resealAccounts(accountIds(database), store);
    await keys.confirm();
    log.info({}, 'credentials sealed again with the new key; the older one is no longer needed');
  }
  return { store, engine: { kind: 'sqlite', database }, ...createLocalCluster(), close };
};

/** Opens the store for this process alone. Rejects with StoreError; nothing stays open then. */
export const openSqlite = async (options: SessionsOptions): Promise<Sessions> => {
  const held = new DisposableStack();
  try {
    return await fill(options, held);
  } catch (cause) {
    held.dispose();
    throw cause;
  }
};
