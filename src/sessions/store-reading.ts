/** Reads a store file beside the bot that uses it, changing nothing. For the operator's tool; must not know what is done with it. */
import { existsSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { StoreError } from '../ports/store.ts';
import { applicationId, numberOf } from './database.ts';
import { migrations } from './migrations.ts';
import { fromVersioned, type RecordShape, recordShapes } from './records.ts';
import { guarded, storeErrorOfKind } from './sqlite-error.ts';
import { isPostgresUrl, readStoreUrl } from './store-url.ts';

export type StoredRecord = {
  readonly kind: string;
  readonly id: string;
  /** As this version reads it; the reason, without a word of what it holds, when it does not read. */
  readonly read:
    | { readonly ok: true; readonly record: unknown }
    | { readonly ok: false; readonly why: string };
};

export type StoreReading = {
  readonly path: string;
  readonly connection: DatabaseSync;
  readonly version: number;
  readonly sizeBytes: number;
  /** One after the other, so that a large store needs no memory. */
  records(): Generator<StoredRecord>;
};

const pathOf = (storeUrl: string): string => {
  if (isPostgresUrl(storeUrl)) {
    throw new StoreError('unavailable', {
      message:
        'STORE_URL names a PostgreSQL database. Its own tools do this: pg_dump --schema=makevideo --schema=makevideo_lanes copies it while the bot runs, pg_restore brings it back, pg_amcheck examines it.',
    });
  }
  const location = readStoreUrl(storeUrl);
  if (location.kind === 'file' && existsSync(location.path)) return location.path;
  const what =
    location.kind === 'file'
      ? `There is no store at ${location.path}`
      : 'A store in memory cannot be read from outside';
  throw new StoreError('unavailable', { message: `${what}. Set STORE_URL to the one that the bot uses.` });
};

const versionOf = (connection: DatabaseSync, path: string): number => {
  const version = numberOf(connection, 'user_version');
  if (numberOf(connection, 'application_id') !== applicationId) {
    throw new StoreError('unavailable', { message: `The file ${path} is not a store of Makevideo.` });
  }
  if (version > migrations.length) throw storeErrorOfKind('newer', path);
  return version;
};

const shapes: ReadonlyMap<string, RecordShape<unknown>> = new Map(
  Object.values(recordShapes).map((shape) => [shape.kind, shape]),
);

const readValue = (kind: string, id: string, text: string): StoredRecord['read'] => {
  const shape = shapes.get(kind);
  if (shape === undefined)
    return { ok: false, why: `The record ${kind}/${id} is of a kind that this version does not know.` };
  try {
    const { value } = JSON.parse(text);
    return { ok: true, record: fromVersioned(shape, id, value) };
  } catch (cause) {
    // A parser's message may quote the record.
    const isOurs = cause instanceof StoreError;
    return { ok: false, why: isOurs ? cause.message : `The record ${kind}/${id} is no JSON.` };
  }
};

function* readRecords(connection: DatabaseSync, path: string): Generator<StoredRecord> {
  const rows = connection.prepare('SELECT kind, id, value FROM records ORDER BY kind, id').iterate();
  for (;;) {
    const next = guarded(path, () => rows.next());
    if (next.done === true) return;
    const [kind, id] = [String(next.value['kind']), String(next.value['id'])];
    yield { kind, id, read: readValue(kind, id, String(next.value['value'])) };
  }
}

/** Calls `work` with the open store and closes it afterwards. @throws StoreError for the operator. */
export const withStore = <T>(storeUrl: string, work: (store: StoreReading) => T): T => {
  const path = pathOf(storeUrl);
  return guarded(path, () => {
    const connection = new DatabaseSync(path, { readOnly: true });
    try {
      return work({
        path,
        connection,
        version: versionOf(connection, path),
        sizeBytes: statSync(path).size,
        records: () => readRecords(connection, path),
      });
    } finally {
      connection.close();
    }
  });
};
