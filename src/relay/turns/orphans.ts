/** Work that no lane has: what a crash left between two writes is put in line, what can no longer end by itself is ended honestly. */
import { reduceRender } from '../../core/render.ts';
import type { LaneEntry } from '../../ports/lanes.ts';
import type { RenderRecord, TurnRecord } from '../../ports/store.ts';
import type { RelayDeps } from '../deps.ts';
import { refusal } from '../failures.ts';
import type { LiveTurns } from './live-turns.ts';

type OrphanDeps = RelayDeps & { readonly liveTurns: LiveTurns };

/** Another process of the cluster may be between the same two writes at this very moment; it is done long before. */
const patienceMs = 60_000;

/** The last words wait this long for the platform. */
const flushLimitMs = 10_000;

const isOpenTurn = ({ state }: TurnRecord): boolean => state.phase !== 'settled';
const isOpenRender = ({ state }: RenderRecord): boolean =>
  !['delivered', 'failed', 'cancelled'].includes(state.phase);

/** True when a lane has it now: an id that is known already is added again without effect. */
const isInLine = async ({ lanes, log }: OrphanDeps, entry: LaneEntry): Promise<boolean> => {
  const added = await lanes.add(entry);
  if (added === 'added') log.warn({ ...entry }, 'work that was in no lane is in line again');
  if (added !== 'known') return true;
  return (await lanes.unfinished(entry.lane)).some(({ id }) => id === entry.id);
};

/** What a look found to be over for its lane and open for the store; it is ended if that is still so after a while. */
type Doubtful = { readonly isStillSo: () => Promise<boolean>; readonly end: () => Promise<void> };

const nothing: readonly Doubtful[] = [];

const lookAtArrival = async (deps: OrphanDeps, arrivalId: string): Promise<readonly Doubtful[]> => {
  const entry: LaneEntry = { id: arrivalId, lane: arrivalId, kind: 'arrival' };
  if (await isInLine(deps, entry)) return nothing;
  // It was run, and whoever asked was told; only its record is left.
  const isStillSo = async () => !(await isInLine(deps, entry));
  return [{ isStillSo, end: () => deps.store.arrivals.delete(arrivalId) }];
};

const endTurn = async (deps: OrphanDeps, turnId: string): Promise<void> => {
  const live = await deps.liveTurns.acquire(turnId);
  if (live === null) return;
  try {
    live.dispatch({ type: 'failed', problem: refusal('internal') });
    await live.save();
    await live.flush(AbortSignal.timeout(flushLimitMs));
  } finally {
    deps.liveTurns.release(turnId);
  }
};

const lookAtTurn = async (deps: OrphanDeps, turnId: string): Promise<readonly Doubtful[]> => {
  const turn = await deps.store.turns.get(turnId);
  if (turn === null || !isOpenTurn(turn)) return nothing;
  const entry: LaneEntry = { id: turnId, lane: turn.threadId, kind: 'turn' };
  if (await isInLine(deps, entry)) return nothing;
  const isStillSo = async (): Promise<boolean> => {
    const newest = await deps.store.turns.get(turnId);
    return newest !== null && isOpenTurn(newest) && !(await isInLine(deps, entry));
  };
  return [{ isStillSo, end: () => endTurn(deps, turnId) }];
};

const endRender = async (
  deps: OrphanDeps,
  render: RenderRecord,
  event: { type: 'cancelled' } | { type: 'failed'; problem: ReturnType<typeof refusal> },
): Promise<void> => {
  const state = reduceRender(render.state, { ...event, atMs: deps.clock.nowMs() });
  await deps.store.renders.set(render.renderId, { ...render, state });
  const live = event.type === 'failed' ? await deps.liveTurns.acquire(render.turnId) : null;
  if (live === null) return;
  try {
    live.setRender(state);
    await live.flush(AbortSignal.timeout(flushLimitMs));
  } finally {
    deps.liveTurns.release(render.turnId);
  }
};

const lookAtRender = async (deps: OrphanDeps, renderId: string): Promise<readonly Doubtful[]> => {
  const { store } = deps;
  const render = await store.renders.get(renderId);
  if (render === null || !isOpenRender(render)) return nothing;
  const entry: LaneEntry = { id: renderId, lane: renderId, kind: 'render' };
  // A render that its turn does not know was made right before a crash: the turn made another one, and nobody ever saw this one.
  const isOfTurn = async () => (await store.turns.get(render.turnId))?.renderId === renderId;
  if (await isOfTurn()) {
    if (await isInLine(deps, entry)) return nothing;
  }
  const isStillSo = async (): Promise<boolean> => {
    const newest = await store.renders.get(renderId);
    if (newest === null || !isOpenRender(newest)) return false;
    return !(await isOfTurn()) || !(await isInLine(deps, entry));
  };
  const end = async (): Promise<void> =>
    (await isOfTurn())
      ? endRender(deps, render, { type: 'failed', problem: refusal('internal') })
      : endRender(deps, render, { type: 'cancelled' });
  return [{ isStillSo, end }];
};

/** A token that was being tried when a process ended; whoever brought it was told nothing, and brings it again. */
const lookAtTriedAccount = async ({ store }: OrphanDeps, accountId: string): Promise<readonly Doubtful[]> => {
  const isStillSo = async () => (await store.accounts.get(accountId)) !== null;
  return [{ isStillSo, end: () => store.accounts.delete(accountId) }];
};

/** One record that does not read must not keep the others. */
const look = async (
  deps: OrphanDeps,
  ids: readonly string[],
  lookAt: (deps: OrphanDeps, id: string) => Promise<readonly Doubtful[]>,
): Promise<readonly Doubtful[]> => {
  const found: Doubtful[] = [];
  for (const id of ids) {
    try {
      found.push(...(await lookAt(deps, id)));
    } catch (error) {
      deps.log.error({ err: error, id }, 'open work could not be looked at');
    }
  }
  return found;
};

/**
 * Looks once through everything that is open. Called when the lanes have started, whose own entries come first.
 * Rejects with StoreError, and with the signal's reason.
 */
export const takeUpOrphans = async (deps: OrphanDeps, stopping: AbortSignal): Promise<void> => {
  const { arrivalIds, turnIds, renderIds, triedAccountIds } = await deps.store.openWork();
  const doubtful = [
    ...(await look(deps, arrivalIds, lookAtArrival)),
    ...(await look(deps, turnIds, lookAtTurn)),
    ...(await look(deps, renderIds, lookAtRender)),
    ...(await look(deps, triedAccountIds, lookAtTriedAccount)),
  ];
  deps.log.info({ doubtful: doubtful.length }, 'open work was looked through');
  if (doubtful.length === 0) return;
  await deps.clock.sleep(patienceMs, stopping);
  for (const { isStillSo, end } of doubtful) {
    if (!(await isStillSo())) continue;
    deps.log.warn({}, 'work that could not go on any more was ended');
    await end();
  }
};
