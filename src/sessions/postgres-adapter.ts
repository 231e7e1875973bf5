/** keyv's storage over the `records` table of PostgreSQL. Must not know what the texts mean. */
import { keyvStorageCapability } from 'keyv';
import type { PostgresDatabase } from './postgres.ts';
import type { RecordAdapter } from './record-adapter.ts';

const statements = {
  get: `SELECT value FROM makevideo.records
    WHERE kind = $1 AND id = $2 AND (expires_at_ms IS NULL OR expires_at_ms > $3)`,
  set: `INSERT INTO makevideo.records (kind, id, value, expires_at_ms) VALUES ($1, $2, $3, $4)
    ON CONFLICT (kind, id) DO UPDATE SET value = excluded.value, expires_at_ms = excluded.expires_at_ms`,
  delete: 'DELETE FROM makevideo.records WHERE kind = $1 AND id = $2 RETURNING id',
  clear: 'DELETE FROM makevideo.records WHERE kind = $1',
  after: `SELECT id, value FROM makevideo.records
    WHERE kind = $1 AND id > $2 AND (expires_at_ms IS NULL OR expires_at_ms > $3) ORDER BY id LIMIT 1`,
  expire: `DELETE FROM makevideo.records
    WHERE ctid IN (SELECT ctid FROM makevideo.records WHERE expires_at_ms <= $1 LIMIT $2) RETURNING id`,
};

/**
 * One adapter per kind; keyv sets `namespace`. Methods reject with StoreError. Two writes of one record by one process are kept in
 * order, although they may travel on different connections. Expiry is read with the system's clock because keyv stamps it with that one.
 */
export const createPostgresAdapter = ({ query }: Pick<PostgresDatabase, 'query'>): RecordAdapter => {
  const underWay = new Map<string, Promise<unknown>>();

  const inOrder = <T>(key: string, write: () => Promise<T>): Promise<T> => {
    const before = underWay.get(key);
    // The one before tells its own caller when it fails.
    const now = before === undefined ? write() : before.then(write, write);
    underWay.set(key, now);
    const leave = (): void => {
      if (underWay.get(key) === now) underWay.delete(key);
    };
    now.then(leave, leave);
    return now;
  };

  const adapter: RecordAdapter = {
    namespace: undefined,
    get: async (key) => {
      const { rows } = await query(statements.get, [adapter.namespace, key, Date.now()]);
      const value = rows[0]?.['value'];
      return typeof value === 'string' ? value : undefined;
    },
    set: async (key, value, expiresAtMs) => {
      if (typeof value !== 'string') return false;
      const row = [adapter.namespace, key, value, expiresAtMs ?? null];
      await inOrder(key, () => query(statements.set, row));
      return true;
    },
    delete: async (key) => {
      const { rows } = await inOrder(key, () => query(statements.delete, [adapter.namespace, key]));
      return rows.length > 0;
    },
    clear: async () => {
      await query(statements.clear, [adapter.namespace]);
    },
    has: async (key) => (await adapter.get(key)) !== undefined,
    iterator: async function* () {
      let last = '';
      for (;;) {
        const { rows } = await query(statements.after, [adapter.namespace, last, Date.now()]);
        const { id, value } = rows[0] ?? {};
        if (typeof id !== 'string' || typeof value !== 'string') return;
        last = id;
        yield [last, value];
      }
    },
  };
  return Object.assign(adapter, { capabilities: keyvStorageCapability(adapter) });
};

/** Removes at most `count` expired records of every kind; says how many it were. Rejects with StoreError. */
export const postgresExpiry =
  ({ query }: Pick<PostgresDatabase, 'query'>): ((count: number) => Promise<number>) =>
  async (count) =>
    (await query(statements.expire, [Date.now(), count])).rows.length;
