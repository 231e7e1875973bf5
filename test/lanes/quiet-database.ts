/** A shared database that can tell when nothing happens in it any more on behalf of this process. */
import type { PostgresDatabase } from '../../src/sessions/postgres.ts';
import { settle as settlePromises } from './fake-clock.ts';

export type QuietDatabase = PostgresDatabase & {
  /** Resolves when no statement is under way and every word that was sent has been heard, and nothing followed from that. */
  settle(): Promise<void>;
};

const channel = 'test_settle';

export const withQuiet = async (database: PostgresDatabase): Promise<QuietDatabase> => {
  const statements = { underWay: 0, begun: 0 };
  const heard = new Map<string, () => void>();
  await database.listen(channel, {
    onConnected: () => undefined,
    onPayload: (payload) => heard.get(payload)?.(),
  });

  /** Words are heard in the order in which they were sent, so this one comes after all that were sent before. */
  const hearEverything = async (): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const word = `${process.pid} ${Math.random()}`;
    heard.set(word, resolve);
    await database.query('SELECT pg_notify($1, $2)', [channel, word]);
    await promise;
    heard.delete(word);
  };

  const counted = async <T>(work: () => Promise<T>): Promise<T> => {
    statements.underWay += 1;
    statements.begun += 1;
    try {
      return await work();
    } finally {
      statements.underWay -= 1;
    }
  };

  return {
    ...database,
    transaction: (work) => counted(() => database.transaction(work)),
    query: (sql, values) => counted(() => database.query(sql, values)),
    settle: async () => {
      for (let before = -1; before !== statements.begun || statements.underWay > 0; ) {
        before = statements.begun;
        await settlePromises();
        await hearEverything();
        await settlePromises();
      }
    },
  };
};
