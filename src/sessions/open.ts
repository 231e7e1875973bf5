/** Opens what is remembered, by URL. Must not know how either kind of store works. */
import type { Sessions, SessionsOptions } from './sessions.ts';
import { isPostgresUrl } from './store-url.ts';

/**
 * Opens the store: an SQLite file for this process alone, or a PostgreSQL database that many share.
 * Rejects with a StoreError whose message says what an operator can do: `locked` (another process owns it, and which), `newer`,
 * `corrupt`, `readOnly`, `full`, or `unavailable` (an unknown URL, the wrong key, anything else). Nothing stays open then.
 */
export const openSessions = async (options: SessionsOptions): Promise<Sessions> => {
  // Each kind is loaded where it is used, with its packages.
  if (isPostgresUrl(options.storeUrl)) {
    const { openPostgres } = await import('./open-postgres.ts');
    return openPostgres(options);
  }
  const { openSqlite } = await import('./open-sqlite.ts');
  return openSqlite(options);
};
