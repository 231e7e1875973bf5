/** The SQLite database behind sessions that were opened on one. */
import type { Database } from '../../src/sessions/database.ts';
import type { Sessions } from '../../src/sessions/sessions.ts';

export const sqliteOf = ({ engine }: Sessions): Database => {
  if (engine.kind !== 'sqlite') throw new TypeError('These sessions are not kept in SQLite.');
  return engine.database;
};
