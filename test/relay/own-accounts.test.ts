import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AccountRef, accountIdOf, type Backend } from '../../src/ports/backend.ts';
import { connectedAccount, createOwnAccounts } from '../../src/relay/turns/own-accounts.ts';
import { openSessions } from '../../src/sessions/open.ts';
import { createFakeClock } from '../lanes/fake-clock.ts';
import { createRecordingLog } from '../sessions/recording-log.ts';
import { createScriptedBackend, nemoError, openStage, person } from './stage.ts';

const token = 'nmv_usr_0123456789abcdefghijklmnopqrstuvwxyzABCDEFG';
const { signal } = new AbortController();
const own = { kind: 'own', personId: person.id } as const;

const openRoom = async () => {
  const log = createRecordingLog();
  const clock = createFakeClock();
  const sessions = await openSessions({
    storeUrl: 'memory:',
    storeSecret: null,
    clock,
    log,
    onLeaseLost: () => {},
  });
  const asked: AccountRef[] = [];
  const failures: Error[] = [];
  const { backend } = createScriptedBackend({ streams: [], snapshots: [], renders: [] });
  const credits: Backend['credits'] = async ({ account }) => {
    asked.push(account);
    const failure = failures.shift();
    if (failure !== undefined) throw failure;
    return { available: 60, frozen: 0, total: 60 };
  };
  let ids = 0;
  const newId = (): string => {
    ids += 1;
    return `id${ids}`;
  };
  const { store } = sessions;
  const accounts = createOwnAccounts({ store, backend: { ...backend, credits }, newId, log });
  return { log, store, asked, failures, accounts, close: () => sessions.close() };
};

describe('an account of a person', () => {
  let room: Awaited<ReturnType<typeof openRoom>>;

  beforeEach(async () => {
    room = await openRoom();
  });

  afterEach(async () => {
    await room.close();
  });

  const storedToken = async (): Promise<string | null | undefined> =>
    (await room.store.accounts.get(accountIdOf(own)))?.token;

  it('is kept once it answered, and forgotten on request', async () => {
    expect(await room.accounts.connect(person, token, signal)).toMatchObject({ available: 60 });
    expect(await storedToken()).toBe(token);
    expect(await connectedAccount(room, person.id)).toEqual(own);
    expect(await room.accounts.disconnect(person)).toBe(true);
    expect(await connectedAccount(room, person.id)).toBeNull();
    expect(await room.accounts.disconnect(person)).toBe(false);
  });

  it.each([
    '',
    'hunter2',
    'nmv_usr_',
    `${token} `,
    `x${token}`,
    'nmv_usr_with spaces in it',
    `nmv_usr_${'a'.repeat(4_000)}`,
  ])('is not asked with what is no token (%#)', async (text) => {
    expect(await room.accounts.connect(person, text, signal)).toBe('malformed');
    expect(room.asked).toEqual([]);
  });

  it('stays as it was when another token is refused', async () => {
    await room.accounts.connect(person, token, signal);
    room.failures.push(nemoError('refused', 'tokenRefused'));
    expect(await room.accounts.connect(person, `${token}2`, signal)).toBe('refused');
    expect(await storedToken()).toBe(token);
  });

  it('is not kept when the backend cannot say anything about it', async () => {
    const failure = nemoError('network', 'backendUnavailable');
    room.failures.push(failure);
    await expect(room.accounts.connect(person, token, signal)).rejects.toBe(failure);
    expect(await storedToken()).toBeUndefined();
  });

  it('leaves nothing of the trial behind', async () => {
    room.failures.push(nemoError('refused', 'tokenRefused'));
    await room.accounts.connect(person, token, signal);
    const [trial] = room.asked;
    if (trial === undefined || trial.kind === 'operator') throw new Error('nothing was asked');
    expect(trial).not.toEqual(own);
    expect(await room.store.accounts.get(accountIdOf(trial))).toBeNull();
  });

  it('never stands in the log', async () => {
    await room.accounts.connect(person, token, signal);
    await room.accounts.disconnect(person);
    expect(room.log.lines.length).toBeGreaterThan(0);
    expect(JSON.stringify(room.log.lines)).not.toContain('nmv_usr_');
  });
});

describe('the account of a thread', () => {
  it("is the own one of its requester before the operator's, and stays what it is", async () => {
    const stage = await openStage({ script: {} });
    const payerAfterAsking = async (channelId: string): Promise<AccountRef | null | undefined> => {
      const before = stage.chat.messages.length;
      const place = { kind: 'dm', channelId, parentChannelId: null, guildId: null, missing: [] } as const;
      await stage.say('credits', { place });
      await stage.until(() => stage.chat.messages.length > before);
      await stage.clock.advance(5_000);
      return (await stage.store.threads.get(channelId))?.account;
    };
    expect(await payerAfterAsking('before')).toEqual({ kind: 'operator' });
    const accountId = accountIdOf(own);
    await stage.store.accounts.set(accountId, {
      accountId,
      clientId: null,
      token,
      expiresAtMs: null,
      userId: null,
    });
    expect(await payerAfterAsking('after')).toEqual(own);
    expect(await payerAfterAsking('before')).toEqual({ kind: 'operator' });
    await stage.close();
  });
});
