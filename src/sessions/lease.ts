/** One owner per store file: a lock that the kernel keeps, and a row that says who holds it. Must not know what is in the store. */
import { closeSync, existsSync, openSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import { StoreError } from '../ports/store.ts';
import type { Database } from './database.ts';
import { storeErrorOf } from './sqlite-error.ts';

// The lock is SQLite's own on an empty file beside the store. The kernel drops it the moment its process ends, kill −9 included, so a
// restart never waits for a lease to run out. The row is not needed for exclusion: it names the owner in the refusal, and its fencing
// number shows an owner that it was replaced.

/** How often the owner looks whether the store is still its own. */
export const leaseCheckIntervalMs = 5_000;

const leaseName = 'owner';

/** Whoever holds the lock, as far as the store tells; for a message only, so every failure is "unknown". */
const describeOwner = (path: string): string => {
  try {
    const connection = new DatabaseSync(path, { readOnly: true });
    try {
      const row = connection.prepare('SELECT pid, host, since_ms FROM lease WHERE name = ?').get(leaseName);
      if (row === undefined) return 'another process';
      const since = new Date(Number(row['since_ms'])).toISOString();
      return `process ${String(row['pid'])} on ${String(row['host'])}, since ${since}`;
    } finally {
      connection.close();
    }
  } catch {
    // Nothing is lost: the refusal stands, only the name of the owner is missing.
    return 'another process';
  }
};

export type Lock = { release(): void };

/**
 * For this account alone: whoever can read the file can hold its lock. One that is there is not opened here, because closing it
 * again would let go of a lock that this process holds (fcntl(2), "Record locks").
 */
const makeForOwner = (name: string): void => {
  if (!existsSync(name)) closeSync(openSync(name, 'a', 0o600));
};

/**
 * Takes the lock of a store file for as long as this process lives.
 * @throws StoreError `locked` at once when another process (or another opening in this one) holds it; it says which.
 */
export const takeLock = (path: string): Lock => {
  const name = `${path}.lock`;
  let connection: DatabaseSync | undefined;
  try {
    makeForOwner(name);
    connection = new DatabaseSync(name, { timeout: 0 });
    // Nothing is ever written to this file, so it needs no journal beside it.
    connection.exec('PRAGMA journal_mode = OFF; BEGIN EXCLUSIVE');
    const held = connection;
    return {
      release: () => {
        if (held.isOpen) held.close();
      },
    };
  } catch (cause) {
    connection?.close();
    const error = storeErrorOf(cause, name);
    if (error.kind !== 'locked') throw error;
    const message = `The store ${path} is in use by ${describeOwner(path)}. Stop it, or give this process a store of its own.`;
    throw new StoreError('locked', { message, cause });
  }
};

/** The file behind a path; null when there is none. */
const fileIdentity = (path: string): string | null => {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat === undefined ? null : `${stat.dev}:${stat.ino}`;
};

type LeaseDependencies = {
  readonly database: Database;
  readonly path: string;
  readonly clock: Clock;
  readonly log: Log;
  /** The store is no longer ours: what is written from now on may be lost or mixed with another's. The process must stop. */
  readonly onLost: (error: StoreError) => void;
};

/**
 * Writes this process down as the owner and keeps looking. Needs the lock. The lease is lost when somebody removed the lock file and
 * another process took over (the fencing number moved), or when the store file was replaced under us.
 */
export const keepLease = ({ database, path, clock, log, onLost }: LeaseDependencies): { close(): void } => {
  const readFence = database.prepare('SELECT fence FROM lease WHERE name = ?');
  const fence = database
    .prepare(
      `INSERT INTO lease (name, pid, host, since_ms, fence) VALUES (?, ?, ?, ?, 1)
       ON CONFLICT (name) DO UPDATE SET pid = excluded.pid, host = excluded.host, since_ms = excluded.since_ms, fence = fence + 1
       RETURNING fence`,
    )
    .all(leaseName, process.pid, hostname(), clock.nowMs())[0]?.['fence'];
  const identity = fileIdentity(path);
  const isOurs = (): boolean =>
    fileIdentity(path) === identity && readFence.get(leaseName)?.['fence'] === fence;

  const stopping = new AbortController();
  const watch = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await clock.sleep(leaseCheckIntervalMs, stopping.signal);
      if (isOurs()) continue;
      const message = `The store ${path} was taken over or replaced while this process was using it. This process must stop.`;
      onLost(new StoreError('locked', { message }));
      return;
    }
  };
  watch().catch((cause: unknown) => {
    // The sleep ends with the abort of `close`; anything else means that nobody watches any more.
    if (stopping.signal.aborted) return;
    log.error({ error: cause }, 'store lease can no longer be checked');
    onLost(storeErrorOf(cause, path));
  });
  return { close: () => stopping.abort() };
};
