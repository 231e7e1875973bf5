/** Story: the store cannot be used. The bot does not start, says why in one sentence, and leaves the file as it is. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openDatabase } from '../../src/sessions/database.ts';
import { migrations } from '../../src/sessions/migrations.ts';
import { countPathOf, type Fuse } from '../crash/fuse.ts';
import { createRecordingLog } from '../sessions/recording-log.ts';

const root = new URL('../../', import.meta.url);

const preload = (name: string): string => `--import=${pathToFileURL(join(root.pathname, 'test', name)).href}`;

/** Starts the bot on the store in the folder, and waits for its end. */
const start = async (folder: string, environment: Readonly<Record<string, string>> = {}) => {
  const child = spawn(process.execPath, ['src/main.ts'], {
    cwd: root.pathname,
    env: {
      PATH: process.env['PATH'] ?? '',
      NODE_OPTIONS: preload('setup/loopback-only.ts'),
      DISCORD_TOKEN: 'token-of-nobody',
      DISCORD_API_URL: 'http://127.0.0.1:1/api',
      HTTP_ADDRESS: 'off',
      STORE_URL: `sqlite:${join(folder, 'makevideo.db')}`,
      ...environment,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const [complaint] = await Promise.all([text(child.stderr), once(child, 'close')]);
  return { code: child.exitCode, complaint };
};

const makeFolder = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'makevideo-refusal-'));
  onTestFinished(async () => {
    await chmod(folder, 0o700);
    await rm(folder, { recursive: true, force: true });
  });
  return folder;
};

/** A store that was in use, as it lies on the disk. */
const makeStore = async () => {
  const folder = await makeFolder();
  const path = join(folder, 'makevideo.db');
  const database = openDatabase({ kind: 'file', path }, { log: createRecordingLog() });
  const insert = database.prepare('INSERT INTO records VALUES (?, ?, ?, NULL)');
  for (let index = 0; index < 500; index += 1) insert.run('threads', `id-${index}`, 'x'.repeat(200));
  database.close();
  return { folder, path, bytes: await readFile(path) };
};

/** One sentence for the operator: no stack, no code of SQLite. */
const expectRefusal = (
  { code, complaint }: { code: number | null; complaint: string },
  path: string,
  words: RegExp,
): void => {
  expect({ code, complaint }).toEqual({ code: 74, complaint: expect.stringMatching(words) });
  expect(complaint).toContain(path);
  expect(complaint).not.toMatch(/^ {4}at |SQLITE_|ERR_/mu);
};

describe.concurrent('a start on a store', () => {
  it('that is no database ends with 74 and leaves the file alone', async () => {
    const folder = await makeFolder();
    const path = join(folder, 'makevideo.db');
    const notes = 'these are holiday notes, not a database. '.repeat(200);
    await writeFile(path, notes);
    expectRefusal(await start(folder), path, /is damaged and was left as it is/u);
    expect(await readFile(path, 'utf8')).toBe(notes);
  });

  it('that is damaged inside ends with 74 and leaves the file alone', async () => {
    const { folder, path, bytes } = await makeStore();
    bytes.fill(0xaa, bytes.length / 2, bytes.length / 2 + 8_192);
    await writeFile(path, bytes);
    expectRefusal(await start(folder), path, /is damaged and was left as it is/u);
    expect(await readFile(path)).toEqual(bytes);
  });

  it('of a newer version ends with 74 and leaves the file alone', async () => {
    const { folder, path } = await makeStore();
    const log = createRecordingLog();
    const newer = [...migrations, 'CREATE TABLE extra (name TEXT) STRICT'];
    openDatabase({ kind: 'file', path }, { log, migrations: newer }).close();
    const bytes = await readFile(path);
    expectRefusal(await start(folder), path, /newer version of the bot/u);
    expect(await readFile(path)).toEqual(bytes);
  });

  it('that may not be written ends with 74 and leaves the file alone', async () => {
    const { folder, path, bytes } = await makeStore();
    await chmod(path, 0o444);
    await chmod(folder, 0o555);
    const NODE_OPTIONS = `${preload('setup/loopback-only.ts')} ${preload('crash/as-nobody.ts')}`;
    expectRefusal(await start(folder, { NODE_OPTIONS }), folder, /cannot be written/u);
    expect(await readFile(path)).toEqual(bytes);
    expect(await readdir(folder)).toEqual(['makevideo.db']);
  });

  it('on a full disk ends with 74, and starts once there is room', async () => {
    const { folder, path } = await makeStore();
    const fusePath = join(folder, 'fuse.json');
    const fuse: Fuse = { id: 1, at: 'failsFrom', commit: 1 };
    await writeFile(fusePath, JSON.stringify(fuse));
    const NODE_OPTIONS = `${preload('setup/loopback-only.ts')} ${preload('crash/fuse.ts')}`;
    const environment = { NODE_OPTIONS, CRASH_FUSE: fusePath };
    expectRefusal(await start(folder, environment), path, /has no space left/u);
    await rm(fusePath);
    await rm(countPathOf(fusePath));
    // From here on it is Discord that is missing: the store was opened.
    expect((await start(folder, environment)).code).toBe(75);
  });
});
