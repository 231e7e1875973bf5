/** keyv's storage over the `records` table: text by kind and id, with an expiry. Must not know what the text means. */
import { keyvStorageCapability } from 'keyv';
import type { Database } from './database.ts';
import type { RecordAdapter } from './record-adapter.ts';

const compile = (database: Database) => ({
  get: database.prepare(
    'SELECT value FROM records WHERE kind = ? AND id = ? AND (expires_at_ms IS NULL OR expires_at_ms > ?)',
  ),
  set: database.prepare(
    `INSERT INTO records (kind, id, value, expires_at_ms) VALUES (?, ?, ?, ?)
     ON CONFLICT (kind, id) DO UPDATE SET value = excluded.value, expires_at_ms = excluded.expires_at_ms`,
  ),
  delete: database.prepare('DELETE FROM records WHERE kind = ? AND id = ?'),
  clear: database.prepare('DELETE FROM records WHERE kind = ?'),
  after: database.prepare(
    `SELECT id, value FROM records WHERE kind = ? AND id > ? AND (expires_at_ms IS NULL OR expires_at_ms > ?)
     ORDER BY id LIMIT 1`,
  ),
});

/**
 * One adapter per kind; keyv sets `namespace`. Methods reject with StoreError.
 * Expiry is read with the system's clock because keyv stamps it with that one.
 */
export const createSqliteAdapter = (database: Database): RecordAdapter => {
  const statements = compile(database);
  const adapter: RecordAdapter = {
    namespace: undefined,
    get: async (key) => {
      const value = statements.get.get(adapter.namespace ?? '', key, Date.now())?.['value'];
      return typeof value === 'string' ? value : undefined;
    },
    set: async (key, value, expiresAtMs) => {
      if (typeof value !== 'string') return false;
      statements.set.run(adapter.namespace ?? '', key, value, expiresAtMs ?? null);
      await database.flushed();
      return true;
    },
    delete: async (key) => {
      const changes = statements.delete.run(adapter.namespace ?? '', key);
      await database.flushed();
      return changes > 0;
    },
    clear: async () => {
      statements.clear.run(adapter.namespace ?? '');
      await database.flushed();
    },
    has: async (key) => (await adapter.get(key)) !== undefined,
    iterator: async function* () {
      let last = '';
      for (;;) {
        const row = statements.after.get(adapter.namespace ?? '', last, Date.now());
        if (typeof row?.['id'] !== 'string' || typeof row['value'] !== 'string') return;
        last = row['id'];
        yield [last, row['value']];
      }
    },
  };
  return Object.assign(adapter, { capabilities: keyvStorageCapability(adapter) });
};

/** Removes at most `count` expired records of every kind; says how many it were. Rejects with StoreError. */
export const sqliteExpiry = (database: Database): ((count: number) => Promise<number>) => {
  const expire = database.prepare(
    'DELETE FROM records WHERE rowid IN (SELECT rowid FROM records WHERE expires_at_ms <= ? LIMIT ?)',
  );
  return async (count) => {
    const removedCount = expire.run(Date.now(), count);
    await database.flushed();
    return removedCount;
  };
};
