/** What is not over, by id: one query on either database. Must not know what an open record means. */
import type { OpenWork } from '../ports/store.ts';
import type { Database } from './database.ts';
import type { PostgresDatabase } from './postgres.ts';

/** The conditions are those of the index `records_open`, word for word: that is how the databases know that they may use it. */
const sqlite = `
  SELECT kind, id FROM records WHERE kind = 'arrivals'
  UNION ALL
  SELECT kind, id FROM records WHERE kind = 'accounts' AND id > 'own:' AND id < 'own;' AND instr(id, '.') > 0
  UNION ALL
  SELECT kind, id FROM records
    WHERE kind IN ('turns', 'renders')
      AND instr(value, '"phase":"settled"') = 0
      AND instr(value, '"phase":"delivered"') = 0
      AND instr(value, '"phase":"failed"') = 0
      AND instr(value, '"phase":"cancelled"') = 0`;

const postgres = `
  SELECT kind, id FROM makevideo.records WHERE kind = 'arrivals'
  UNION ALL
  SELECT kind, id FROM makevideo.records
    WHERE kind = 'accounts' AND id > 'own:' AND id < 'own;' AND strpos(id, '.') > 0
  UNION ALL
  SELECT kind, id FROM makevideo.records
    WHERE kind IN ('turns', 'renders') AND value !~ '"phase":"(settled|delivered|failed|cancelled)"'`;

const sorted = (rows: readonly Readonly<Record<string, unknown>>[]): OpenWork => {
  const idsOf = (kind: string): string[] =>
    rows.flatMap((row) => (row['kind'] === kind ? [String(row['id'])] : []));
  return {
    arrivalIds: idsOf('arrivals'),
    turnIds: idsOf('turns'),
    renderIds: idsOf('renders'),
    triedAccountIds: idsOf('accounts'),
  };
};

export const sqliteOpenWork =
  (database: Database): (() => Promise<OpenWork>) =>
  async () =>
    sorted(database.prepare(sqlite).all());

export const postgresOpenWork =
  ({ query }: Pick<PostgresDatabase, 'query'>): (() => Promise<OpenWork>) =>
  async () =>
    sorted((await query(postgres)).rows);
