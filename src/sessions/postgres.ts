/** Connections to one PostgreSQL database, safely: every failure is a StoreError, none ends the process. Must not know the tables. */
import { Client, type ClientConfig, Pool } from 'pg';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import { postgresErrorOf } from './postgres-error.ts';
import { createListener, type Listen } from './postgres-listener.ts';

export type PostgresRow = Readonly<Record<string, unknown>>;

/** One statement, or several without values. bigint arrives as text. Rejects with StoreError, which carries the SQLSTATE as `code`. */
export type PostgresQuery = (
  sql: string,
  values?: readonly unknown[],
) => Promise<{ readonly rows: PostgresRow[] }>;

export type PostgresDatabase = {
  readonly query: PostgresQuery;
  /** All or nothing: what `work` rejects with undoes it. */
  transaction<T>(work: (query: PostgresQuery) => Promise<T>): Promise<T>;
  readonly listen: Listen;
  close(): Promise<void>;
};

/** More than the statements that one process has under way at a time; few enough for twenty processes on a default server. */
const connectionsMax = 10;
const connectTimeoutMs = 10_000;
/** A statement that takes longer is given up: whoever waits for it is told. */
const queryTimeoutMs = 30_000;

/** For messages: where the database is, without the account. */
const nameOf = (url: string): string => {
  const { host, pathname } = new URL(url);
  return `postgres://${host}${pathname}`;
};

const settingsOf = (url: string): ClientConfig => ({
  connectionString: url,
  connectionTimeoutMillis: connectTimeoutMs,
  query_timeout: queryTimeoutMs,
  keepAlive: true,
  application_name: 'makevideo',
});

type Options = { readonly url: string; readonly clock: Clock; readonly log: Log };

const createTransaction =
  (pool: Pool, name: string): PostgresDatabase['transaction'] =>
  async (work) => {
    const client = await pool.connect().catch((cause: unknown) => {
      throw postgresErrorOf(cause, name);
    });
    let failure: Error | undefined;
    // A connection that breaks while it is in use here has no listener otherwise, and that would end the process.
    const onError = (error: Error): void => {
      failure = error;
    };
    client.on('error', onError);
    try {
      await client.query('BEGIN');
      const result = await work((sql, values) => client.query<PostgresRow>(sql, values && [...values]));
      await client.query('COMMIT');
      return result;
    } catch (cause) {
      // A connection that cannot even roll back is thrown away, and with it the transaction.
      await client.query('ROLLBACK').catch((error: Error) => {
        failure ??= error;
      });
      throw postgresErrorOf(cause, name);
    } finally {
      client.off('error', onError);
      client.release(failure);
    }
  };

/** Connects when first asked. The pool replaces connections that were lost; whoever used one at that moment is told. */
export const connectPostgres = ({ url, clock, log }: Options): PostgresDatabase => {
  const name = nameOf(url);
  const pool = new Pool({ ...settingsOf(url), max: connectionsMax });
  // Not the error itself: the driver hangs the connection on it, and the password on that.
  pool.on('error', ({ message: reason }) => log.warn({ reason }, 'an idle connection to the store was lost'));
  const listener = createListener({
    // A connection that only listens may be silent for hours.
    createClient: () => new Client({ ...settingsOf(url), application_name: 'makevideo listener' }),
    storeErrorOf: (cause) => postgresErrorOf(cause, name),
    clock,
    log,
  });
  return {
    query: async (sql, values) => {
      try {
        return await pool.query<PostgresRow>(sql, values && [...values]);
      } catch (cause) {
        throw postgresErrorOf(cause, name);
      }
    },
    transaction: createTransaction(pool, name),
    listen: listener.listen,
    close: async () => {
      await listener.close();
      await pool.end();
    },
  };
};
