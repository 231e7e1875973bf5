/** Opens what is remembered, by URL. Must not know how either kind of store works. */
import { openPostgres } from './open-postgres.ts';
import { openSqlite } from './open-sqlite.ts';
import type { Sessions, SessionsOptions } from './sessions.ts';

/**
 * Opens the store: an SQLite file for this process alone, or a PostgreSQL database that many share.
 * Rejects with a StoreError whose message says what an operator can do: `locked` (another process owns it, and which), `newer`,
 * `corrupt`, `readOnly`, `full`, or `unavailable` (an unknown URL, the wrong key, anything else). Nothing stays open then.
 */
export const openSessions = (options: SessionsOptions): Promise<Sessions> =>
  /^postgres(?:ql)?:/u.test(options.storeUrl) ? openPostgres(options) : openSqlite(options);
