/** A render in the hands of this process: its record, its view, its signal. Knows nothing of what a render does. */
import { isWorthSecondTry, type RenderEvent, reduceRender } from '../../core/render.ts';
import type { RenderRecord } from '../../ports/store.ts';
import type { RelayDeps } from '../deps.ts';
import { persist } from '../persist.ts';
import type { LiveTurn } from '../turns/live-turns.ts';

type WithoutTime<T> = T extends unknown ? Omit<T, 'atMs'> : never;

export type RenderJob = {
  readonly live: LiveTurn;
  /** Aborts when the process stops or the person pressed Stop. */
  readonly signal: AbortSignal;
  /** An earlier process had it: what it sent or posted last is not known. */
  readonly isResumed: boolean;
  record(): RenderRecord;
  /** Something happened: the state and the view follow; a new phase is stored. Rejects with StoreError. */
  dispatch(event: WithoutTime<RenderEvent>): Promise<void>;
  /** Changes the record and stores it; rejects with StoreError. */
  update(change: Partial<RenderRecord>): Promise<void>;
};

export const createRenderJob = (
  deps: RelayDeps,
  live: LiveTurn,
  options: { first: RenderRecord; signal: AbortSignal },
): RenderJob => {
  let record = options.first;
  // Of a first failure nothing is said: the second try follows at once.
  const show = (): void => {
    if (!isWorthSecondTry(record.state)) live.setRender(record.state);
  };
  show();
  const update = async (change: Partial<RenderRecord>): Promise<void> => {
    record = { ...record, ...change };
    await persist(deps, () => deps.store.renders.set(record.renderId, record));
  };
  return {
    live,
    signal: options.signal,
    isResumed: options.first.isBegun,
    record: () => record,
    update,
    dispatch: async (event) => {
      const state = reduceRender(record.state, { ...event, atMs: deps.clock.nowMs() });
      const isNewPhase = state.phase !== record.state.phase;
      record = { ...record, state };
      show();
      if (isNewPhase) await update({ state });
    },
  };
};
