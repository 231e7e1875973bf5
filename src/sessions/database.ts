/** One SQLite file, opened safely: never overwritten, never silently damaged. Must not know what the tables hold. */
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Log } from '../ports/log.ts';
import { StoreError } from '../ports/store.ts';
import { copyDatabase } from './backup.ts';
import { createGroupCommit } from './group-commit.ts';
import { migrations as ownMigrations } from './migrations.ts';
import { guarded, storeErrorOf, storeErrorOfKind } from './sqlite-error.ts';
import type { StoreLocation } from './store-url.ts';

export type SqlValue = string | number | null;
export type Row = Readonly<Record<string, unknown>>;

/** A compiled statement. Every method throws StoreError and nothing else. */
export type Statement = {
  get(...values: readonly SqlValue[]): Row | undefined;
  all(...values: readonly SqlValue[]): readonly Row[];
  /** How many rows it changed. */
  run(...values: readonly SqlValue[]): number;
};

/** An open database whose failures are StoreErrors. Reads see every write at once; it is on disk when `flushed` says so. */
export type Database = {
  prepare(sql: string): Statement;
  /** Resolves when everything written so far is on disk (WAL, `synchronous=FULL`); rejects with StoreError when none of it is. */
  flushed(): Promise<void>;
  /** Closing twice is fine; a statement used afterwards throws. */
  close(): void;
};

/** How long a statement waits for another process that reads or copies the file. */
const busyTimeoutMs = 5_000;

/** Marks the file as ours ("MKVD"), so that another program's SQLite file is never migrated. */
export const applicationId = 0x4d4b5644;

/** Makes the folder for this account alone (0700). An existing one stays as it is. */
export const makeStoreFolder = (path: string): void => {
  guarded(path, () => mkdirSync(dirname(path), { recursive: true, mode: 0o700 }));
};

/** The value of a pragma that is a number; 0 for any other. */
export const numberOf = (connection: DatabaseSync, pragma: string): number => {
  const value = Object.values(connection.prepare(`PRAGMA ${pragma}`).get() ?? {})[0];
  return typeof value === 'number' ? value : 0;
};

/** Reads the version without changing a byte. 0: an empty file. */
const readVersion = (connection: DatabaseSync, name: string, newest: number): number => {
  const isEmpty = connection.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get() === undefined;
  const version = numberOf(connection, 'user_version');
  if (isEmpty && version === 0) return 0;
  if (numberOf(connection, 'application_id') !== applicationId) {
    throw new StoreError('unavailable', {
      message: `The file ${name} is an SQLite database of another program and was left as it is. Point STORE_URL elsewhere.`,
    });
  }
  if (version > newest) throw storeErrorOfKind('newer', name);
  const check = connection.prepare('PRAGMA quick_check(1)').get();
  if (check?.['quick_check'] !== 'ok') throw storeErrorOfKind('corrupt', name);
  return version;
};

/** All or nothing: when it fails, the connection is closed, and with it the transaction is undone. */
const migrate = (connection: DatabaseSync, version: number, migrations: readonly string[]): void => {
  connection.exec('BEGIN IMMEDIATE');
  for (const sql of migrations.slice(version)) connection.exec(sql);
  connection.exec(
    `PRAGMA user_version = ${migrations.length}; PRAGMA application_id = ${applicationId}; COMMIT`,
  );
};

const asDatabase = (connection: DatabaseSync, name: string): Database => {
  const group = createGroupCommit(connection, (cause) => storeErrorOf(cause, name));
  const write = (run: () => { readonly changes: number | bigint }): number => {
    group.begin();
    return Number(run().changes);
  };
  return {
    prepare: (sql) => {
      const statement = guarded(name, () => connection.prepare(sql));
      return {
        get: (...values) => guarded(name, () => statement.get(...values)),
        all: (...values) => guarded(name, () => statement.all(...values)),
        run: (...values) => guarded(name, () => write(() => statement.run(...values))),
      };
    },
    flushed: () => group.flushed(),
    close: () => {
      if (!connection.isOpen) return;
      group.finish();
      guarded(name, () => connection.close());
    },
  };
};

type Options = { readonly log: Log; readonly migrations?: readonly string[] };

/** Brings an open connection to the newest version and to the settings that durability needs. */
const bringUp = (connection: DatabaseSync, location: StoreLocation, options: Options): void => {
  const { log, migrations = ownMigrations } = options;
  const name = location.kind === 'file' ? location.path : 'memory:';
  const version = readVersion(connection, name, migrations.length);
  connection.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON');
  if (version === migrations.length) return;
  if (version > 0 && location.kind === 'file') {
    const backup = copyDatabase(connection, `${location.path}.backup-v${version}`);
    log.info({ backup, from: version, to: migrations.length }, 'store copied before its migration');
  }
  migrate(connection, version, migrations);
};

/**
 * Opens the store, makes it if it is not there (mode 0600), and brings it to the newest version after a backup (`FILE.backup-vN`).
 * Whoever opens a file must hold its lock (lease.ts): a migration needs the file for itself.
 * @throws StoreError whose message says what an operator can do; the file is as it was before.
 */
export const openDatabase = (location: StoreLocation, options: Options): Database => {
  const name = location.kind === 'file' ? location.path : ':memory:';
  return guarded(name, () => {
    // Made here because SQLite would give it the mode of the umask; -wal and -shm take the mode of the main file.
    if (location.kind === 'file') closeSync(openSync(name, 'a', 0o600));
    const connection = new DatabaseSync(name, { timeout: busyTimeoutMs });
    try {
      bringUp(connection, location, options);
    } catch (cause) {
      connection.close();
      throw cause;
    }
    return asDatabase(connection, name);
  });
};
