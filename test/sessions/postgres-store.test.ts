/** The store on PostgreSQL, held to the contract of all stores. */
import { beforeAll, onTestFinished } from 'vitest';
import { openSessions } from '../../src/sessions/open.ts';
import type { Sessions } from '../../src/sessions/sessions.ts';
import { type StoreUnderTest, storeContract } from '../contracts/store-contract.ts';
import { freshDatabase, query } from '../postgres/fresh-database.ts';
import { realClock } from './real-clock.ts';
import { createRecordingLog } from './recording-log.ts';

let url = '';

beforeAll(async () => {
  url = await freshDatabase();
});

/** What the server says when it cannot write (PostgreSQL manual, appendix A). */
const sqlStates = { full: '53100', readOnly: '25006' };

const open = async (): Promise<StoreUnderTest> => {
  const log = createRecordingLog();
  const openOnce = async (): Promise<Sessions> =>
    openSessions({
      storeUrl: url,
      storeSecret: 'a secret of many letters',
      clock: realClock,
      log,
      onLeaseLost: (error) => {
        throw error;
      },
    });
  await query(url, 'DROP SCHEMA IF EXISTS makevideo CASCADE');
  let sessions = await openOnce();
  onTestFinished(async () => sessions.close());
  return {
    store: sessions.store,
    reopen: async () => {
      await sessions.close();
      sessions = await openOnce();
      return sessions.store;
    },
    writeRaw: async (kind, id, text) => {
      await query(
        url,
        `INSERT INTO makevideo.records VALUES ($1, $2, $3, NULL)
         ON CONFLICT (kind, id) DO UPDATE SET value = excluded.value`,
        [kind, id, text],
      );
    },
    readRaw: async (kind, id) => {
      const sql = 'SELECT value FROM makevideo.records WHERE kind = $1 AND id = $2';
      const [row] = await query(url, sql, [kind, id]);
      return row === undefined ? null : String(row['value']);
    },
    refuseWrites: async (why) => {
      await query(
        url,
        `CREATE FUNCTION makevideo.refuse() RETURNS trigger LANGUAGE plpgsql AS
           $$ BEGIN RAISE EXCEPTION USING ERRCODE = '${sqlStates[why]}'; END $$;
         CREATE TRIGGER refuse BEFORE INSERT OR UPDATE ON makevideo.records
           FOR EACH ROW EXECUTE FUNCTION makevideo.refuse();`,
      );
    },
    refuseReads: async () => {
      await query(url, 'ALTER TABLE makevideo.records RENAME TO elsewhere');
    },
    complaints: () =>
      log.lines
        .filter(({ level }) => level === 'error')
        .map(({ fields }) => `${String(fields['kind'])}/${String(fields['id'])}`),
  };
};

storeContract('PostgreSQL', open);
