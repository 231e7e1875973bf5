/** What keyv's storage is here, whatever database it stands on: text by kind and id, with an expiry. Must not know what the text means. */
import type { KeyvStorageAdapter } from 'keyv';

/** The part of keyv 6's adapter contract that a plain object needs; keyv asks for the rest only if it is there. */
export type RecordAdapter = Pick<KeyvStorageAdapter, 'capabilities'> & {
  /** Set by keyv: the kind of the records. */
  namespace: string | undefined;
  get(key: string): Promise<string | undefined>;
  /** `expiresAtMs`: absolute, by the system's clock; at or before now means that nothing is there afterwards. */
  set(key: string, value: unknown, expiresAtMs?: number): Promise<boolean>;
  delete(key: string): Promise<boolean>;
  clear(): Promise<void>;
  has(key: string): Promise<boolean>;
  iterator(): AsyncGenerator<[string, string], void>;
};
