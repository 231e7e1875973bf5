/** What failures of SQLite and of the file system are to us. */
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { StoreError, type StoreErrorKind } from '../../src/ports/store.ts';
import { guarded, storeErrorOf } from '../../src/sessions/sqlite-error.ts';

const sqliteError = (errcode: number): Error =>
  Object.assign(new Error('x'), { code: 'ERR_SQLITE_ERROR', errcode });
const systemError = (code: string): Error => Object.assign(new Error('x'), { code });

describe('a failure of the store', () => {
  it.each<[string, unknown, StoreErrorKind]>([
    ['SQLITE_FULL', sqliteError(13), 'full'],
    ['ENOSPC', systemError('ENOSPC'), 'full'],
    ['EDQUOT', systemError('EDQUOT'), 'full'],
    ['SQLITE_READONLY', sqliteError(8), 'readOnly'],
    ['SQLITE_READONLY_DBMOVED (extended)', sqliteError(1_032), 'readOnly'],
    ['SQLITE_PERM', sqliteError(3), 'readOnly'],
    ['EACCES', systemError('EACCES'), 'readOnly'],
    ['EROFS', systemError('EROFS'), 'readOnly'],
    ['SQLITE_CORRUPT', sqliteError(11), 'corrupt'],
    ['SQLITE_CORRUPT_INDEX (extended)', sqliteError(779), 'corrupt'],
    ['SQLITE_NOTADB', sqliteError(26), 'corrupt'],
    ['SQLITE_BUSY', sqliteError(5), 'locked'],
    ['SQLITE_BUSY_SNAPSHOT (extended)', sqliteError(517), 'locked'],
    ['SQLITE_IOERR', sqliteError(10), 'unavailable'],
    ['SQLITE_CANTOPEN', sqliteError(14), 'readOnly'],
    ['EISDIR', systemError('EISDIR'), 'unavailable'],
    ['something else', 'a text', 'unavailable'],
  ])('is understood: %s', (_name, cause, kind) => {
    const error = storeErrorOf(cause, 'data/bot.db');
    expect(error).toMatchObject({ name: 'StoreError', kind, cause });
    expect(error.message).toContain('data/bot.db');
  });

  it('is understood as node:sqlite reports it', () => {
    const connection = new DatabaseSync(':memory:');
    connection.exec('CREATE TABLE t (a); PRAGMA query_only = 1');
    const write = (): void => guarded('memory', () => connection.exec('INSERT INTO t VALUES (1)'));
    expect(write).toThrow(expect.objectContaining({ kind: 'readOnly' }));
    connection.close();
  });

  it('is wrapped once', () => {
    const error = new StoreError('full', { message: 'no space' });
    expect(storeErrorOf(error, 'data/bot.db')).toBe(error);
  });
});
