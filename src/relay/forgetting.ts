/** Forgets a person: stops what runs for them, then deletes what is kept of them. May be repeated after a crash half-way. */
import { accountIdOf } from '../ports/backend.ts';
import type { Person } from '../ports/chat.ts';
import type { Relay } from '../ports/relay.ts';
import type { OwnedRecords } from '../ports/store.ts';
import type { RelayDeps } from './deps.ts';
import type { Listening } from './intake/listening.ts';
import type { Wishes } from './turns/wishes.ts';

type ForgettingDeps = RelayDeps & {
  readonly wishes: Wishes;
  readonly listening: Pick<Listening, 'forgetDirect'>;
};

/** What was told to stop ends within seconds; the person is waiting for the answer. */
const stopLimitMs = 30_000;
const lookIntervalMs = 500;
const arrivalLimitMs = 3_000;

/** A starter account is one of ten in a week (nemo-api §2): who gives one up gets no other as long as its first token would have lived. */
const starterPauseMs = 7 * 24 * 60 * 60 * 1_000;

type Open = { readonly turnId: string; readonly threadId: string };

/** What is not over of a person's own requests, and of everybody's in the threads that go. */
const findOpen = async ({ store, lanes }: ForgettingDeps, owned: OwnedRecords): Promise<readonly Open[]> => {
  const open = await store.openWork();
  const turns = await Promise.all(
    open.turnIds.filter((id) => owned.turnIds.includes(id)).map((id) => store.turns.get(id)),
  );
  const renders = await Promise.all(
    open.renderIds.filter((id) => owned.renderIds.includes(id)).map((id) => store.renders.get(id)),
  );
  const inLanes = await Promise.all(
    owned.threadIds.map(async (threadId) =>
      (await lanes.unfinished(threadId)).map(({ id }) => ({ turnId: id, threadId })),
    ),
  );
  return [
    ...turns.filter((record) => record !== null),
    ...renders.filter((record) => record !== null),
    ...inLanes.flat(),
  ];
};

const never = new AbortController().signal;

/** Requests without a thread are taken back; one that is getting its thread just now is a turn in a moment. */
const takeBackArrivals = async (deps: ForgettingDeps, personId: string): Promise<OwnedRecords> => {
  const owned = await deps.store.ownedBy(personId);
  const taken = await Promise.all(owned.arrivalIds.map((id) => deps.lanes.withdraw(id)));
  if (taken.every(Boolean)) return owned;
  await deps.clock.sleep(arrivalLimitMs, never);
  return deps.store.ownedBy(personId);
};

/** False when something would not end in time: then nothing is deleted, because whoever runs it would write it again. */
const stopEverything = async (deps: ForgettingDeps, owned: OwnedRecords): Promise<boolean> => {
  const asked = new Set<string>();
  for (let waitedMs = 0; waitedMs <= stopLimitMs; waitedMs += lookIntervalMs) {
    const open = await findOpen(deps, owned);
    if (open.length === 0) return true;
    // The last one first, so that none starts because the one before it was stopped.
    for (const { turnId, threadId } of open.toReversed()) {
      if (!asked.has(turnId)) await deps.wishes.ask({ turnId, threadId }, { wantsStop: true });
      asked.add(turnId);
    }
    await deps.clock.sleep(lookIntervalMs, never);
  }
  return false;
};

const deleteAccounts = async ({ store, clock }: ForgettingDeps, personId: string): Promise<void> => {
  await store.accounts.delete(accountIdOf({ kind: 'own', personId }));
  const accountId = accountIdOf({ kind: 'anonymous', personId });
  const starter = await store.accounts.get(accountId);
  if (starter === null || starter.clientId === null) return;
  const expiresAtMs = clock.nowMs() + starterPauseMs;
  await store.accounts.set(accountId, { accountId, clientId: null, token: null, expiresAtMs, userId: null });
};

const deleteRecords = async ({ store }: ForgettingDeps, owned: OwnedRecords): Promise<void> => {
  for (const id of owned.arrivalIds) await store.arrivals.delete(id);
  for (const id of owned.renderIds) await store.renders.delete(id);
  for (const id of owned.turnIds) {
    await store.wishes.delete(id);
    await store.turns.delete(id);
  }
  for (const id of owned.threadIds) await store.threads.delete(id);
};

/** Only the person themselves may ask for it. Rejects with StoreError; asking again goes on where it broke off. */
export const createForgetting =
  (deps: ForgettingDeps): Relay['forget'] =>
  async ({ id: personId }: Pick<Person, 'id'>) => {
    const owned = await takeBackArrivals(deps, personId);
    if (!(await stopEverything(deps, owned))) return 'busy';
    // Asked again: what was stopped has posted its last words and stored them.
    const all = await deps.store.ownedBy(personId);
    await deleteRecords(deps, all);
    await deps.listening.forgetDirect(all.threadIds);
    await deleteAccounts(deps, personId);
    const counts = { projects: all.threadIds.length, requests: all.turnIds.length };
    deps.log.info({ personId, ...counts }, 'a person was forgotten');
    return counts;
  };
