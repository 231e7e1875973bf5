/** What a failing SQLite call or file operation means to us, in one place. Knows nothing of records or lanes. */
import { StoreError, type StoreErrorKind } from '../ports/store.ts';

/** Primary result codes (sqlite.org/rescode.html): the low byte of what node:sqlite reports as `errcode`. */
const kindByResultCode: ReadonlyMap<number, StoreErrorKind> = new Map([
  [3, 'readOnly'], // SQLITE_PERM
  [5, 'locked'], // SQLITE_BUSY
  [6, 'locked'], // SQLITE_LOCKED
  [8, 'readOnly'], // SQLITE_READONLY
  [11, 'corrupt'], // SQLITE_CORRUPT
  [13, 'full'], // SQLITE_FULL
  [14, 'readOnly'], // SQLITE_CANTOPEN: its folder is there, so nothing may be made in it
  [26, 'corrupt'], // SQLITE_NOTADB
]);

const kindBySystemCode: ReadonlyMap<string, StoreErrorKind> = new Map([
  ['ENOSPC', 'full'],
  ['EDQUOT', 'full'],
  ['EROFS', 'readOnly'],
  ['EACCES', 'readOnly'],
  ['EPERM', 'readOnly'],
]);

const advice: Readonly<Record<StoreErrorKind, string>> = {
  full: 'has no space left. Free space on its disk or raise the quota.',
  readOnly: 'cannot be written. Give the account that runs the bot write access to the file and its folder.',
  corrupt:
    'is damaged and was left as it is. Keep a copy, then restore a backup or recover it with "sqlite3 FILE .recover".',
  locked: 'is held by another process. Stop that process, or give this one a store of its own.',
  newer:
    'was written by a newer version of the bot. Start that version, or restore the backup made before the update.',
  unavailable: 'cannot be used',
};

const kindOf = (cause: unknown): StoreErrorKind => {
  if (typeof cause !== 'object' || cause === null) return 'unavailable';
  if ('errcode' in cause && typeof cause.errcode === 'number') {
    return kindByResultCode.get(cause.errcode & 0xff) ?? 'unavailable';
  }
  if ('code' in cause && typeof cause.code === 'string')
    return kindBySystemCode.get(cause.code) ?? 'unavailable';
  return 'unavailable';
};

/** What nobody foresaw is told in the system's own words; neither SQLite nor the file system puts a secret into them. */
const detailOf = (kind: StoreErrorKind, cause: unknown): string => {
  if (kind !== 'unavailable') return '';
  return cause instanceof Error ? `: ${cause.message}.` : '.';
};

/** A StoreError that names the file and tells an operator what to do. */
export const storeErrorOfKind = (kind: StoreErrorKind, name: string, cause?: unknown): StoreError =>
  new StoreError(kind, { message: `The store ${name} ${advice[kind]}${detailOf(kind, cause)}`, cause });

/** Turns whatever node:sqlite or node:fs threw into a StoreError; StoreErrors pass through. */
export const storeErrorOf = (cause: unknown, name: string): StoreError =>
  cause instanceof StoreError ? cause : storeErrorOfKind(kindOf(cause), name, cause);

/** Runs `work` so that nothing but a StoreError leaves it. */
export const guarded = <T>(name: string, work: () => T): T => {
  try {
    return work();
  } catch (cause) {
    throw storeErrorOf(cause, name);
  }
};
