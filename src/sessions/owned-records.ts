/** What is kept of one person, by id: one query on either database. Must not know why somebody asks. */
import type { OwnedRecords } from '../ports/store.ts';
import type { Database } from './database.ts';
import type { PostgresDatabase } from './postgres.ts';

/**
 * Condition and expression are those of the index `records_owner`, word for word: that is how the databases know that they may use it.
 * Quotes inside people's words are escaped in JSON, so the field is found and nothing else. An id ends at its quote, and `#` is the
 * character after the quote: between the two lie the texts that begin with this id and no other.
 */
const kinds = `kind IN ('threads', 'turns', 'renders', 'arrivals')`;
const sqliteOwner = `substr(value, instr(value, '"requesterId":"') + 15, 24)`;
const postgresOwner = `(substr(value, strpos(value, '"requesterId":"') + 15, 24) COLLATE "C")`;

const rangeOf = (personId: string): [string, string] => [`${personId}"`, `${personId}#`];

const sorted = (rows: readonly Readonly<Record<string, unknown>>[]): OwnedRecords => {
  const idsOf = (kind: string): string[] =>
    rows.flatMap((row) => (row['kind'] === kind ? [String(row['id'])] : []));
  return {
    threadIds: idsOf('threads'),
    turnIds: idsOf('turns'),
    renderIds: idsOf('renders'),
    arrivalIds: idsOf('arrivals'),
  };
};

type FindOwned = (personId: string) => Promise<OwnedRecords>;

/** Parameters: from, to. The index is named because SQLite would walk the primary key, kind by kind. */
export const sqliteOwnedQuery = `SELECT kind, id FROM records INDEXED BY records_owner WHERE ${kinds} AND ${sqliteOwner} >= ? AND ${sqliteOwner} < ?`;

export const sqliteOwnedRecords =
  (database: Database): FindOwned =>
  async (personId) =>
    sorted(database.prepare(sqliteOwnedQuery).all(...rangeOf(personId)));

const postgresOwnedQuery = `
  SELECT kind, id FROM makevideo.records WHERE ${kinds} AND ${postgresOwner} >= $1 AND ${postgresOwner} < $2`;

export const postgresOwnedRecords =
  ({ query }: Pick<PostgresDatabase, 'query'>): FindOwned =>
  async (personId) =>
    sorted((await query(postgresOwnedQuery, rangeOf(personId))).rows);
