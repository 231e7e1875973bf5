/** Opens a store that many processes share on PostgreSQL: connection, tables, keys, store. Must not know who uses it. */
import { StoreError } from '../ports/store.ts';
import { createClusterExclusion } from './cluster-exclusion.ts';
import { type Facts, openKeys, type StoreKeys } from './keys.ts';
import { type Cluster, createLocalCluster } from './local-cluster.ts';
import { postgresOpenWork } from './open-work.ts';
import { postgresOwnedRecords } from './owned-records.ts';
import { connectPostgres, type PostgresDatabase, type PostgresQuery } from './postgres.ts';
import { createPostgresAdapter, postgresExpiry } from './postgres-adapter.ts';
import { postgresErrorOfKind } from './postgres-error.ts';
import { createPostgresLeases } from './postgres-leases.ts';
import { migratePostgres } from './postgres-migrations.ts';
import { openPostgresSignals } from './postgres-signals.ts';
import { recordShapes } from './records.ts';
import { keepRetention } from './retention.ts';
import type { Sessions, SessionsOptions } from './sessions.ts';
import { createStore, resealAccounts } from './store.ts';

const createFacts = (query: PostgresQuery): Facts => ({
  read: async (name) => {
    const { rows } = await query('SELECT value FROM makevideo.facts WHERE name = $1', [name]);
    const value = rows[0]?.['value'];
    return typeof value === 'string' ? value : null;
  },
  write: async (name, value) => {
    await query(
      `INSERT INTO makevideo.facts (name, value) VALUES ($1, $2)
       ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
      [name, value],
    );
  },
});

const demandSecret = ({ storeSecret }: SessionsOptions): void => {
  if (storeSecret !== null) return;
  throw new StoreError('unavailable', {
    message:
      'A store on PostgreSQL needs STORE_SECRET, the same one for every process: there is no place for a key file that all of them see.',
  });
};

const openCluster = async (database: PostgresDatabase, options: SessionsOptions): Promise<Cluster> => {
  const { clock, log } = options;
  const leases = createPostgresLeases({ database, clock, log });
  return {
    leases,
    signals: await openPostgresSignals(database, log),
    exclusively: createClusterExclusion({ leases, inProcess: createLocalCluster().exclusively, clock, log }),
  };
};

const accountIds = async (query: PostgresQuery): Promise<readonly string[]> => {
  const { rows } = await query('SELECT id FROM makevideo.records WHERE kind = $1', [
    recordShapes.accounts.kind,
  ]);
  return rows.map((row) => String(row['id']));
};

const reseal = async (keys: StoreKeys, parts: Pick<Sessions, 'store'> & { database: PostgresDatabase }) => {
  await resealAccounts(await accountIds(parts.database.query), parts.store);
  await keys.confirm();
};

const fill = async (options: SessionsOptions, held: AsyncDisposableStack): Promise<Sessions> => {
  const { storeUrl: url, clock } = options;
  const database = held.adopt(connectPostgres({ url, clock, log: options.log }), (opened) => opened.close());
  const { log, storeSecret, olderStoreSecrets = [] } = options;
  const name = URL.parse(options.storeUrl)?.host ?? '';
  const openKeysWith = (query: PostgresQuery): Promise<StoreKeys> =>
    openKeys({ facts: createFacts(query), storeSecret, olderStoreSecrets, keyPath: null });
  // One transaction, so that the processes of a cluster which start together agree on one salt.
  await database.transaction(async (query) => {
    await migratePostgres(query, () => postgresErrorOfKind('newer', name));
    await openKeysWith(query);
  });
  const keys = await openKeysWith(database.query);
  held.adopt(keepRetention({ remove: postgresExpiry(database), clock, log }), (kept) => kept.close());
  const close = (): Promise<void> => held.disposeAsync();
  const createAdapter = () => createPostgresAdapter(database);
  const openWork = postgresOpenWork(database);
  const ownedBy = postgresOwnedRecords(database);
  const store = createStore({ createAdapter, secrets: keys.secrets, log, openWork, ownedBy, close });
  if (keys.mustReseal) {
    await reseal(keys, { store, database });
    log.info({}, 'credentials sealed again with the new key; the older one is no longer needed');
  }
  return { store, engine: { kind: 'postgres', database }, ...(await openCluster(database, options)), close };
};

/** Opens the store beside the other processes that use it. Rejects with StoreError; nothing stays open then. */
export const openPostgres = async (options: SessionsOptions): Promise<Sessions> => {
  demandSecret(options);
  const held = new AsyncDisposableStack();
  try {
    return await fill(options, held);
  } catch (cause) {
    await held.disposeAsync();
    throw cause;
  }
};
