/** `npm run store -- rotate`: seals everything again with a new key and makes the old one useless. Must not know the environment. */
import type { Clock } from '../ports/clock.ts';
import { silentLog } from '../ports/log.ts';
import { StoreError } from '../ports/store.ts';
import { readKeyFile, replaceKeyFile } from './key-file.ts';
import { openSessions } from './open.ts';
import { keyPathOf } from './open-sqlite.ts';
import { makeKey } from './secrets.ts';
import { isPostgresUrl, readStoreUrl } from './store-url.ts';

type Rotation = {
  /** STORE_URL. */
  readonly storeUrl: string;
  /** STORE_SECRET, the new one; null: the key file beside the store gets a new key. */
  readonly storeSecret: string | null;
  /** STORE_SECRET_PREVIOUS: what has sealed the store until now. */
  readonly previousSecret: string | null;
  readonly clock: Clock;
};

/** Opening seals everything with the newest key at hand and proves that it did. Alone on an SQLite file: the bot must be stopped. */
const openOnce = async ({ storeUrl, storeSecret, previousSecret, clock }: Rotation): Promise<void> => {
  const olderStoreSecrets = previousSecret === null ? [] : [previousSecret];
  const options = { storeUrl, storeSecret, olderStoreSecrets, clock, log: silentLog, onLeaseLost: () => {} };
  const sessions = await openSessions(options);
  await sessions.close();
};

const rotateKeyFile = async (rotation: Rotation): Promise<string> => {
  const location = readStoreUrl(rotation.storeUrl);
  if (location.kind !== 'file')
    throw new StoreError('unavailable', { message: 'A store in memory has no key that lasts.' });
  const keyPath = keyPathOf(location.path);
  // Proves that the keys of the file are the right ones, and that no bot uses the store, before anything changes.
  await openOnce(rotation);
  const newest = makeKey();
  // Both keys are on disk before the first record changes: broken off here, the next start goes on.
  replaceKeyFile(keyPath, [newest, ...readKeyFile(keyPath)]);
  await openOnce(rotation);
  replaceKeyFile(keyPath, [newest]);
  return `Everything is sealed with a new key, in ${keyPath}. Keep a copy of it apart from the backups; older backups need the older key.`;
};

/** Rejects with StoreError; then the store still opens with the keys of before. */
const rotateKey = async (rotation: Rotation): Promise<string> => {
  if (rotation.storeSecret === null && !isPostgresUrl(rotation.storeUrl)) return rotateKeyFile(rotation);
  await openOnce(rotation);
  return 'Everything is sealed with STORE_SECRET. STORE_SECRET_PREVIOUS is no longer needed; older backups still need it.';
};

type Voices = { readonly write: (line: string) => void; readonly complain: (line: string) => void };

/** Resolves with the exit code: 0, or 74 when the store cannot be used (BSD sysexits, EX_IOERR), which is explained. */
export const runRotation = async ({ write, complain, ...rotation }: Rotation & Voices): Promise<number> => {
  try {
    write(await rotateKey(rotation));
    return 0;
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    complain(error.message);
    return 74;
  }
};
