/** Brings a render from its stored id to the posted video. Free of charge, so it may be repeated; delivered once. */
import { renderAttemptsMax, renderSubmitTriesMax } from '../../core/limits.ts';
import { preparedRender, renderPollDelayMs } from '../../core/render.ts';
import { isExportable } from '../../core/timeline.ts';
import type { AccountRef, RenderStatus } from '../../ports/backend.ts';
import { NemoError } from '../../ports/backend.ts';
import type { LaneEntry } from '../../ports/lanes.ts';
import type { ThreadRecord } from '../../ports/store.ts';
import { forPayer, problemOnceSent, refusal } from '../failures.ts';
import { persist } from '../persist.ts';
import type { LiveTurn, LiveTurns } from '../turns/live-turns.ts';
import { changeThread } from '../turns/thread-changes.ts';
import type { Wishes } from '../turns/wishes.ts';
import { type DeliveryDeps, deliver } from './delivery.ts';
import { createRenderJob, type RenderJob } from './render-job.ts';
import { rendersUnderWay } from './rendering.ts';

export type Renders = {
  /** Stores a render for a settled turn. Rejects with StoreError. */
  prepare(live: LiveTurn, thread: ThreadRecord): Promise<void>;
  /** Puts the stored render of a turn in line, if it has one: after the turn is let go, because any process may run it at once. */
  putInLine(live: LiveTurn): Promise<void>;
  /** Runs a lane entry of kind `render`. */
  run(entry: LaneEntry, stopping: AbortSignal): Promise<void>;
};

type RenderDeps = DeliveryDeps & { readonly liveTurns: LiveTurns; readonly wishes: Wishes };

/** Epoch milliseconds and seven random digits: unique, and in the vendor's own form `render_<ts>` (nemo-api §8.1). */
const newRenderId = (nowMs: number, uuid: string): string =>
  `render_${nowMs}${String(Number.parseInt(uuid.slice(0, 6), 16) % 10_000_000).padStart(7, '0')}`;

/** The same id again changes nothing: after a crash between storing a render and this, it is done again. */
const putInLine = async (deps: RenderDeps, live: LiveTurn): Promise<void> => {
  const { renderId } = live.record();
  if (renderId === null) return;
  await persist(deps, () => deps.lanes.add({ id: renderId, lane: renderId, kind: 'render' }));
};

/** Stop and a new project ask the thread what still runs. */
const rememberInThread = async (deps: RenderDeps, threadId: string, renderId: string): Promise<void> => {
  const thread = await deps.store.threads.get(threadId);
  const underWay = thread === null ? [] : await rendersUnderWay(deps.store, thread);
  const renderIds = [...underWay.map((render) => render.renderId), renderId];
  await persist(deps, () => changeThread(deps, threadId, (newest) => ({ ...newest, renderIds })));
};

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
    isBegun: false,
    resultMessage: null,
  };
  await persist(deps, () => deps.store.renders.set(renderId, record));
  await rememberInThread(deps, threadId, renderId);
  await live.update({ renderId });
  live.setRender(state);
  deps.log.info({ turnId, threadId, renderId, attempt: from.attempt }, 'a render is prepared');
};

const ask = async (deps: RenderDeps, job: RenderJob): Promise<RenderStatus | null> => {
  const { account, renderId } = job.record();
  return deps.backend.renderStatus({ account, renderId, signal: job.signal });
};

/** Sends the draft as it is now. After a restart the id is asked for first: the request may have arrived. */
const submit = async (deps: RenderDeps, job: RenderJob): Promise<void> => {
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

/** As long as nothing was sent, a backend that is out of reach costs only time. */
const submitPatiently = async (deps: RenderDeps, job: RenderJob): Promise<void> => {
  for (let tries = 1; ; tries += 1) {
    try {
      return await submit(deps, job);
    } catch (error) {
      const isAway = error instanceof NemoError && (error.kind === 'network' || error.kind === 'timeout');
      if (!isAway || tries === renderSubmitTriesMax) throw error;
      deps.log.warn(
        { err: error, renderId: job.record().renderId, tries },
        'a render could not be begun yet',
      );
      await deps.clock.sleep(deps.settings.timing.renderPollIntervalMs, job.signal);
    }
  }
};

/** A poll that fails says nothing about the render; an id that the backend does not know is a render that failed. */
const pollOnce = async (deps: RenderDeps, job: RenderJob): Promise<void> => {
  try {
    const polled = await ask(deps, job);
    await job.dispatch({ type: 'polled', polled: polled ?? { status: 'failed', progress: null, url: null } });
  } catch (error) {
    if (!(error instanceof NemoError)) throw error;
    deps.log.warn({ err: error, renderId: job.record().renderId }, 'a poll of a render failed');
    await job.dispatch({ type: 'polled', polled: null });
  }
};

const isRunning = (job: RenderJob): boolean => ['submitted', 'rendering'].includes(job.record().state.phase);

const proceed = async (deps: RenderDeps, job: RenderJob): Promise<void> => {
  if (job.record().state.phase === 'prepared') await submitPatiently(deps, job);
  while (isRunning(job)) {
    await deps.clock.sleep(renderPollDelayMs(job.record().state, deps.settings.timing), job.signal);
    await pollOnce(deps, job);
  }
  if (job.record().state.phase === 'ready') await deliver(deps, job);
};

/** 402 is told once in a project; after it the bot does not render by itself there (nemo-api §10). */
const rememberBlock = async (deps: RenderDeps, job: RenderJob): Promise<void> => {
  if (job.record().state.problem?.kind !== 'planBlocked') return;
  const { threadId } = job.record();
  await persist(deps, () => changeThread(deps, threadId, (thread) => ({ ...thread, isExportBlocked: true })));
};

const cancel = async (deps: RenderDeps, job: RenderJob): Promise<void> => {
  const { account, renderId } = job.record();
  await job.dispatch({ type: 'cancelled' });
  // A courtesy to the backend: the render is free, and nobody waits for it any more.
  await deps.backend
    .cancelRender({ account, renderId, signal: AbortSignal.timeout(10_000) })
    .catch((error: unknown) => deps.log.info({ err: error, renderId }, 'a render could not be cancelled'));
};

const fail = async (deps: RenderDeps, job: RenderJob, error: unknown): Promise<void> => {
  const { renderId, turnId, threadId, account } = job.record();
  deps.log.error({ err: error, renderId, turnId, threadId }, 'the render failed');
  const thread = await deps.store.threads.get(threadId);
  const problem = forPayer(problemOnceSent(error), account, thread?.session?.userId ?? null);
  await job.dispatch({ type: 'failed', problem });
};

/**
 * Only a failure of the render itself is worth a second try; a refusal would be the same again. A turn that has its second try
 * already is one whose first ended in a crash.
 */
const mayTryAgain = (job: RenderJob): boolean => {
  const { renderId, state } = job.record();
  const isFailed = state.phase === 'failed' && state.problem?.kind === 'renderFailed';
  return isFailed && state.attempt < renderAttemptsMax && job.live.record().renderId === renderId;
};

const runHeld = async (deps: RenderDeps, job: RenderJob, stopping: AbortSignal): Promise<void> => {
  try {
    await deps.wishes.heed(job.live);
    job.signal.throwIfAborted();
    if (!job.isResumed) await job.update({ isBegun: true });
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

/** Another attempt goes on elsewhere, from what is stored; otherwise the last words are written here. */
const letGo = (live: LiveTurn, renderId: string, stopping: AbortSignal): Promise<void> =>
  live.record().renderId === renderId ? live.flush(stopping) : live.letGo();

export const createRenders = (deps: RenderDeps): Renders => ({
  prepare: async (live, thread) => {
    const { account, session } = thread;
    if (account === null || session === null) return;
    await prepare(deps, live, { account, sessionId: session.sessionId, attempt: 1 });
  },
  putInLine: (live) => putInLine(deps, live),
  run: async (entry, stopping) => {
    const first = await deps.store.renders.get(entry.id);
    const live = first === null ? null : await deps.liveTurns.acquire(first.turnId);
    if (first === null || live === null) {
      deps.log.warn({ renderId: entry.id }, 'a render of the lane is not stored any more');
      return;
    }
    const stopTicking = live.startTicking(deps.wishes.follow(live));
    try {
      const signal = AbortSignal.any([stopping, live.stopSignal]);
      await runHeld(deps, createRenderJob(deps, live, { first, signal }), stopping);
    } finally {
      stopTicking();
      await letGo(live, entry.id, stopping);
      deps.liveTurns.release(first.turnId);
    }
    await putInLine(deps, live);
  },
});
