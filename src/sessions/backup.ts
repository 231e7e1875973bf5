/** A complete copy of an SQLite file beside it, made while others use it. Must not know what the tables hold. */
import { closeSync, fsyncSync, openSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';

/** The newest backups keep their names; a hundred of the same name mean that something else is wrong. */
const backupsMax = 100;

/** Makes an empty file that only this account can read, under the first free name. */
const reserve = (stem: string, attempt = 1): string => {
  const name = attempt === 1 ? stem : `${stem}.${attempt}`;
  try {
    closeSync(openSync(name, 'wx', 0o600));
    return name;
  } catch (cause) {
    const isTaken = cause instanceof Error && 'code' in cause && cause.code === 'EEXIST';
    if (isTaken && attempt < backupsMax) return reserve(stem, attempt + 1);
    throw cause;
  }
};

/**
 * Copies everything that is committed, what lies in the write-ahead log included, to `stem` or, if that is taken, `stem.2` and so on.
 * The copy is on disk when this returns its name. Throws what SQLite and the file system throw.
 */
export const copyDatabase = (connection: DatabaseSync, stem: string): string => {
  const name = reserve(stem);
  connection.prepare('VACUUM INTO ?').run(name);
  const file = openSync(name, 'r+');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  return name;
};
