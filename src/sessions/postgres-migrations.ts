/** The shape of the store on PostgreSQL, version by version. A list that only grows: a released entry is never edited. */
import type { StoreError } from '../ports/store.ts';
import type { PostgresQuery } from './postgres.ts';

/**
 * Everything is in a schema of its own. Version n is what the first n entries made; all that is missing runs in one transaction.
 * Ids sort by bytes, so that a walk over them does not depend on the database's language.
 */
const migrations: readonly string[] = [
  `
  CREATE TABLE makevideo.records (
    kind text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    value text NOT NULL,
    expires_at_ms bigint,
    PRIMARY KEY (kind, id)
  );
  CREATE INDEX records_expiring ON makevideo.records (expires_at_ms) WHERE expires_at_ms IS NOT NULL;

  CREATE SEQUENCE makevideo.fences;
  CREATE TABLE makevideo.leases (
    name text PRIMARY KEY,
    fence bigint NOT NULL,
    owner text NOT NULL,
    since timestamptz NOT NULL,
    until timestamptz NOT NULL
  );
  `,
  // As in SQLite (migrations.ts): the few records that are not over, among those of a year.
  `
  CREATE INDEX records_open ON makevideo.records (kind, id)
    WHERE kind IN ('turns', 'renders') AND value !~ '"phase":"(settled|delivered|failed|cancelled)"';
  CREATE INDEX records_owner
    ON makevideo.records ((substr(value, strpos(value, '"requesterId":"') + 15, 24) COLLATE "C"))
    WHERE kind IN ('threads', 'turns', 'renders', 'arrivals');
  `,
];

/** "MKVD", so that processes that start at the same moment on an empty database wait for each other. */
const startLock = 0x4d4b5644;

const versionName = 'schema-version';

/**
 * Brings the database to the newest version. To be called first in the transaction of the start, which it makes exclusive.
 * @throws what `newer` makes when a newer version of the bot was here.
 */
export const migratePostgres = async (query: PostgresQuery, newer: () => StoreError): Promise<void> => {
  await query('SELECT pg_advisory_xact_lock($1)', [startLock]);
  await query(`
    CREATE SCHEMA IF NOT EXISTS makevideo;
    CREATE TABLE IF NOT EXISTS makevideo.facts (name text PRIMARY KEY, value text NOT NULL);
  `);
  const { rows } = await query('SELECT value FROM makevideo.facts WHERE name = $1', [versionName]);
  const version = Number(rows[0]?.['value'] ?? 0);
  if (version > migrations.length) throw newer();
  for (const sql of migrations.slice(version)) await query(sql);
  await query(
    `INSERT INTO makevideo.facts (name, value) VALUES ($1, $2)
     ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
    [versionName, String(migrations.length)],
  );
};
