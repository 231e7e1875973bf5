/** The key file beside the store, for operators who set no STORE_SECRET: one base64 key per line, the newest first. */
import {
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { StoreError } from '../ports/store.ts';
import { makeKey } from './secrets.ts';
import { guarded } from './sqlite-error.ts';

const keyPattern = /^[A-Za-z0-9+/]{43}=$/u;

/** Windows has no such bits; its folders carry the rights. */
const isReadableByOthers = (mode: number): boolean => process.platform !== 'win32' && (mode & 0o077) !== 0;

/**
 * The keys of the file, newest first; empty when there is no file. To change the key, put a new line on top; once the bot has
 * started with it, the older lines may go.
 * @throws StoreError when others can read it or a line is not a key; it is never repaired or replaced.
 */
export const readKeyFile = (path: string): readonly Buffer[] =>
  guarded(path, () => {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined) return [];
    if (isReadableByOthers(stat.mode)) {
      const message = `The key file ${path} can be read by other accounts. Run "chmod 600" on it and start again.`;
      throw new StoreError('unavailable', { message });
    }
    const lines = readFileSync(path, 'utf8')
      .split(/\r?\n/u)
      .filter((line) => line !== '');
    if (lines.length === 0 || !lines.every((line) => keyPattern.test(line))) {
      const message = `The key file ${path} does not hold keys (32 bytes in base64, one per line). Restore it from a backup.`;
      throw new StoreError('unavailable', { message });
    }
    return lines.map((line) => Buffer.from(line, 'base64'));
  });

const write = (path: string, keys: readonly Buffer[]): void => {
  const file = openSync(path, 'wx', 0o600);
  try {
    writeSync(file, keys.map((key) => `${key.toString('base64')}\n`).join(''));
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
};

/** Makes the file with one fresh key, mode 0600, on disk before it is used. An existing file is never touched. */
export const makeKeyFile = (path: string): Buffer =>
  guarded(path, () => {
    const key = makeKey();
    write(path, [key]);
    return key;
  });

/** Puts these keys in the place of the file's, newest first: after a crash it holds either all old ones or all new ones. */
export const replaceKeyFile = (path: string, keys: readonly Buffer[]): void =>
  guarded(path, () => {
    const beside = `${path}.new`;
    rmSync(beside, { force: true });
    write(beside, keys);
    renameSync(beside, path);
  });
