/**
 * Loaded into the bot before anything else (`--import`): while the file that CRASH_FUSE names is there, the commits of the store are
 * counted, and at the one that the file says this process dies as by kill −9, or the disk is full. Knows node:sqlite and no table.
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

/**
 * `before`, `after`: dies around the commit. `fails`: this commit fails. `failsFrom`: this one and all that follow. `counting`: nothing.
 * A fuse of another id counts from the start.
 */
export type Fuse = {
  readonly id: number;
  readonly at: 'counting' | 'before' | 'after' | 'fails' | 'failsFrom';
  readonly commit: number;
};

/** Where the number of commits since the fuse was laid is written. */
export const countPathOf = (fusePath: string): string => `${fusePath}.count`;

/** What SQLite reports for SQLITE_FULL (sqlite.org/rescode.html). */
const full = (): Error =>
  Object.assign(new Error('database or disk is full'), { code: 'ERR_SQLITE_ERROR', errcode: 13 });

const readFuse = (path: string): Fuse => {
  const { id, at, commit } = JSON.parse(readFileSync(path, 'utf8'));
  return { id, at, commit };
};

const die = (): void => {
  process.kill(process.pid, 'SIGKILL');
};

const lay = (path: string): void => {
  const { prototype } = DatabaseSync;
  const exec: unknown = Reflect.get(prototype, 'exec');
  if (typeof exec !== 'function') throw new TypeError('node:sqlite has no exec any more.');
  let commits = 0;
  let fuseId = 0;
  const commit = (run: () => void): void => {
    const fuse = readFuse(path);
    commits = fuse.id === fuseId ? commits + 1 : 1;
    fuseId = fuse.id;
    // In one step, so that whoever reads it never sees half of it.
    writeFileSync(`${countPathOf(path)}.new`, String(commits));
    renameSync(`${countPathOf(path)}.new`, countPathOf(path));
    const isDue = commits === fuse.commit;
    if (fuse.at === 'before' && isDue) die();
    if (fuse.at === 'fails' && isDue) throw full();
    if (fuse.at === 'failsFrom' && commits >= fuse.commit) throw full();
    run();
    if (fuse.at === 'after' && isDue) die();
  };
  prototype.exec = function (sql: string): void {
    const run = (): void => Reflect.apply(exec, this, [sql]);
    if (sql === 'COMMIT' && existsSync(path)) commit(run);
    else run();
  };
};

const path = process.env['CRASH_FUSE'];
if (path !== undefined) lay(path);
