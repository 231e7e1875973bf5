/** People's own NemoVideo accounts: connected, disconnected, asked for their credits. Knows no projects but whose account pays in one. */
import { type AccountRef, accountIdOf, NemoError } from '../../ports/backend.ts';
import type { Relay } from '../../ports/relay.ts';
import type { RelayDeps } from '../deps.ts';

type PersonalRef = Exclude<AccountRef, { kind: 'operator' }>;

type AccountDeps = Pick<RelayDeps, 'store' | 'backend' | 'newId' | 'log'>;

/** Prefix and characters of a token (nemo-api §2); the length is generous, because only examples are known. */
const tokenShape = /^nmv_usr_[\w-]{8,92}$/u;

/** A person's own account if they connected one, otherwise null. Rejects with StoreError. */
export const connectedAccount = async (
  { store }: Pick<RelayDeps, 'store'>,
  personId: string,
): Promise<PersonalRef | null> => {
  const own: PersonalRef = { kind: 'own', personId };
  const record = await store.accounts.get(accountIdOf(own));
  return record === null || record.token === null ? null : own;
};

const keepToken = (deps: AccountDeps, account: PersonalRef, token: string): Promise<void> => {
  const accountId = accountIdOf(account);
  const record = { accountId, clientId: null, token, expiresAtMs: null, userId: null };
  return deps.store.accounts.set(accountId, record);
};

/** Asks under an account of its own, so that a token that works is never replaced by one that does not. */
const tryToken = async (
  deps: AccountDeps,
  personId: string,
  request: { token: string; signal: AbortSignal },
) => {
  const candidate: PersonalRef = { kind: 'own', personId: `${personId}.${deps.newId()}` };
  await keepToken(deps, candidate, request.token);
  try {
    return await deps.backend.credits({ account: candidate, signal: request.signal });
  } catch (error) {
    if (error instanceof NemoError && error.problem.kind === 'tokenRefused') return 'refused';
    throw error;
  } finally {
    await deps.store.accounts.delete(accountIdOf(candidate));
  }
};

export const createOwnAccounts = (deps: AccountDeps): Pick<Relay, 'connect' | 'disconnect' | 'credits'> => ({
  connect: async ({ id: personId }, token, signal) => {
    if (!tokenShape.test(token)) return 'malformed';
    const credits = await tryToken(deps, personId, { token, signal });
    if (credits === 'refused') return 'refused';
    await keepToken(deps, { kind: 'own', personId }, token);
    deps.log.info({ personId }, 'a person connected an account of their own');
    return credits;
  },

  disconnect: async ({ id: personId }) => {
    const own = await connectedAccount(deps, personId);
    if (own === null) return false;
    await deps.store.accounts.delete(accountIdOf(own));
    deps.log.info({ personId }, 'a person disconnected their account');
    return true;
  },

  credits: async (threadId, person, signal) => {
    const thread = await deps.store.threads.get(threadId);
    const account = thread?.account ?? (await connectedAccount(deps, person.id));
    return account === null ? null : deps.backend.credits({ account, signal });
  },
});
