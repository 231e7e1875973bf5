/** What a failing PostgreSQL call means to us, in one place. Knows nothing of records or lanes. */
import { StoreError, type StoreErrorKind } from '../ports/store.ts';

/** SQLSTATEs (PostgreSQL manual, appendix A) that mean something special; everything else is `unavailable`. */
const kindBySqlState: ReadonlyMap<string, StoreErrorKind> = new Map([
  ['53100', 'full'], // disk_full
  ['25006', 'readOnly'], // read_only_sql_transaction: a standby, or default_transaction_read_only
  ['42501', 'readOnly'], // insufficient_privilege
  ['XX001', 'corrupt'], // data_corrupted
  ['XX002', 'corrupt'], // index_corrupted
]);

const advice: Readonly<Record<StoreErrorKind, string>> = {
  full: 'has no space left. Free space on its disk.',
  readOnly:
    'cannot be written. Give the account of STORE_URL the right to create and write in it, and point STORE_URL at the primary server.',
  corrupt: 'is damaged. Stop the bot, keep a copy, and restore a backup.',
  locked: 'is held by another process.',
  newer:
    'was written by a newer version of the bot. Start that version, or restore the backup made before the update.',
  unavailable: 'cannot be used.',
};

/**
 * Why an operator cannot get in: classes 08, 28, 3D, 53 and 57 of SQLSTATE speak of connections and accounts, and system codes (ECONN…)
 * of the way there. Only these are repeated: other messages of the server may quote what people wrote.
 */
const isAboutTheWay = (code: string): boolean => /^(?:08|28|3D|53|57|E[A-Z])/u.test(code);

const codeOf = (cause: unknown): string | null =>
  typeof cause === 'object' && cause !== null && 'code' in cause && typeof cause.code === 'string'
    ? cause.code
    : null;

const reasonOf = (cause: unknown, code: string | null): string => {
  if (code === null) return '';
  return isAboutTheWay(code) && cause instanceof Error && cause.message !== ''
    ? ` The reason: ${cause.message} (${code}).`
    : ` Its code for the reason: ${code}.`;
};

/** A StoreError that names the database and tells an operator what to do. */
export const postgresErrorOfKind = (kind: StoreErrorKind, name: string): StoreError =>
  new StoreError(kind, { message: `The store ${name} ${advice[kind]}` });

/**
 * Turns whatever the driver threw into a StoreError; StoreErrors pass through. It carries the SQLSTATE as `code`, because pg-boss
 * looks for it there.
 */
export const postgresErrorOf = (cause: unknown, name: string): StoreError => {
  if (cause instanceof StoreError) return cause;
  const code = codeOf(cause);
  const kind = kindBySqlState.get(code ?? '') ?? 'unavailable';
  const message = `The store ${name} ${advice[kind]}${reasonOf(cause, code)}`;
  const error = new StoreError(kind, { message, cause });
  return code === null ? error : Object.assign(error, { code });
};
