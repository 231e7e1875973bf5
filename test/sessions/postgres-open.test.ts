/** Opening a store on PostgreSQL: what an operator is told when it cannot be. */
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { StoreError } from '../../src/ports/store.ts';
import { openSessions } from '../../src/sessions/open.ts';
import { postgresErrorOf } from '../../src/sessions/postgres-error.ts';
import type { Sessions } from '../../src/sessions/sessions.ts';
import { freshDatabase, query } from '../postgres/fresh-database.ts';
import { realClock } from './real-clock.ts';
import { createRecordingLog } from './recording-log.ts';
import { sampleAccount } from './sample-records.ts';

let url = '';

beforeAll(async () => {
  url = await freshDatabase();
});

type Changes = { storeSecret?: string | null; olderStoreSecrets?: readonly string[] };

const open = async (storeUrl: string, changes: Changes = {}): Promise<Sessions> => {
  const sessions = await openSessions({
    storeUrl,
    storeSecret: 'the first of the secrets',
    clock: realClock,
    log: createRecordingLog(),
    onLeaseLost: () => undefined,
    ...changes,
  });
  onTestFinished(() => sessions.close());
  return sessions;
};

const refusalOf = async (storeUrl: string, changes: Changes = {}): Promise<StoreError> => {
  try {
    await open(storeUrl, changes);
  } catch (error) {
    if (error instanceof StoreError) return error;
    throw error;
  }
  throw new Error('the store was opened');
};

const changed = (change: (address: URL) => void): string => {
  const address = new URL(url);
  change(address);
  return address.href;
};

/** No test and hardly any machine listens there, and nobody is given it by chance. */
const closedPort = '1';

describe('a store on PostgreSQL is refused', () => {
  it('without STORE_SECRET', async () => {
    const { kind, message } = await refusalOf(url, { storeSecret: null });
    expect(kind).toBe('unavailable');
    expect(message).toContain('STORE_SECRET');
  });

  it('where nobody listens, and the message names the place and not the password', async () => {
    const { message } = await refusalOf(
      changed((address) => {
        address.port = closedPort;
        address.password = 'very-secret-password';
      }),
    );
    expect(message).toContain(`127.0.0.1:${closedPort}`);
    expect(message).toContain('ECONNREFUSED');
    expect(message).not.toContain('very-secret-password');
  });

  it('with a wrong password, or a database that is not there', async () => {
    const wrongPassword = await refusalOf(changed((address) => (address.password = 'wrong-password')));
    expect(wrongPassword.message).toContain('28P01');
    expect(wrongPassword.message).not.toContain('wrong-password');
    const nowhere = await refusalOf(changed((address) => (address.pathname = '/nowhere')));
    expect(nowhere.message).toContain('database "nowhere" does not exist');
  });

  it('when it may not be written', async () => {
    const readOnly = changed((address) => {
      address.searchParams.set('options', '-c default_transaction_read_only=on');
    });
    expect((await refusalOf(readOnly)).kind).toBe('readOnly');
  });

  it('with another secret than the one it was made with, until the older one is handed over', async () => {
    const own = await freshDatabase();
    const before = await open(own);
    await before.store.accounts.set('p1', sampleAccount('p1'));
    const other = { storeSecret: 'the second of the secrets' };
    expect((await refusalOf(own, other)).message).toContain('another key');
    await open(own, { ...other, olderStoreSecrets: ['the first of the secrets'] });
    const after = await open(own, other);
    expect(await after.store.accounts.get('p1')).toEqual(sampleAccount('p1'));
  });

  it('after a newer version of the bot was here', async () => {
    const own = await freshDatabase();
    await open(own);
    await query(own, "UPDATE makevideo.facts SET value = '999' WHERE name = 'schema-version'");
    expect((await refusalOf(own)).kind).toBe('newer');
    const [row] = await query(own, "SELECT value FROM makevideo.facts WHERE name = 'schema-version'");
    expect(row).toEqual({ value: '999' });
  });
});

const quoting = (code: string): string =>
  postgresErrorOf(Object.assign(new Error('what people wrote'), { code }), 'postgres://here').message;

describe('a failure of PostgreSQL', () => {
  it.each([
    ['53100', 'full'],
    ['25006', 'readOnly'],
    ['42501', 'readOnly'],
    ['XX001', 'corrupt'],
    ['57P01', 'unavailable'],
    ['40001', 'unavailable'],
  ])('%s means %s', (code, kind) => {
    const cause = Object.assign(new Error('what people wrote'), { code });
    expect(postgresErrorOf(cause, 'postgres://here')).toMatchObject({ kind, code, cause });
  });

  it('quotes the server only where it speaks of connections', () => {
    expect(quoting('22P02')).not.toContain('what people wrote');
    expect(quoting('28P01')).toContain('what people wrote');
  });

  it('passes on what is one already', () => {
    const error = new StoreError('newer', { message: 'newer' });
    expect(postgresErrorOf(error, 'postgres://here')).toBe(error);
  });
});
