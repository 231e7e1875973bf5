/** The SQLite store in memory and in a file, held to the contract of all stores. */
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Clock } from '../../src/ports/clock.ts';
import { openSessions } from '../../src/sessions/open.ts';
import type { Sessions } from '../../src/sessions/sessions.ts';
import { type StoreUnderTest, storeContract } from '../contracts/store-contract.ts';
import { createFakeClock } from '../lanes/fake-clock.ts';
import { createRecordingLog } from './recording-log.ts';
import { sqliteOf } from './sqlite-of.ts';
import { makeTemporaryFolder } from './temporary-folder.ts';

const refusal = { full: 'PRAGMA max_page_count = 1', readOnly: 'PRAGMA query_only = 1' };

const open = async (storeUrl: string, clock: Clock = createFakeClock()): Promise<StoreUnderTest> => {
  const log = createRecordingLog();
  const openOnce = async (): Promise<Sessions> =>
    openSessions({
      storeUrl,
      storeSecret: null,
      clock,
      log,
      onLeaseLost: (error) => {
        throw error;
      },
    });
  let sessions = await openOnce();
  onTestFinished(async () => sessions.close());
  return {
    store: sessions.store,
    reopen:
      storeUrl === 'memory:'
        ? null
        : async () => {
            await sessions.close();
            sessions = await openOnce();
            return sessions.store;
          },
    writeRaw: async (kind, id, text) => {
      sqliteOf(sessions).prepare('INSERT OR REPLACE INTO records VALUES (?, ?, ?, NULL)').run(kind, id, text);
    },
    readRaw: async (kind, id) => {
      const row = sqliteOf(sessions)
        .prepare('SELECT value FROM records WHERE kind = ? AND id = ?')
        .get(kind, id);
      return row === undefined ? null : String(row['value']);
    },
    refuseWrites: async (why) => {
      sqliteOf(sessions).prepare(refusal[why]).all();
    },
    refuseReads: async () => {
      sqliteOf(sessions).prepare('ALTER TABLE records RENAME TO elsewhere').run();
    },
    complaints: () =>
      log.lines
        .filter(({ level }) => level === 'error')
        .map(({ fields }) => `${String(fields['kind'])}/${String(fields['id'])}`),
  };
};

storeContract('SQLite in memory', async () => open('memory:'));
storeContract('SQLite file', async () =>
  open(`sqlite:${join(makeTemporaryFolder(), 'data', 'makevideo.db')}`),
);
