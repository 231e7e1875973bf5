/** What is kept of one person, by id: one query on either database. Must not know why somebody asks. */
import type { OwnedRecords } from '../ports/store.ts';
import type { Database } from './database.ts';
import type { PostgresDatabase } from './postgres.ts';

const kinds = `'threads', 'turns', 'renders', 'arrivals'`;

/** Quotes inside people's words are escaped in JSON, so this is found as the field and nowhere else. */
const fieldOf = (personId: string): string => `"requesterId":${JSON.stringify(personId)}`;

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

export const sqliteOwnedRecords =
  (database: Database): FindOwned =>
  async (personId) => {
    const find = database.prepare(
      `SELECT kind, id FROM records WHERE kind IN (${kinds}) AND instr(value, ?) > 0`,
    );
    return sorted(find.all(fieldOf(personId)));
  };

export const postgresOwnedRecords =
  ({ query }: Pick<PostgresDatabase, 'query'>): FindOwned =>
  async (personId) => {
    const find = `SELECT kind, id FROM makevideo.records WHERE kind IN (${kinds}) AND strpos(value, $1) > 0`;
    return sorted((await query(find, [fieldOf(personId)])).rows);
  };
