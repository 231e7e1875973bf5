/** Whose token pays: finds it, has it made, renews it. Knows the account records, no HTTP. */
import { type Problem, problemOf, withoutRetry } from '../core/problems.ts';
import { type AccountRef, accountIdOf, NemoError } from '../ports/backend.ts';
import type { Clock, NewId } from '../ports/clock.ts';
import type { Exclusively } from '../ports/leases.ts';
import type { Log } from '../ports/log.ts';
import { type AccountRecord, type RecordStore, StoreError } from '../ports/store.ts';
import type { NewToken } from './token-request.ts';

type Refused = { readonly token: string; readonly problem: Problem; readonly signal: AbortSignal };

export type Accounts = {
  /** A token that should work. Rejects with NemoError. */
  tokenOf(account: AccountRef, signal: AbortSignal): Promise<string>;
  /** Makes a new token after this one was refused. Rejects with NemoError when the account has no way to one. */
  renew(account: AccountRef, refused: Refused): Promise<void>;
  /** The account's id at the backend where one is known. */
  userIdOf(account: AccountRef): Promise<string | null>;
  close(): void;
};

export type AccountsDependencies = {
  readonly operatorToken: string | null;
  readonly records: RecordStore<AccountRecord>;
  readonly requestToken: (clientId: string, signal: AbortSignal) => Promise<NewToken>;
  readonly exclusively: Exclusively;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly log: Log;
};

type PersonalRef = Exclude<AccountRef, { kind: 'operator' }>;
type FreshRecord = AccountRecord & { readonly token: string };

const refuse = (problem: Problem, cause?: unknown): NemoError =>
  new NemoError('refused', problem, { message: `No token can be had: ${problem.kind}.`, sent: false, cause });

/** Waits for work that others wait for too: giving up does not stop it. */
const waitFor = <T>(work: Promise<T>, signal: AbortSignal): Promise<T> =>
  new Promise((resolve, reject) => {
    const giveUp = (): void => reject(signal.reason);
    if (signal.aborted) giveUp();
    signal.addEventListener('abort', giveUp, { once: true });
    void work.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp));
  });

const guarded = async <T>(work: Promise<T>): Promise<T> => {
  try {
    return await work;
  } catch (error) {
    throw refuse(problemOf('storeFailed'), error);
  }
};

/** The records, with failures of the store as the problem they are. */
const createRecords = (records: RecordStore<AccountRecord>) => ({
  read: (accountId: string) => guarded(records.get(accountId)),
  write: (record: AccountRecord) => guarded(records.set(record.accountId, record)),
});

/** A person who had themselves forgotten (`/nemo forget`) gets no second starter account as long as the first would have lived. */
const isGivenUp = (record: AccountRecord | null, nowMs: number): boolean =>
  record !== null && record.clientId === null && (record.expiresAtMs ?? 0) > nowMs;

const isFresh = (record: AccountRecord | null, nowMs: number): record is FreshRecord =>
  record !== null && record.token !== null && (record.expiresAtMs ?? Number.POSITIVE_INFINITY) > nowMs;

/** One request per account however many turns wait for it, in the whole cluster: a person has one account. */
const createObtain = (
  { requestToken, exclusively, newId, clock, ...rest }: AccountsDependencies,
  stopped: AbortSignal,
) => {
  const { read, write } = createRecords(rest.records);
  const running = new Map<string, Promise<FreshRecord>>();

  const obtain = async (accountId: string, refusedToken: string | null): Promise<FreshRecord> => {
    const known = await read(accountId);
    // Another process may have been faster.
    if (isFresh(known, clock.nowMs()) && known.token !== refusedToken) return known;
    if (isGivenUp(known, clock.nowMs())) throw refuse(withoutRetry(problemOf('accountLimit')));
    const clientId = known?.clientId ?? newId();
    const record = { accountId, clientId, token: null, expiresAtMs: null, userId: known?.userId ?? null };
    // On disk before it is used: a person must never cost two of the few accounts that an address may have.
    if (known?.clientId !== clientId) await write(record);
    const { token, expiresAtMs, userId } = await requestToken(clientId, stopped);
    const fresh = { ...record, token, expiresAtMs, userId: userId ?? record.userId };
    await write(fresh);
    return fresh;
  };

  const obtainAlone = async (accountId: string, refusedToken: string | null): Promise<FreshRecord> => {
    try {
      return await exclusively(`account/${accountId}`, stopped, () => obtain(accountId, refusedToken));
    } catch (error) {
      throw error instanceof StoreError ? refuse(problemOf('storeFailed'), error) : error;
    } finally {
      running.delete(accountId);
    }
  };

  return (accountId: string, refusedToken: string | null, signal: AbortSignal): Promise<FreshRecord> => {
    const work = running.get(accountId) ?? obtainAlone(accountId, refusedToken);
    running.set(accountId, work);
    return waitFor(work, signal);
  };
};

export const createAccounts = (dependencies: AccountsDependencies): Accounts => {
  const { operatorToken, clock, log } = dependencies;
  const stopped = new AbortController();
  const closed = new NemoError('network', problemOf('backendUnavailable'), {
    message: 'The client was closed.',
    sent: false,
  });
  const { read } = createRecords(dependencies.records);
  const obtain = createObtain(dependencies, stopped.signal);

  const tokenOfPerson = async (account: PersonalRef, signal: AbortSignal): Promise<string> => {
    const accountId = accountIdOf(account);
    const record = await read(accountId);
    const token = record?.token ?? null;
    const isOver = (record?.expiresAtMs ?? Number.POSITIVE_INFINITY) <= clock.nowMs();
    // Only its owner can renew a token that a person brought; the backend says whether it still works.
    if (account.kind === 'own' && token === null) throw refuse(withoutRetry(problemOf('tokenRefused')));
    if (token !== null && (account.kind === 'own' || !isOver)) return token;
    return (await obtain(accountId, null, signal)).token;
  };

  return {
    tokenOf: async (account, signal) => {
      signal.throwIfAborted();
      if (account.kind !== 'operator') return tokenOfPerson(account, signal);
      if (operatorToken === null) throw refuse(problemOf('operatorTokenRefused'));
      return operatorToken;
    },
    renew: async (account, { token, problem, signal }) => {
      if (account.kind === 'operator') {
        // No other account takes its place in silence: sessions and credits belong to this one (nemo-api §15 row 13).
        log.error(
          { code: problem.code },
          'NemoVideo refuses NEMO_TOKEN; nobody can make videos until it is renewed',
        );
        throw refuse(problemOf('operatorTokenRefused', problem));
      }
      if (account.kind === 'own') throw refuse(withoutRetry(problem));
      const record = await read(accountIdOf(account));
      // Another turn may have renewed it while this one was on its way.
      if (record?.token === token) await obtain(accountIdOf(account), token, signal);
    },
    userIdOf: async (account) =>
      account.kind === 'operator' ? null : ((await read(accountIdOf(account)))?.userId ?? null),
    close: () => stopped.abort(closed),
  };
};
