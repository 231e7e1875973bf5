/** The wrapper around keyv, where keyv itself would stay silent. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { openDatabase } from '../../src/sessions/database.ts';
import { createKeyedRecords } from '../../src/sessions/keyed-records.ts';
import type { RecordAdapter } from '../../src/sessions/record-adapter.ts';
import { createSqliteAdapter } from '../../src/sessions/sqlite-adapter.ts';
import { createRecordingLog } from './recording-log.ts';

const codec = {
  kind: 'notes',
  toStored: (_id: string, record: string): unknown => record,
  fromStored: (_id: string, stored: unknown): string => String(stored),
};

const retentionMs = 600_000;

const setUp = (change: Partial<RecordAdapter> = {}) => {
  const log = createRecordingLog();
  const database = openDatabase({ kind: 'memory' }, { log });
  onTestFinished(() => database.close());
  const adapter = Object.assign(createSqliteAdapter(database), change);
  return { records: createKeyedRecords({ adapter, codec, log, retentionMs }), database };
};

describe('keyed records', () => {
  it('reject a write that the storage answered with false', async () => {
    const { records } = setUp({ set: async () => false });
    await expect(records.set('n1', 'hello')).rejects.toMatchObject({
      name: 'StoreError',
      kind: 'unavailable',
    });
  });

  it('reject a record without an id', async () => {
    const { records } = setUp();
    await expect(records.set('', 'hello')).rejects.toMatchObject({ name: 'StoreError' });
    expect(await records.get('')).toBeNull();
  });

  it('keep texts as they are that mean something to keyv itself', async () => {
    const { records } = setUp();
    for (const text of [':base64:aGVsbG8=', ':bigint:7', '::', ':']) {
      await records.set('n1', text);
      expect(await records.get('n1')).toBe(text);
    }
  });

  it('stamp what they store with the time when it may go', async () => {
    const { records, database } = setUp();
    const before = Date.now();
    await records.set('n1', 'hello');
    const expiresAtMs = Number(
      database.prepare('SELECT expires_at_ms FROM records').get()?.['expires_at_ms'],
    );
    expect(expiresAtMs).toBeGreaterThanOrEqual(before + retentionMs);
    expect(expiresAtMs).toBeLessThanOrEqual(Date.now() + retentionMs);
  });
});
