/** Records of one kind over keyv, made strict: a write that did not happen and a record that does not read both throw. */
import { Keyv } from 'keyv';
import type { Log } from '../ports/log.ts';
import { type RecordStore, StoreError } from '../ports/store.ts';
import type { RecordAdapter } from './record-adapter.ts';

/** How a record looks on disk. Both directions throw StoreError `corrupt` or `newer` when the shape is wrong. */
export type RecordCodec<T> = {
  readonly kind: string;
  toStored(id: string, record: T): unknown;
  fromStored(id: string, stored: unknown): T;
};

type Dependencies<T> = {
  readonly adapter: RecordAdapter;
  readonly codec: RecordCodec<T>;
  readonly log: Log;
  /** How long an untouched record is kept; null: for ever. */
  readonly retentionMs: number | null;
};

/** keyv's envelope is `{"value":…}`. Read strictly: an envelope without a value would pass for "no such record". */
const readEnvelope = (text: string) => {
  const envelope = JSON.parse(text);
  if (envelope === null || typeof envelope !== 'object' || !('value' in envelope)) {
    throw new SyntaxError('no value in the envelope');
  }
  return envelope;
};

/** The store's own failure, or the fact that this record is damaged. A parser's message may quote the record, so it is left out. */
const damaged = (cause: unknown, kind: string, id: string): StoreError =>
  cause instanceof StoreError
    ? cause
    : new StoreError('corrupt', {
        message: `The stored record ${kind}/${id} does not read. It was left as it is; restore it from a backup or delete it.`,
      });

export const createKeyedRecords = <T>({
  adapter,
  codec,
  log,
  retentionMs,
}: Dependencies<T>): RecordStore<T> => {
  const { kind } = codec;
  // No `error` listener, on purpose: with one, keyv answers `undefined` and `false` for failures; without one it throws them to
  // the caller. That is safe because this adapter fails only inside a call and never emits by itself.
  const keyv = new Keyv({
    store: adapter,
    namespace: kind,
    serialization: { stringify: JSON.stringify, parse: readEnvelope },
    // The adapter honours expiry itself.
    checkExpired: false,
  });
  return {
    get: async (id) => {
      try {
        const stored: unknown = await keyv.get(id);
        return stored === undefined ? null : codec.fromStored(id, stored);
      } catch (cause) {
        const error = damaged(cause, kind, id);
        log.error({ kind, id, problem: error.kind, reason: error.message }, 'record could not be read');
        throw error;
      }
    },
    set: async (id, record) => {
      const isStored = await keyv.set(id, codec.toStored(id, record), retentionMs ?? undefined);
      if (isStored) return;
      throw new StoreError('unavailable', { message: `The record ${kind}/${id} was not stored.` });
    },
    delete: async (id) => {
      await keyv.delete(id);
    },
  };
};
