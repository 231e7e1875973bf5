/** The backend session of a thread: found, opened, or opened anew when the backend lost it. One at a time per thread. */
import { backendLanguageOf } from '../../core/locale.ts';
import type { AccountRef, BackendSession } from '../../ports/backend.ts';
import type { ThreadRecord } from '../../ports/store.ts';
import type { RelayDeps } from '../deps.ts';
import { connectedAccount } from './own-accounts.ts';
import { changeThread } from './thread-changes.ts';

export type OpenSession = { readonly account: AccountRef; readonly session: BackendSession };

export type ThreadSessions = {
  /** The session of a thread, or a new one in the language that is given. Rejects with NemoError, StoreError, or with the signal's reason. */
  open(thread: ThreadRecord, signal: AbortSignal): Promise<OpenSession>;
  /** Forgets the session that the backend no longer knows and opens another. */
  renew(thread: ThreadRecord, lost: string, signal: AbortSignal): Promise<OpenSession>;
};

/** A thread keeps its account, because its session belongs to it; a new one is paid by the person's own account before any other. */
const accountFor = async (deps: RelayDeps, thread: ThreadRecord): Promise<AccountRef> => {
  const { account, requesterId: personId } = thread;
  const chosen = account ?? (await connectedAccount(deps, personId));
  if (chosen !== null) return chosen;
  return deps.settings.hasOperatorAccount ? { kind: 'operator' } : { kind: 'anonymous', personId };
};

export const createThreadSessions = (deps: RelayDeps): ThreadSessions => {
  const opening = new Map<string, Promise<OpenSession>>();

  const openNew = async (thread: ThreadRecord, signal: AbortSignal): Promise<OpenSession> => {
    const account = await accountFor(deps, thread);
    await deps.backend.connect({ account, signal });
    const { locale } = thread;
    const session = await deps.backend.openSession({ account, language: backendLanguageOf(locale), signal });
    await changeThread(deps, thread.threadId, (newest) => ({ ...newest, locale, account, session }));
    deps.log.info({ threadId: thread.threadId, account: account.kind }, 'a session was opened');
    return { account, session };
  };

  /** Turn and hand-over of one thread may ask at the same moment: both get the same session. */
  const once = (threadId: string, work: () => Promise<OpenSession>): Promise<OpenSession> => {
    const running = opening.get(threadId);
    if (running !== undefined) return running;
    const started = work().finally(() => opening.delete(threadId));
    opening.set(threadId, started);
    return started;
  };

  return {
    open: (thread, signal) =>
      once(thread.threadId, async () => {
        const newest = (await deps.store.threads.get(thread.threadId)) ?? thread;
        const { account, session } = newest;
        if (account !== null && session !== null) return { account, session };
        return openNew({ ...newest, locale: thread.locale }, signal);
      }),
    renew: (thread, lost, signal) =>
      once(thread.threadId, async () => {
        const newest = (await deps.store.threads.get(thread.threadId)) ?? thread;
        const { account, session } = newest;
        const isRenewed = account !== null && session !== null && session.sessionId !== lost;
        return isRenewed ? { account, session } : openNew(newest, signal);
      }),
  };
};
