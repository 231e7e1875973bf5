import nock from 'nock';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NemoError } from '../../src/ports/backend.ts';
import { asPerson, createTestClient, errorOf } from './kit.ts';

const apiUrl = 'https://backend.invalid';
const path = '/api/auth/anonymous-token';
const day = 24 * 60 * 60 * 1000;

let test: ReturnType<typeof createTestClient>;
let asked: (string | null)[];

const answer = (status: number, body: unknown, times = 1): void => {
  nock(apiUrl)
    .post(path)
    .times(times)
    .reply(async (request: Request) => {
      asked.push(request.headers.get('x-client-id'));
      return [status, JSON.stringify(body), { 'Content-Type': 'application/json' }];
    });
};

const tokenBody = (token: string, more: object = {}): object => ({ code: 0, data: { token, ...more } });

beforeEach(() => {
  asked = [];
  test = createTestClient(apiUrl, { settings: { operatorToken: null } });
});

afterEach(async () => {
  await test.client.close();
  nock.cleanAll();
});

afterAll(() => {
  nock.restore();
});

describe('a starter account', () => {
  it('has its client id on disk before the id is used', async () => {
    answer(500, {});
    await errorOf(test.client.connect(asPerson('p')));
    expect(test.records.writes).toEqual([
      { accountId: 'anonymous:p', clientId: asked[0], token: null, expiresAtMs: null, userId: null },
    ]);
  });

  it('is one, when two processes of a cluster need it at the same moment', async () => {
    answer(200, tokenBody('nmv_usr_1'));
    const other = createTestClient(apiUrl, {
      settings: { operatorToken: null },
      shared: test,
      newId: () => '00000000-0000-4000-8000-999999999999',
    });
    await Promise.all([test.client.connect(asPerson('p')), other.client.connect(asPerson('p'))]);
    expect(asked).toHaveLength(1);
    expect(test.records.records.get('anonymous:p')).toMatchObject({
      clientId: asked[0],
      token: 'nmv_usr_1',
    });
    await other.client.close();
  });

  it('keeps its client id for ever', async () => {
    answer(500, {});
    await errorOf(test.client.connect(asPerson('p')));
    answer(200, tokenBody('nmv_usr_1'));
    await test.client.connect(asPerson('p'));
    test.clock.advance(8 * day);
    answer(200, tokenBody('nmv_usr_2'));
    await test.client.connect(asPerson('p'));
    expect(new Set(asked).size).toBe(1);
    expect(asked).toHaveLength(3);
  });

  it('is not given again to somebody who gave one up, until that one would be over', async () => {
    const expiresAtMs = test.clock.nowMs() + 7 * day;
    const givenUp = { accountId: 'anonymous:p', clientId: null, token: null, expiresAtMs, userId: null };
    test.records.records.set('anonymous:p', givenUp);
    const refused = await errorOf(test.client.connect(asPerson('p')));
    expect(refused).toMatchObject({ problem: { kind: 'accountLimit' } });
    expect(asked).toEqual([]);
    answer(200, tokenBody('nmv_usr_1'));
    test.clock.advance(7 * day);
    await test.client.connect(asPerson('p'));
    expect(asked).toHaveLength(1);
  });

  it('keeps its token until it expires', async () => {
    answer(200, tokenBody('nmv_usr_1', { expires_at: '2026-11-23T12:00:00Z', user_id: 'anon_1' }));
    await test.client.connect(asPerson('p'));
    test.clock.advance(day - 1);
    await test.client.connect(asPerson('p'));
    expect(asked).toHaveLength(1);
    answer(200, tokenBody('nmv_usr_2'));
    test.clock.advance(1);
    await test.client.connect(asPerson('p'));
    expect(test.records.records.get('anonymous:p')).toMatchObject({ token: 'nmv_usr_2', userId: 'anon_1' });
  });

  it('takes a token without an expiry for seven days', async () => {
    answer(200, tokenBody('nmv_usr_1'));
    await test.client.connect(asPerson('p'));
    expect(test.records.records.get('anonymous:p')?.expiresAtMs).toBe(test.clock.nowMs() + 7 * day);
  });

  it('is made once although many turns wait for it', async () => {
    answer(200, tokenBody('nmv_usr_1'));
    await Promise.all(Array.from({ length: 20 }, () => test.client.connect(asPerson('p'))));
    expect(asked).toHaveLength(1);
  });

  it('is made for those who still wait when the first one gave up', async () => {
    answer(200, tokenBody('nmv_usr_1'));
    const stop = new AbortController();
    const first = errorOf(test.client.connect(asPerson('p', stop.signal)));
    const second = test.client.connect(asPerson('p'));
    stop.abort(new Error('gave up'));
    expect(await first).toBe(stop.signal.reason);
    await expect(second).resolves.toBeUndefined();
    expect(asked).toHaveLength(1);
  });

  it('that is being waited for ends with the client', async () => {
    answer(429, {});
    test.clock.sleep = (_durationMs, signal) =>
      new Promise((_resolve, reject) => {
        if (signal.aborted) reject(signal.reason);
        signal.addEventListener('abort', () => reject(signal.reason));
      });
    const work = errorOf(test.client.connect(asPerson('p')));
    await expect.poll(() => asked.length).toBe(1);
    await test.client.close();
    expect(await work).toMatchObject({ kind: 'network', sent: false });
  });

  it('belongs to one person', async () => {
    answer(200, tokenBody('nmv_usr_1'), 2);
    await test.client.connect(asPerson('p'));
    await test.client.connect(asPerson('q'));
    expect(new Set(asked).size).toBe(2);
  });

  it('waits once when the backend gives no more of them', async () => {
    answer(429, {});
    answer(200, tokenBody('nmv_usr_1'));
    await test.client.connect(asPerson('p'));
    expect(test.clock.sleeps).toEqual([30_000]);
    expect(new Set(asked).size).toBe(1);
  });

  it('says that accounts are limited when waiting did not help', async () => {
    answer(429, { detail: 'too many' }, 2);
    expect(await errorOf(test.client.connect(asPerson('p')))).toMatchObject({
      kind: 'refused',
      sent: false,
      problem: { kind: 'accountLimit', retry: 'never' },
    });
    expect(asked).toHaveLength(2);
    expect(test.log.lines.at(-1)).toMatchObject({
      level: 'error',
      message: expect.stringContaining('NEMO_TOKEN'),
    });
  });

  it('says that the client id was not understood', async () => {
    answer(400, { message: 'X-Client-Id is required' });
    expect(await errorOf(test.client.connect(asPerson('p')))).toMatchObject({
      problem: { kind: 'clientIdMissing' },
    });
  });

  it('is never asked for twice by the transport', async () => {
    answer(503, {});
    expect(await errorOf(test.client.connect(asPerson('p')))).toMatchObject({
      problem: { kind: 'backendUnavailable' },
    });
    expect(asked).toHaveLength(1);
  });

  it('asks for nothing when the store cannot write', async () => {
    const { client } = createBroken();
    const error = await errorOf(client.connect(asPerson('p')));
    expect(error).toBeInstanceOf(NemoError);
    expect(error).toMatchObject({ problem: { kind: 'storeFailed' }, sent: false });
    expect(asked).toEqual([]);
    await client.close();
  });

  it('gives its id at the backend to a session that names none', async () => {
    answer(200, tokenBody('nmv_usr_1', { user_id: 'anon_7' }));
    nock(apiUrl)
      .post('/api/tasks/me/with-session/nemo_agent')
      .reply(200, { code: 0, data: { session_id: '1', task_id: '2' } });
    expect(await test.client.openSession({ ...asPerson('p'), language: 'en' })).toMatchObject({
      userId: 'anon_7',
    });
  });

  it('names itself for the registration link when its credits are gone', async () => {
    answer(200, tokenBody('nmv_usr_1', { user_id: 'anon_7' }));
    nock(apiUrl).post('/api/tasks/me/with-session/nemo_agent').reply(402, { code: 2001 });
    const error = await errorOf(test.client.openSession({ ...asPerson('p'), language: 'en' }));
    expect(error).toMatchObject({ problem: { kind: 'outOfCredits', bindId: 'anon_7', code: '2001' } });
  });
});

const createBroken = () => {
  const broken = createTestClient(apiUrl, { settings: { operatorToken: null } });
  broken.records.set = async () => {
    throw new Error('disk full');
  };
  return broken;
};

describe('an account that a person brought', () => {
  const own = { account: { kind: 'own', personId: 'p' }, signal: new AbortController().signal } as const;

  it('uses the token that was stored for it', async () => {
    await test.records.set('own:p', {
      accountId: 'own:p',
      clientId: null,
      token: 'nmv_usr_mine',
      expiresAtMs: null,
      userId: null,
    });
    nock(apiUrl, { reqheaders: { authorization: 'Bearer nmv_usr_mine' } })
      .get('/api/credits/balance/simple')
      .reply(200, { code: 0, data: { available: 1 } });
    expect(await test.client.credits(own)).toMatchObject({ available: 1 });
  });

  it('is not replaced by a starter account when its token is refused', async () => {
    await test.records.set('own:p', {
      accountId: 'own:p',
      clientId: null,
      token: 'nmv_usr_mine',
      expiresAtMs: null,
      userId: null,
    });
    nock(apiUrl).get('/api/credits/balance/simple').reply(401, {});
    expect(await errorOf(test.client.credits(own))).toMatchObject({
      problem: { kind: 'tokenRefused', retry: 'never' },
    });
    expect(asked).toEqual([]);
  });

  it('that is not there is a refused token', async () => {
    expect(await errorOf(test.client.connect(own))).toMatchObject({
      problem: { kind: 'tokenRefused', retry: 'never' },
    });
  });
});
