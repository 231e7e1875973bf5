/** Chooses the keys of a store at start and proves that they are the right ones before anything is read or written with them. */
import { randomBytes } from 'node:crypto';
import { StoreError } from '../ports/store.ts';
import type { Database } from './database.ts';
import { makeKeyFile, readKeyFile } from './key-file.ts';
import { createSecrets, deriveKey, makeKey, type Secrets } from './secrets.ts';

/** Short texts by name, kept beside the records. Methods reject with StoreError. */
export type Facts = {
  read(name: string): Promise<string | null>;
  write(name: string, value: string): Promise<void>;
};

/** A write is on disk when the database says so (`flushed`). */
export const createSqliteFacts = (database: Database): Facts => {
  const read = database.prepare('SELECT value FROM facts WHERE name = ?');
  const write = database.prepare(
    'INSERT INTO facts (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
  );
  return {
    read: async (name) => {
      const value = read.get(name)?.['value'];
      return typeof value === 'string' ? value : null;
    },
    write: async (name, value) => {
      write.run(name, value);
    },
  };
};

const saltName = 'secret-salt';
/** A known word sealed with the key of the store: whoever cannot open it holds the wrong key. */
export const proofName = 'secret-proof';
const proof = 'makevideo';

const saltOf = async (facts: Facts): Promise<Buffer> => {
  const known = await facts.read(saltName);
  if (known !== null) return Buffer.from(known, 'base64');
  const salt = randomBytes(16);
  await facts.write(saltName, salt.toString('base64'));
  return salt;
};

const isProvenBy = (secrets: Secrets, sealed: string): boolean => {
  try {
    return secrets.open(sealed, proofName) === proof;
  } catch {
    // Not opening is the answer that is asked for here.
    return false;
  }
};

type Source = {
  readonly facts: Facts;
  /** STORE_SECRET; null: the key file. */
  readonly storeSecret: string | null;
  /** Secrets that sealed what is there until now. */
  readonly olderStoreSecrets: readonly string[];
  /** null: a store in memory, whose key need not be kept. */
  readonly keyPath: string | null;
};

const findKeys = async (source: Source): Promise<[Buffer, ...Buffer[]]> => {
  const { facts } = source;
  const secrets = source.storeSecret === null ? [] : [source.storeSecret, ...source.olderStoreSecrets];
  const salt = await saltOf(facts);
  const derived = secrets.map((secret) => deriveKey(secret, salt));
  // The file counts even when there is a secret, so that an operator can move from one to the other.
  const kept = source.keyPath === null ? [] : readKeyFile(source.keyPath);
  const [newest, ...older] = [...derived, ...kept];
  if (newest !== undefined) return [newest, ...older];
  if (source.keyPath === null) return [makeKey()];
  // A store with a proof had a key. A fresh one would not open anything and would hide what is missing.
  if ((await facts.read(proofName)) !== null) throw wrongKey();
  return [makeKeyFile(source.keyPath)];
};

const wrongKey = (): StoreError =>
  new StoreError('unavailable', {
    message:
      'This store was encrypted with another key. Set the STORE_SECRET it was made with, or put its key file back beside it. Nothing was changed.',
  });

export type StoreKeys = {
  readonly secrets: Secrets;
  /** Something may still be sealed with an older key. */
  readonly mustReseal: boolean;
  /** To be called once everything is sealed with the newest key. */
  confirm(): Promise<void>;
};

/** Rejects with StoreError `unavailable` when the keys at hand are not those of the store. */
export const openKeys = async (source: Source): Promise<StoreKeys> => {
  const { facts } = source;
  const secrets = createSecrets(await findKeys(source));
  const confirm = (): Promise<void> => facts.write(proofName, secrets.seal(proof, proofName));
  const sealed = await facts.read(proofName);
  if (sealed === null) {
    await confirm();
    return { secrets, mustReseal: false, confirm };
  }
  if (!isProvenBy(secrets, sealed)) throw wrongKey();
  return { secrets, mustReseal: !secrets.isSealedByNewest(sealed), confirm };
};
