/** The Store port over one database: a keyv namespace per kind, credentials sealed. Must not know who asks, or of lanes. */
import type { Log } from '../ports/log.ts';
import {
  type AccountRecord,
  type OpenWork,
  type OwnedRecords,
  type RecordStore,
  type Store,
  StoreError,
} from '../ports/store.ts';
import { createKeyedRecords, type RecordCodec } from './keyed-records.ts';
import type { RecordAdapter } from './record-adapter.ts';
import { fromVersioned, type RecordShape, recordShapes, toVersioned } from './records.ts';
import type { Secrets } from './secrets.ts';

const dayMs = 24 * 60 * 60 * 1_000;

/** Turns and renders are kept for a year after they last changed: buttons of older messages no longer act. */
const workRetentionMs = 365 * dayMs;
/** An arrival is over as soon as it has a thread. */
const arrivalRetentionMs = 30 * dayMs;
/** A wish is heeded while its turn is open. */
const wishRetentionMs = 30 * dayMs;

const codecOf = <T>(shape: RecordShape<T>): RecordCodec<T> => ({
  kind: shape.kind,
  toStored: (id, record) => toVersioned(shape, id, record),
  fromStored: (id, stored) => fromVersioned(shape, id, stored),
});

/** Nothing of it counts after a day; a turn that still waits keeps its record fresh whenever somebody asks. */
const usageRetentionMs = 2 * dayMs;

type Cipher = (value: string, boundTo: string) => string;

/**
 * Token and client id are sealed, each bound to its record and field. The client id is a credential as well: with it alone the
 * backend gives out a token of the same account (nemo-api §2).
 */
const withCredentials = (id: string, record: AccountRecord, change: Cipher): AccountRecord => ({
  ...record,
  token: record.token === null ? null : change(record.token, `accounts/${id}/token`),
  clientId: record.clientId === null ? null : change(record.clientId, `accounts/${id}/clientId`),
});

const accountCodec = (secrets: Secrets): RecordCodec<AccountRecord> => {
  const plain = codecOf(recordShapes.accounts);
  const seal: Cipher = (value, boundTo) => secrets.seal(value, boundTo);
  const open: Cipher = (value, boundTo) => secrets.open(value, boundTo);
  return {
    kind: plain.kind,
    toStored: (id, record) => plain.toStored(id, withCredentials(id, record, seal)),
    fromStored: (id, stored) => withCredentials(id, plain.fromStored(id, stored), open),
  };
};

type Dependencies = {
  /** One adapter for each kind of record. */
  readonly createAdapter: () => RecordAdapter;
  readonly secrets: Secrets;
  readonly log: Log;
  readonly openWork: () => Promise<OpenWork>;
  readonly ownedBy: (personId: string) => Promise<OwnedRecords>;
  /** What `close` does: whoever opened the database also ends it. */
  readonly close: () => Promise<void>;
};

/** A write has resolved only when it is on disk; every failure is a StoreError. */
export const createStore = ({
  createAdapter,
  secrets,
  log,
  openWork,
  ownedBy,
  close,
}: Dependencies): Store => {
  const records = <T>(codec: RecordCodec<T>, retentionMs: number | null): RecordStore<T> =>
    createKeyedRecords({ adapter: createAdapter(), codec, log, retentionMs });
  return {
    threads: records(codecOf(recordShapes.threads), null),
    turns: records(codecOf(recordShapes.turns), workRetentionMs),
    renders: records(codecOf(recordShapes.renders), workRetentionMs),
    arrivals: records(codecOf(recordShapes.arrivals), arrivalRetentionMs),
    wishes: records(codecOf(recordShapes.wishes), wishRetentionMs),
    guilds: records(codecOf(recordShapes.guilds), null),
    usages: records(codecOf(recordShapes.usages), usageRetentionMs),
    accounts: records(accountCodec(secrets), null),
    listeners: records(codecOf(recordShapes.listeners), null),
    openWork,
    ownedBy,
    close,
  };
};

/** null for a record that does not read: it stays as it is, and its reading was logged. */
const readable = async (store: Store, id: string): Promise<AccountRecord | null> => {
  try {
    return await store.accounts.get(id);
  } catch (cause) {
    if (cause instanceof StoreError && cause.kind === 'corrupt') return null;
    throw cause;
  }
};

/** Seals these accounts again with the newest key. */
export const resealAccounts = async (accountIds: readonly string[], store: Store): Promise<void> => {
  for (const id of accountIds) {
    const record = await readable(store, id);
    if (record !== null) await store.accounts.set(id, record);
  }
};
