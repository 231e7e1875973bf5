/** Brings a render from its stored id to the posted video. Free of charge, so it may be repeated; delivered once. */
import { renderAttemptsMax } from '../core/limits.ts';
import { preparedRender, type RenderEvent, reduceRender, renderPollDelayMs } from '../core/render.ts';
import { isExportable } from '../core/timeline.ts';
import type { AccountRef, RenderStatus } from '../ports/backend.ts';
import { NemoError } from '../ports/backend.ts';
import type { LaneEntry } from '../ports/lanes.ts';
import type { RenderRecord, ThreadRecord } from '../ports/store.ts';
import { deliver } from './delivery.ts';
import type { RelayDeps } from './deps.ts';
import { problemOf, refusal, withBindId } from './failures.ts';
import type { LiveTurn, LiveTurns } from './live-turns.ts';

export type Renders = {
  /** Stores a render for a settled turn and puts it in line. Rejects with StoreError. */
  begin(live: LiveTurn, thread: ThreadRecord): Promise<void>;
  /** Makes sure that the render of a turn is in line, after a crash between storing it and putting it there. */
  resume(live: LiveTurn): Promise<void>;
  /** Runs a lane entry of kind `render`. */
  run(entry: LaneEntry, stopping: AbortSignal): Promise<void>;
};

export type RenderDeps = RelayDeps & { readonly liveTurns: LiveTurns };

/** Epoch milliseconds and seven random digits: unique, and in the vendor's own form `render_<ts>` (nemo-api §8.1). */
const newRenderId = (nowMs: number, uuid: string): string =>
  `render_${nowMs}${String(Number.parseInt(uuid.slice(0, 6), 16) % 10_000_000).padStart(7, '0')}`;

const putInLine = (deps: RenderDeps, renderId: string) =>
  deps.lanes.add({ id: renderId, lane: renderId, kind: 'render' });

/** The id is stored before anything is sent under it (invariant I3). */
const prepare = async (
  deps: RenderDeps,
  live: LiveTurn,
  from: { account: AccountRef; sessionId: string; attempt: number },
): Promise<void> => {
  const { turnId, threadId, requesterId, locale } = live.record();
  const nowMs = deps.clock.nowMs();
  const renderId = newRenderId(nowMs, deps.newId());
  const state = preparedRender(nowMs, from.attempt);
  const { account, sessionId } = from;
  const record = {
    renderId,
    turnId,
    threadId,
    requesterId,
    locale,
    account,
    sessionId,
    state,
    resultMessage: null,
  };
  await deps.store.renders.set(renderId, record);
  await live.update({ renderId });
  live.setRender(state);
  await putInLine(deps, renderId);
  deps.log.info({ turnId, threadId, renderId, attempt: from.attempt }, 'a render is in line');
};

/** A render in the hands of this process. */
type Job = {
  readonly live: LiveTurn;
  readonly signal: AbortSignal;
  /** An earlier process had it: what it sent or posted last is not known. */
  readonly isResumed: boolean;
  record(): RenderRecord;
  dispatch(event: DistributiveOmit<RenderEvent, 'atMs'>): Promise<void>;
  update(change: Partial<RenderRecord>): Promise<void>;
};

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

export type RenderJob = Job;

const createJob = (
  deps: RenderDeps,
  live: LiveTurn,
  options: { first: RenderRecord; signal: AbortSignal; isResumed: boolean },
): Job => {
  let record = options.first;
  live.setRender(record.state);
  const update = async (change: Partial<RenderRecord>): Promise<void> => {
    record = { ...record, ...change };
    await deps.store.renders.set(record.renderId, record);
  };
  return {
    live,
    signal: options.signal,
    isResumed: options.isResumed,
    record: () => record,
    update,
    dispatch: async (event) => {
      const state = reduceRender(record.state, { ...event, atMs: deps.clock.nowMs() });
      const isNewPhase = state.phase !== record.state.phase;
      record = { ...record, state };
      live.setRender(state);
      if (isNewPhase) await update({ state });
    },
  };
};

const ask = async (deps: RenderDeps, job: Job): Promise<RenderStatus | null> => {
  const { account, renderId } = job.record();
  return deps.backend.renderStatus({ account, renderId, signal: job.signal });
};

/** Sends the draft as it is now. After a restart the id is asked for first: the request may have arrived. */
const submit = async (deps: RenderDeps, job: Job): Promise<void> => {
  const { account, renderId, sessionId } = job.record();
  if (job.isResumed && (await ask(deps, job)) !== null) return job.dispatch({ type: 'submitted' });
  const { draft, timeline } = await deps.backend.snapshot({ account, sessionId, signal: job.signal });
  if (!isExportable(timeline)) return job.dispatch({ type: 'failed', problem: refusal('nothingToExport') });
  try {
    await deps.backend.submitRender({ account, renderId, sessionId, draft, signal: job.signal });
  } catch (error) {
    // No answer came, but the request may have arrived: the polls will tell.
    if (!(error instanceof NemoError) || !error.sent) throw error;
    deps.log.warn({ err: error, renderId }, 'the answer to a render request got lost');
  }
  return job.dispatch({ type: 'submitted' });
};

/** A poll that fails says nothing about the render; an id that the backend does not know is a render that failed. */
const pollOnce = async (deps: RenderDeps, job: Job): Promise<void> => {
  try {
    const polled = await ask(deps, job);
    await job.dispatch({ type: 'polled', polled: polled ?? { status: 'failed', progress: null, url: null } });
  } catch (error) {
    if (!(error instanceof NemoError)) throw error;
    deps.log.warn({ err: error, renderId: job.record().renderId }, 'a poll of a render failed');
    await job.dispatch({ type: 'polled', polled: null });
  }
};

const isRunning = (job: Job): boolean => ['submitted', 'rendering'].includes(job.record().state.phase);

const proceed = async (deps: RenderDeps, job: Job): Promise<void> => {
  if (job.record().state.phase === 'prepared') await submit(deps, job);
  while (isRunning(job)) {
    await deps.clock.sleep(renderPollDelayMs(job.record().state, deps.settings.timing), job.signal);
    await pollOnce(deps, job);
  }
  if (job.record().state.phase === 'ready') await deliver(deps, job);
};

/** 402 is told once in a project; after it the bot does not render by itself there (nemo-api §10). */
const rememberBlock = async (deps: RenderDeps, job: Job): Promise<void> => {
  if (job.record().state.problem?.kind !== 'planBlocked') return;
  const thread = await deps.store.threads.get(job.record().threadId);
  if (thread !== null) await deps.store.threads.set(thread.threadId, { ...thread, isExportBlocked: true });
};

const cancel = async (deps: RenderDeps, job: Job): Promise<void> => {
  const { account, renderId } = job.record();
  await job.dispatch({ type: 'cancelled' });
  // A courtesy to the backend: the render is free, and nobody waits for it any more.
  await deps.backend
    .cancelRender({ account, renderId, signal: AbortSignal.timeout(10_000) })
    .catch((error: unknown) => deps.log.info({ err: error, renderId }, 'a render could not be cancelled'));
};

const fail = async (deps: RenderDeps, job: Job, error: unknown): Promise<void> => {
  const { renderId, turnId, threadId } = job.record();
  deps.log.error({ err: error, renderId, turnId, threadId }, 'the render failed');
  const thread = await deps.store.threads.get(threadId);
  const problem = withBindId(problemOf(error), thread?.session?.userId ?? null);
  await job.dispatch({ type: 'failed', problem });
};

/** Only a failure of the render itself is worth a second try; a refusal would be the same again. */
const mayTryAgain = (job: Job): boolean => {
  const { attempt, phase, problem } = job.record().state;
  return phase === 'failed' && problem?.kind === 'renderFailed' && attempt < renderAttemptsMax;
};

const runHeld = async (deps: RenderDeps, job: Job, stopping: AbortSignal): Promise<void> => {
  try {
    await proceed(deps, job);
  } catch (error) {
    if (stopping.aborted) throw error;
    if (job.live.stopSignal.aborted) await cancel(deps, job);
    else await fail(deps, job, error);
  }
  await rememberBlock(deps, job);
  const { account, sessionId, state, renderId } = job.record();
  deps.log.info({ renderId, phase: state.phase, polls: state.polls }, 'the render is over');
  if (mayTryAgain(job)) await prepare(deps, job.live, { account, sessionId, attempt: state.attempt + 1 });
};

export const createRenders = (deps: RenderDeps): Renders => {
  const bornAtMs = deps.clock.nowMs();
  return {
    begin: async (live, thread) => {
      const { account, session } = thread;
      if (account === null || session === null) return;
      await prepare(deps, live, { account, sessionId: session.sessionId, attempt: 1 });
    },
    resume: async (live) => {
      const { renderId } = live.record();
      if (renderId !== null) await putInLine(deps, renderId);
    },
    run: async (entry, stopping) => {
      const first = await deps.store.renders.get(entry.id);
      const live = first === null ? null : await deps.liveTurns.acquire(first.turnId);
      if (first === null || live === null) {
        deps.log.warn({ renderId: entry.id }, 'a render of the lane is not stored any more');
        return;
      }
      const stopTicking = live.startTicking();
      try {
        const signal = AbortSignal.any([stopping, live.stopSignal]);
        await runHeld(
          deps,
          createJob(deps, live, { first, signal, isResumed: first.state.startedAtMs < bornAtMs }),
          stopping,
        );
      } finally {
        stopTicking();
        await live.flush(stopping);
        deps.liveTurns.release(first.turnId);
      }
    },
  };
};
