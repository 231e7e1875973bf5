/** Changes of a thread's record, one after the other: its lane, its renders and its commands run in different processes. */
import type { ThreadRecord } from '../../ports/store.ts';
import type { RelayDeps } from '../deps.ts';

/** A change takes two round trips to the store; others of the same thread wait this long at most. */
const waitLimitMs = 30_000;

/**
 * Stores what `change` makes of the newest record; the same object means that nothing changes. Resolves with what is stored now; null
 * when the thread is not known. Rejects with StoreError.
 */
export const changeThread = (
  { store, exclusively }: Pick<RelayDeps, 'store' | 'exclusively'>,
  threadId: string,
  change: (thread: ThreadRecord) => ThreadRecord,
): Promise<ThreadRecord | null> =>
  exclusively(`thread/${threadId}`, AbortSignal.timeout(waitLimitMs), async () => {
    const before = await store.threads.get(threadId);
    if (before === null) return null;
    const after = change(before);
    if (after !== before) await store.threads.set(threadId, after);
    return after;
  });
