/** Credentials at rest: unreadable in the file, bound to their place, readable after a change of keys. */
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openSessions } from '../../src/sessions/open.ts';
import { createSecrets, deriveKey, makeKey } from '../../src/sessions/secrets.ts';
import type { Sessions } from '../../src/sessions/sessions.ts';
import { createFakeClock } from '../lanes/fake-clock.ts';
import { createRecordingLog } from './recording-log.ts';
import { sampleAccount } from './sample-records.ts';
import { sqliteOf } from './sqlite-of.ts';
import { makeTemporaryFolder } from './temporary-folder.ts';

// One seed, so that a failure is a failure for everyone; other seeds are tried by hand.
fc.configureGlobal({ seed: 20_261_122 });

type Keys = { readonly storeSecret?: string | null; readonly olderStoreSecrets?: readonly string[] };

const open = async (
  path: string,
  { storeSecret = null, olderStoreSecrets = [] }: Keys = {},
): Promise<Sessions> => {
  const sessions = await openSessions({
    storeUrl: `sqlite:${path}`,
    storeSecret,
    olderStoreSecrets,
    clock: createFakeClock(),
    log: createRecordingLog(),
    onLeaseLost: (error) => {
      throw error;
    },
  });
  onTestFinished(async () => sessions.close());
  return sessions;
};

const newPath = (): string => join(makeTemporaryFolder(), 'makevideo.db');
const keyOf = (path: string): string => path.replace(/\.db$/u, '.key');

/** Stores one account under these keys and closes. */
const filled = async (keys: Keys = {}): Promise<string> => {
  const path = newPath();
  const sessions = await open(path, keys);
  await sessions.store.accounts.set('p1', sampleAccount('p1'));
  await sessions.close();
  return path;
};

describe('sealed values', () => {
  const secrets = createSecrets([makeKey()]);

  it('open to what they were', () => {
    const property = fc.property(fc.string({ unit: 'binary' }), fc.string(), (plain, place) => {
      expect(secrets.open(secrets.seal(plain, place), place)).toBe(plain);
    });
    expect(fc.check(property).failed).toBe(false);
  });

  it('are different each time', () => {
    expect(secrets.seal('same', 'place')).not.toBe(secrets.seal('same', 'place'));
  });

  it('do not open in another place, with another key, or changed by one character', () => {
    const sealed = secrets.seal('token', 'accounts/p1/token');
    const refusal = expect.objectContaining({ name: 'StoreError', kind: 'corrupt' });
    expect(() => secrets.open(sealed, 'accounts/p2/token')).toThrow(refusal);
    expect(() => createSecrets([makeKey()]).open(sealed, 'accounts/p1/token')).toThrow(refusal);
    for (let index = 0; index < sealed.length - 1; index += 1) {
      const changed = sealed.slice(0, index) + (sealed[index] === 'A' ? 'B' : 'A') + sealed.slice(index + 1);
      expect(() => secrets.open(changed, 'accounts/p1/token')).toThrow(refusal);
    }
    expect(() => secrets.open('', 'accounts/p1/token')).toThrow(refusal);
    expect(() => secrets.open(sealed.slice(0, 20), 'accounts/p1/token')).toThrow(refusal);
  });

  it('open with older keys and are sealed with the newest', () => {
    const older = makeKey();
    const newest = makeKey();
    const sealed = createSecrets([older]).seal('token', 'place');
    const both = createSecrets([newest, older]);
    expect(both.open(sealed, 'place')).toBe('token');
    expect(both.isSealedByNewest(sealed)).toBe(false);
    expect(createSecrets([newest]).open(both.seal('token', 'place'), 'place')).toBe('token');
  });
});

describe('a key', () => {
  it('is taken as it is when it is 32 bytes in base64', () => {
    const key = makeKey();
    expect(deriveKey(key.toString('base64'), Buffer.alloc(16))).toEqual(key);
  });

  it('comes from any other secret and the salt of the store', () => {
    const secret = 'correct horse battery staple';
    const key = deriveKey(secret, Buffer.alloc(16, 1));
    expect(key).toHaveLength(32);
    expect(deriveKey(secret, Buffer.alloc(16, 1))).toEqual(key);
    expect(deriveKey(secret, Buffer.alloc(16, 2))).not.toEqual(key);
  });
});

describe('a store with credentials', () => {
  it.each([null, 'correct horse battery staple'])(
    'has none of them in any of its files (secret: %s)',
    async (storeSecret) => {
      const path = newPath();
      const { store } = await open(path, { storeSecret });
      await store.accounts.set('p1', sampleAccount('p1'));
      const { token, clientId } = sampleAccount('p1');
      const bytes = Buffer.concat(
        readdirSync(dirname(path)).map((name) => readFileSync(join(dirname(path), name))),
      );
      expect(bytes.includes('"accountId":"p1"')).toBe(true);
      for (const secret of [token, clientId, storeSecret]) {
        if (secret === null) continue;
        expect(bytes.includes(secret)).toBe(false);
        expect(bytes.includes(Buffer.from(secret).toString('base64'))).toBe(false);
      }
    },
  );

  it('reads them again with the same key', async () => {
    const path = await filled();
    expect(await (await open(path)).store.accounts.get('p1')).toEqual(sampleAccount('p1'));
    const other = await filled({ storeSecret: 'correct horse battery staple' });
    const { store } = await open(other, { storeSecret: 'correct horse battery staple' });
    expect(await store.accounts.get('p1')).toEqual(sampleAccount('p1'));
    expect(existsSync(keyOf(other))).toBe(false);
  });

  it('refuses to start with a wrong secret, and says what to do', async () => {
    const path = await filled({ storeSecret: 'correct horse battery staple' });
    const wrong = open(path, { storeSecret: 'incorrect horse battery' });
    await expect(wrong).rejects.toMatchObject({ name: 'StoreError', kind: 'unavailable' });
    await expect(wrong).rejects.toThrow('STORE_SECRET');
    await expect(open(path)).rejects.toMatchObject({ kind: 'unavailable' });
    expect(existsSync(keyOf(path))).toBe(false);
  });

  it('reads its credentials after a change of secrets, and needs the older one for one start only', async () => {
    const path = await filled({ storeSecret: 'the first of the secrets' });
    const changed = await open(path, {
      storeSecret: 'the second of the secrets',
      olderStoreSecrets: ['the first of the secrets'],
    });
    await changed.close();
    const { store } = await open(path, { storeSecret: 'the second of the secrets' });
    expect(await store.accounts.get('p1')).toEqual(sampleAccount('p1'));
  });

  it('moves from its key file to a secret', async () => {
    const path = await filled();
    await (await open(path, { storeSecret: 'correct horse battery staple' })).close();
    rmSync(keyOf(path));
    const { store } = await open(path, { storeSecret: 'correct horse battery staple' });
    expect(await store.accounts.get('p1')).toEqual(sampleAccount('p1'));
  });

  it('keeps an account that does not read as it is while keys change', async () => {
    const path = await filled({ storeSecret: 'the first of the secrets' });
    const before = await open(path, { storeSecret: 'the first of the secrets' });
    sqliteOf(before).prepare("INSERT INTO records VALUES ('accounts', 'bad', '{', NULL)").run();
    await before.close();
    const after = await open(path, {
      storeSecret: 'the second of the secrets',
      olderStoreSecrets: ['the first of the secrets'],
    });
    expect(sqliteOf(after).prepare("SELECT value FROM records WHERE id = 'bad'").get()).toEqual({
      value: '{',
    });
    expect(await after.store.accounts.get('p1')).toEqual(sampleAccount('p1'));
  });
});

describe('the key file', () => {
  it('is made beside the store for its owner alone', async () => {
    const path = await filled();
    expect(statSync(keyOf(path)).mode & 0o777).toBe(0o600);
    expect(readFileSync(keyOf(path), 'utf8')).toMatch(/^[A-Za-z0-9+/]{43}=\n$/u);
  });

  it('is refused when others can read it', async () => {
    const path = await filled();
    chmodSync(keyOf(path), 0o640);
    await expect(open(path)).rejects.toThrow('chmod 600');
  });

  it('is refused when it holds no keys, and is not replaced', async () => {
    const path = await filled();
    writeFileSync(keyOf(path), 'not a key\n');
    await expect(open(path)).rejects.toMatchObject({ kind: 'unavailable' });
    expect(readFileSync(keyOf(path), 'utf8')).toBe('not a key\n');
  });

  it('is not made anew when it is missing', async () => {
    const path = await filled();
    rmSync(keyOf(path));
    await expect(open(path)).rejects.toMatchObject({ kind: 'unavailable' });
    expect(existsSync(keyOf(path))).toBe(false);
  });

  it('takes a new key on its first line, and may lose the older one after a start', async () => {
    const path = await filled();
    const older = readFileSync(keyOf(path), 'utf8');
    const newest = `${makeKey().toString('base64')}\n`;
    writeFileSync(keyOf(path), newest + older);
    await (await open(path)).close();
    writeFileSync(keyOf(path), newest);
    expect(await (await open(path)).store.accounts.get('p1')).toEqual(sampleAccount('p1'));
  });
});
