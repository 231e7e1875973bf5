/** Writes of one moment share one transaction, and so one wait for the disk. Must not know what is written. */
import type { DatabaseSync } from 'node:sqlite';
import type { StoreError } from '../ports/store.ts';

export type GroupCommit = {
  /** Before a write: opens the transaction of this moment unless it is open. Throws what SQLite throws. */
  begin(): void;
  /** Resolves when everything written so far is on disk; rejects with StoreError when it is not, and then none of it is. */
  flushed(): Promise<void>;
  /** Commits what is open now. Used before the file is closed. */
  finish(): void;
};

type Group = { readonly onDisk: Promise<void>; resolve(): void; reject(error: StoreError): void };

const openGroup = (): Group => {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  // Whoever cares asks with `flushed`; a rejection that nobody asked for must not end the process.
  promise.catch(() => undefined);
  return { onDisk: promise, resolve, reject };
};

/**
 * With `synchronous=FULL` every commit waits for the disk while nothing else in the process runs: at 200 requests a second one commit
 * for each write is more than a second's worth of waiting. The commit comes at the end of the running turn of the event loop.
 */
export const createGroupCommit = (
  connection: DatabaseSync,
  storeErrorOf: (cause: unknown) => StoreError,
): GroupCommit => {
  let group: Group | null = null;

  const commit = (): void => {
    const ending = group;
    group = null;
    if (ending === null) return;
    try {
      // A full disk may have rolled the transaction back by itself (sqlite.org/lang_transaction.html); then this throws as well.
      connection.exec('COMMIT');
      ending.resolve();
    } catch (cause) {
      if (connection.isTransaction) connection.exec('ROLLBACK');
      ending.reject(storeErrorOf(cause));
    }
  };

  return {
    begin: () => {
      if (group !== null) return;
      connection.exec('BEGIN IMMEDIATE');
      group = openGroup();
      setImmediate(commit);
    },
    flushed: () => group?.onDisk ?? Promise.resolve(),
    finish: commit,
  };
};
