/** `npm run store -- rotate`: afterwards the old key opens nothing, and nothing is lost on the way. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Store } from '../../src/ports/store.ts';
import { replaceKeyFile } from '../../src/sessions/key-file.ts';
import { openSessions } from '../../src/sessions/open.ts';
import { runRotation } from '../../src/sessions/rotate.ts';
import { makeKey } from '../../src/sessions/secrets.ts';
import { createFakeClock } from '../lanes/fake-clock.ts';
import { freshDatabase } from '../postgres/fresh-database.ts';
import { createRecordingLog } from './recording-log.ts';
import { sampleAccount } from './sample-records.ts';
import { makeTemporaryFolder } from './temporary-folder.ts';

const clock = createFakeClock();
const account = sampleAccount('p1');

const makeStore = () => {
  const path = join(makeTemporaryFolder(), 'makevideo.db');
  return { storeUrl: `sqlite:${path}`, keyPath: path.replace('.db', '.key') };
};

const withStore = async (
  storeUrl: string,
  storeSecret: string | null,
  work: (store: Store) => Promise<void>,
): Promise<void> => {
  const log = createRecordingLog();
  const sessions = await openSessions({ storeUrl, storeSecret, clock, log, onLeaseLost: () => {} });
  try {
    await work(sessions.store);
  } finally {
    await sessions.close();
  }
};

const fill = (storeUrl: string, secret: string | null): Promise<void> =>
  withStore(storeUrl, secret, (store) => store.accounts.set('p1', account));

const expectToOpen = (storeUrl: string, secret: string | null): Promise<void> =>
  withStore(storeUrl, secret, async (store) => expect(await store.accounts.get('p1')).toEqual(account));

const rotate = async (storeUrl: string, storeSecret: string | null, previousSecret: string | null) => {
  const lines: string[] = [];
  const write = (line: string): void => void lines.push(line);
  const given = { storeUrl, storeSecret, previousSecret, clock, write, complain: write };
  return { exitCode: await runRotation(given), text: lines.join('\n') };
};

describe('rotating a secret', () => {
  it('seals everything with the new one, and the old one opens nothing any more', async () => {
    const { storeUrl } = makeStore();
    await fill(storeUrl, 'the first secret of it');
    expect(await rotate(storeUrl, 'the second secret of it', 'the first secret of it')).toMatchObject({
      exitCode: 0,
    });
    await expectToOpen(storeUrl, 'the second secret of it');
    await expect(fill(storeUrl, 'the first secret of it')).rejects.toThrow('another key');
  });

  it('works on PostgreSQL as well', async () => {
    const storeUrl = await freshDatabase();
    await fill(storeUrl, 'the first secret of it');
    const rotated = await rotate(storeUrl, 'the second secret of it', 'the first secret of it');
    expect(rotated).toMatchObject({ exitCode: 0 });
    await expectToOpen(storeUrl, 'the second secret of it');
    expect(await rotate(storeUrl, null, null)).toMatchObject({ exitCode: 74 });
  });

  it('refuses without the old one, and changes nothing', async () => {
    const { storeUrl } = makeStore();
    await fill(storeUrl, 'the first secret of it');
    const { exitCode, text } = await rotate(storeUrl, 'the second secret of it', 'a wrong secret of it');
    expect(exitCode).toBe(74);
    expect(text).toContain('another key');
    expect(text).not.toContain('secret of it');
    await expectToOpen(storeUrl, 'the first secret of it');
  });
});

describe('rotating a key file', () => {
  it('puts a new key in its place, for its owner alone', async () => {
    const { storeUrl, keyPath } = makeStore();
    await fill(storeUrl, null);
    const old = readFileSync(keyPath, 'utf8');
    expect(await rotate(storeUrl, null, null)).toMatchObject({ exitCode: 0 });
    const renewed = readFileSync(keyPath, 'utf8');
    expect(renewed.trim().split('\n')).toHaveLength(1);
    expect(renewed).not.toContain(old.trim());
    expect(statSync(keyPath).mode & 0o777).toBe(0o600);
    expect(existsSync(`${keyPath}.new`)).toBe(false);
    await expectToOpen(storeUrl, null);
  });

  it('goes on where it broke off, at the next start or when it is run again', async () => {
    const { storeUrl, keyPath } = makeStore();
    await fill(storeUrl, null);
    // As after a crash between the new key and the first record.
    const old = Buffer.from(readFileSync(keyPath, 'utf8').trim(), 'base64');
    replaceKeyFile(keyPath, [makeKey(), old]);
    await expectToOpen(storeUrl, null);
    expect(await rotate(storeUrl, null, null)).toMatchObject({ exitCode: 0 });
    await expectToOpen(storeUrl, null);
  });

  it('refuses while a bot uses the store', async () => {
    const { storeUrl } = makeStore();
    const log = createRecordingLog();
    const sessions = await openSessions({ storeUrl, storeSecret: null, clock, log, onLeaseLost: () => {} });
    onTestFinished(() => sessions.close());
    expect((await rotate(storeUrl, null, null)).exitCode).toBe(74);
  });
});
