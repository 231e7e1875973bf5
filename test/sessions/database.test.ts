/** Opening a store file: made for its owner alone, never overwritten, never migrated without a copy. */
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, onTestFinished } from 'vitest';
import { StoreError } from '../../src/ports/store.ts';
import { type Database, makeStoreFolder, openDatabase } from '../../src/sessions/database.ts';
import { migrations } from '../../src/sessions/migrations.ts';
import { readStoreUrl } from '../../src/sessions/store-url.ts';
import { createRecordingLog } from './recording-log.ts';
import { makeTemporaryFolder } from './temporary-folder.ts';

const log = createRecordingLog();

const open = (path: string, list?: readonly string[]): Database => {
  const database = openDatabase(
    { kind: 'file', path },
    { log, ...(list === undefined ? {} : { migrations: list }) },
  );
  onTestFinished(() => database.close());
  return database;
};

const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);

const failureOf = (work: () => unknown): StoreError => {
  try {
    work();
  } catch (error) {
    if (error instanceof StoreError) return error;
    throw error;
  }
  throw new Error('it did not fail');
};

/** Runs `work` as an account that may not write what others own: root may write anything. */
const asNobody = <T>(work: () => T): T => {
  if (process.geteuid?.() !== 0) return work();
  process.seteuid?.(65_534);
  try {
    return work();
  } finally {
    process.seteuid?.(0);
  }
};

describe('STORE_URL', () => {
  it('names a file relative to the working directory', () => {
    const location = readStoreUrl('sqlite:data/makevideo.db');
    expect(location).toEqual({ kind: 'file', path: join(process.cwd(), 'data', 'makevideo.db') });
  });

  it('names an absolute file, or memory', () => {
    expect(readStoreUrl('sqlite:/var/lib/bot.db')).toEqual({ kind: 'file', path: '/var/lib/bot.db' });
    expect(readStoreUrl('memory:')).toEqual({ kind: 'memory' });
  });

  it.each(['postgres://person:password@127.0.0.1/bot', 'sqlite:', 'nonsense', ''])(
    'is refused as "%s", with what works',
    (url) => {
      const error = failureOf(() => readStoreUrl(url));
      expect(error.kind).toBe('unavailable');
      expect(error.message).toContain('sqlite:data/makevideo.db');
      expect(error.message).not.toContain('password');
    },
  );
});

describe('a store file', () => {
  it('and its folder are made for their owner alone', () => {
    const path = join(makeTemporaryFolder(), 'deep', 'data', 'makevideo.db');
    makeStoreFolder(path);
    const database = open(path);
    database.prepare("INSERT INTO facts VALUES ('a', 'b')").run();
    expect(modeOf(dirname(path))).toBe('700');
    expect(readdirSync(dirname(path)).toSorted()).toEqual([
      'makevideo.db',
      'makevideo.db-shm',
      'makevideo.db-wal',
    ]);
    for (const name of readdirSync(dirname(path))) expect(modeOf(join(dirname(path), name))).toBe('600');
  });

  it('keeps its folder as it is when that was there before', () => {
    const folder = join(makeTemporaryFolder(), 'shared');
    mkdirSync(folder, { mode: 0o755 });
    chmodSync(folder, 0o755);
    makeStoreFolder(join(folder, 'makevideo.db'));
    expect(modeOf(folder)).toBe('755');
  });

  it('writes through to the disk before a write returns', () => {
    const database = open(join(makeTemporaryFolder(), 'makevideo.db'));
    const read = (pragma: string): unknown =>
      Object.values(database.prepare(`PRAGMA ${pragma}`).get() ?? {})[0];
    expect(read('journal_mode')).toBe('wal');
    expect(read('synchronous')).toBe(2);
    expect(read('foreign_keys')).toBe(1);
    expect(read('busy_timeout')).toBe(5_000);
  });

  it('can be closed twice, and says that it is closed afterwards', () => {
    const database = open(join(makeTemporaryFolder(), 'makevideo.db'));
    const statement = database.prepare('SELECT 1');
    database.close();
    database.close();
    expect(failureOf(() => statement.get()).kind).toBe('unavailable');
    expect(failureOf(() => database.prepare('SELECT 1')).kind).toBe('unavailable');
  });

  it('is left as it is when it is no database', () => {
    const path = join(makeTemporaryFolder(), 'makevideo.db');
    const text = 'these are holiday notes, not a database. '.repeat(200);
    writeFileSync(path, text);
    const error = failureOf(() => open(path));
    expect(error.kind).toBe('corrupt');
    expect(error.message).toContain(path);
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  it('is refused when it is damaged inside', () => {
    const path = join(makeTemporaryFolder(), 'makevideo.db');
    const database = open(path);
    const insert = database.prepare('INSERT INTO records VALUES (?, ?, ?, NULL)');
    for (let index = 0; index < 500; index += 1) insert.run('turns', `id-${index}`, 'x'.repeat(200));
    database.close();
    const bytes = readFileSync(path);
    bytes.fill(0xaa, bytes.length / 2, bytes.length / 2 + 8_192);
    writeFileSync(path, bytes);
    expect(failureOf(() => open(path)).kind).toBe('corrupt');
    expect(readFileSync(path)).toEqual(bytes);
  });

  it('is left as it is when it belongs to another program', () => {
    const path = join(makeTemporaryFolder(), 'makevideo.db');
    const other = new DatabaseSync(path);
    other.exec("CREATE TABLE songs (name TEXT); INSERT INTO songs VALUES ('one')");
    other.close();
    const bytes = readFileSync(path);
    const error = failureOf(() => open(path));
    expect(error.kind).toBe('unavailable');
    expect(error.message).toContain('another program');
    expect(readFileSync(path)).toEqual(bytes);
  });

  it('is refused when this account cannot write it, with advice', () => {
    const folder = makeTemporaryFolder();
    const path = join(folder, 'makevideo.db');
    open(path).close();
    chmodSync(folder, 0o755);
    chmodSync(path, 0o444);
    const error = failureOf(() => asNobody(() => open(path)));
    expect(error.kind).toBe('readOnly');
    expect(error.message).toContain('write access');
  });

  it('is refused when its folder cannot be made', () => {
    const folder = makeTemporaryFolder();
    chmodSync(folder, 0o555);
    const path = join(folder, 'data', 'makevideo.db');
    expect(failureOf(() => asNobody(() => makeStoreFolder(path))).kind).toBe('readOnly');
  });

  it('is refused when its path is a folder', () => {
    expect(failureOf(() => open(makeTemporaryFolder())).kind).toBe('unavailable');
  });
});

const filled = (): string => {
  const path = join(makeTemporaryFolder(), 'makevideo.db');
  const database = open(path);
  database.prepare("INSERT INTO records VALUES ('turns', 't1', 'text', NULL)").run();
  database.close();
  return path;
};

const backupsOf = (path: string): readonly string[] =>
  readdirSync(dirname(path))
    .filter((name) => name.startsWith(`${basename(path)}.backup`))
    .toSorted();

const backupNameOf = (path: string): string => `${path}.backup-v${migrations.length}`;

describe('a migration', () => {
  it('brings a file of each earlier version up, with its records and a copy of it as it was', () => {
    for (const version of migrations.keys()) {
      if (version === 0) continue;
      const path = join(makeTemporaryFolder(), 'makevideo.db');
      const older = open(path, migrations.slice(0, version));
      older.prepare("INSERT INTO records VALUES ('turns', 't1', 'text', NULL)").run();
      older.close();
      expect(open(path).prepare('SELECT value FROM records').get()).toEqual({ value: 'text' });
      expect(backupsOf(path)).toEqual([`makevideo.db.backup-v${version}`]);
    }
    expect(migrations.length).toBeGreaterThan(1);
  });

  const newer = [...migrations, 'CREATE TABLE extra (name TEXT) STRICT'];

  it('copies the file first, for its owner alone, and the copy opens', () => {
    const path = filled();
    const database = open(path, newer);
    expect(database.prepare('SELECT count(*) AS count FROM extra').get()).toEqual({ count: 0 });
    expect(database.prepare('SELECT value FROM records').get()).toEqual({ value: 'text' });
    const backup = backupNameOf(path);
    expect(backupsOf(path)).toEqual([basename(backup)]);
    expect(modeOf(backup)).toBe('600');
    expect(open(backup).prepare('SELECT value FROM records').get()).toEqual({ value: 'text' });
  });

  it('happens once', () => {
    const path = filled();
    open(path, newer).close();
    open(path, newer).close();
    expect(backupsOf(path)).toHaveLength(1);
  });

  it('leaves no copy of a new file', () => {
    const path = join(makeTemporaryFolder(), 'makevideo.db');
    open(path, newer);
    expect(backupsOf(path)).toEqual([]);
  });

  it('never overwrites an older copy', () => {
    const path = filled();
    const backup = backupNameOf(path);
    writeFileSync(backup, 'precious');
    open(path, newer);
    expect(backupsOf(path)).toEqual([basename(backup), `${basename(backup)}.2`]);
    expect(readFileSync(backup, 'utf8')).toBe('precious');
  });

  it('that fails leaves the file at its version, with its records', () => {
    const path = filled();
    const broken = [...migrations, 'CREATE TABLE extra (name TEXT) STRICT; SELECT nonsense FROM nowhere'];
    expect(failureOf(() => open(path, broken)).kind).toBe('unavailable');
    const database = open(path);
    expect(database.prepare('SELECT value FROM records').get()).toEqual({ value: 'text' });
    expect(database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'extra'").get()).toBeUndefined();
  });

  it('is never made backwards: a newer file is refused as it is', () => {
    const path = filled();
    open(path, newer).close();
    const bytes = readFileSync(path);
    const error = failureOf(() => open(path));
    expect(error.kind).toBe('newer');
    expect(error.message).toContain('newer version');
    expect(readFileSync(path)).toEqual(bytes);
  });

  it('takes along what was still in the write-ahead log after a kill', async () => {
    const path = join(makeTemporaryFolder(), 'makevideo.db');
    const dying = open(path);
    dying.prepare("INSERT INTO records VALUES ('turns', 't1', 'only in the log', NULL)").run();
    await dying.flushed();
    // What is on the disk right now is what a killed process leaves behind.
    const copy = join(makeTemporaryFolder(), 'makevideo.db');
    for (const suffix of ['', '-wal']) copyFileSync(path + suffix, copy + suffix);
    open(copy, newer);
    const backup = open(backupNameOf(copy));
    expect(backup.prepare('SELECT value FROM records').get()).toEqual({ value: 'only in the log' });
  });
});
