/** `npm run store`: an operator examines, copies and exports the store while the bot has it open, and never changes it. */
import { execFile } from 'node:child_process';
import { copyFileSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openDatabase } from '../../src/sessions/database.ts';
import { migrations } from '../../src/sessions/migrations.ts';
import { openSessions } from '../../src/sessions/open.ts';
import type { Sessions } from '../../src/sessions/sessions.ts';
import { runStoreTool } from '../../src/sessions/store-tool.ts';
import { createFakeClock } from '../lanes/fake-clock.ts';
import { createRecordingLog } from './recording-log.ts';
import { sampleAccount, sampleTurn } from './sample-records.ts';
import { makeTemporaryFolder } from './temporary-folder.ts';

const open = async (path: string): Promise<Sessions> => {
  const sessions = await openSessions({
    storeUrl: `sqlite:${path}`,
    storeSecret: null,
    clock: createFakeClock(),
    log: createRecordingLog(),
    onLeaseLost: () => {},
  });
  onTestFinished(() => sessions.close());
  return sessions;
};

/** A store with a turn and an account, open in a bot. */
const openFilled = async () => {
  const path = join(makeTemporaryFolder(), 'makevideo.db');
  const sessions = await open(path);
  const files = [
    {
      attachment: {
        id: '1',
        name: 'a.png',
        url: 'https://cdn.example.com/a.png?ex=1&hm=signed',
        sizeBytes: 1,
        contentType: null,
        from: null,
      },
      outcome: null,
    },
  ];
  await sessions.store.turns.set('t1', { ...sampleTurn('t1'), files });
  await sessions.store.accounts.set('p1', sampleAccount('p1'));
  return { path, sessions };
};

const run = (path: string, ...words: readonly string[]) => {
  const said: string[] = [];
  const complained: string[] = [];
  const exitCode = runStoreTool(words, {
    storeUrl: path.includes(':') ? path : `sqlite:${path}`,
    hasSecret: false,
    nowMs: Date.UTC(2026, 10, 22, 15, 55),
    write: (line) => void said.push(line),
    complain: (line) => void complained.push(line),
  });
  return { exitCode, said, complained };
};

const changeRaw = (path: string, sql: string): void => {
  const connection = new DatabaseSync(path);
  connection.exec(sql);
  connection.close();
};

describe('npm run store -- check', () => {
  it('counts what is there while the bot has it open', async () => {
    const { path } = await openFilled();
    const { exitCode, said } = run(path, 'check');
    expect(exitCode).toBe(0);
    expect(said).toEqual([
      expect.stringMatching(`store: .*makevideo.db \\(version ${migrations.length}; 0.\\d MB\\)`),
      'file: whole',
      'accounts: 1',
      'turns: 1',
      'lanes: 0 waiting or running, 0 over',
      'key: there',
      'All is well.',
    ]);
  });

  it('names records that do not read, without a word of what they hold', async () => {
    const { path, sessions } = await openFilled();
    await sessions.close();
    changeRaw(
      path,
      `INSERT INTO records VALUES ('turns', 't2', '{"value":{"v":1,"turnId":"secret words"}}', NULL)`,
    );
    changeRaw(
      path,
      `INSERT INTO records VALUES ('turns', 't3', '{secret words', NULL), ('songs', 's1', '{"value":{}}', NULL)`,
    );
    const { exitCode, said } = run(path, 'check');
    expect(exitCode).toBe(1);
    expect(said).toContain('records that do not read: 3');
    expect(said.join('\n')).toMatch(/turns\/t2 .*does not read[\s\S]*turns\/t3 is no JSON/u);
    expect(said.join('\n')).toContain('songs/s1');
    expect(said.join('\n')).not.toContain('secret words');
  });

  it('says that the key is missing before a start does', async () => {
    const { path, sessions } = await openFilled();
    await sessions.close();
    rmSync(path.replace(/db$/u, 'key'));
    const { exitCode, said } = run(path, 'check');
    expect(exitCode).toBe(1);
    expect(said.join('\n')).toContain('key: missing');
  });

  it('finds a file that is damaged inside', async () => {
    const { path, sessions } = await openFilled();
    for (let index = 0; index < 300; index += 1) {
      await sessions.store.turns.set(`x${index}`, sampleTurn(`x${index}`, 'x'.repeat(300)));
    }
    await sessions.close();
    const bytes = readFileSync(path);
    bytes.fill(0xaa, bytes.length / 2, bytes.length / 2 + 8_192);
    writeFileSync(path, bytes);
    const { exitCode, said, complained } = run(path, 'check');
    expect([1, 74]).toContain(exitCode);
    expect([...said, ...complained].join('\n')).toContain('damaged');
    expect(readFileSync(path)).toEqual(bytes);
  });

  it('reads a store of an earlier version, and leaves it at that', () => {
    const path = join(makeTemporaryFolder(), 'makevideo.db');
    const log = createRecordingLog();
    openDatabase({ kind: 'file', path }, { log, migrations: migrations.slice(0, 1) }).close();
    expect(run(path, 'check').said[0]).toContain(
      `version 1, brought to ${migrations.length} at the next start`,
    );
    expect(run(path, 'check').exitCode).toBe(0);
  });
});

describe('npm run store -- backup', () => {
  it('makes a copy that a bot can go on with, for its owner alone', async () => {
    const { path, sessions } = await openFilled();
    const { exitCode, said, complained } = run(path, 'backup');
    expect(exitCode).toBe(0);
    expect(said).toEqual([`${path}.backup-2026-11-22T15-55-00Z`]);
    expect(complained.join('\n')).toContain('makevideo.key');
    await sessions.store.turns.delete('t1');

    const [copy = ''] = said;
    expect((statSync(copy).mode & 0o777).toString(8)).toBe('600');
    const restored = join(makeTemporaryFolder(), 'makevideo.db');
    copyFileSync(copy, restored);
    copyFileSync(path.replace(/db$/u, 'key'), restored.replace(/db$/u, 'key'));
    const { store } = await open(restored);
    expect((await store.turns.get('t1'))?.turnId).toBe('t1');
    expect(await store.accounts.get('p1')).toEqual(sampleAccount('p1'));
  });

  it('never overwrites an earlier one', async () => {
    const { path } = await openFilled();
    const [first] = run(path, 'backup').said;
    const [second] = run(path, 'backup').said;
    expect(second).toBe(`${first}.2`);
  });
});

describe('npm run store -- export', () => {
  it('prints every record as JSON, and nothing that opens anything', async () => {
    const { path } = await openFilled();
    const { exitCode, said } = run(path, 'export');
    expect(exitCode).toBe(0);
    const [account, turn] = said.map((line): unknown => JSON.parse(line));
    expect(account).toMatchObject({
      kind: 'accounts',
      id: 'p1',
      record: { token: '(left out)', clientId: '(left out)', userId: null },
    });
    expect(turn).toMatchObject({ kind: 'turns', id: 't1', record: { instruction: 'a city at night' } });
    expect(said.join('\n')).not.toMatch(/v1\.[0-9a-f]{12}|hm=signed/u);
  });

  it('leaves out what does not read, and says so', async () => {
    const { path, sessions } = await openFilled();
    await sessions.close();
    changeRaw(path, "INSERT INTO records VALUES ('turns', 'bad', '{', NULL)");
    const { exitCode, said, complained } = run(path, 'export');
    expect(exitCode).toBe(1);
    expect(said).toHaveLength(2);
    expect(complained[0]).toContain('turns/bad');
  });
});

describe('npm run store', () => {
  it('changes nothing in the folder but for the backup', async () => {
    const { path, sessions } = await openFilled();
    await sessions.close();
    const before = readFileSync(path);
    run(path, 'check');
    run(path, 'export');
    expect(readFileSync(path)).toEqual(before);
    const names = readdirSync(dirname(path)).filter((name) => !/-(?:wal|shm)$|\.lock$/u.test(name));
    expect(names.toSorted()).toEqual(['makevideo.db', 'makevideo.key']);
  });

  it.each([
    ['a store that is not there', '/nowhere/makevideo.db', 'There is no store at /nowhere/makevideo.db'],
    ['a store in memory', 'memory:', 'cannot be read from outside'],
    ['PostgreSQL', 'postgres://person:password@127.0.0.1/bot', 'pg_dump'],
  ])('says what to do about %s', (_what, url, advice) => {
    const { exitCode, complained } = run(url, 'check');
    expect(exitCode).toBe(74);
    expect(complained.join('\n')).toContain(advice);
    expect(complained.join('\n')).not.toContain('password');
  });

  it('leaves the file of another program alone', () => {
    const path = join(makeTemporaryFolder(), 'songs.db');
    changeRaw(path, 'CREATE TABLE songs (name TEXT)');
    expect(run(path, 'check')).toMatchObject({
      exitCode: 74,
      complained: [expect.stringContaining('not a store')],
    });
  });

  it.each([[[]], [['burn']], [['check', 'twice']]])('explains itself for %j', (words) => {
    const { exitCode, complained } = run('memory:', ...words);
    expect(exitCode).toBe(64);
    expect(complained.join('\n')).toContain('Usage');
  });

  it('is a process of its own that needs no other setting', async () => {
    const { path } = await openFilled();
    const program = fileURLToPath(new URL('../../src/store-main.ts', import.meta.url));
    const env = { STORE_URL: `sqlite:${path}` };
    const { stdout } = await promisify(execFile)(process.execPath, [program, 'check'], { env });
    expect(stdout).toContain('All is well.');
  });
});
