/** One turn from its place in the lane to its outcome: decides what it is, runs it, settles it, starts the render that follows. */
import { classifyIntent, type Intent } from '../../core/intent.ts';
import { isExportable } from '../../core/timeline.ts';
import { NemoError } from '../../ports/backend.ts';
import type { LaneEntry } from '../../ports/lanes.ts';
import type { ThreadRecord } from '../../ports/store.ts';
import { forPayer, problemOf, problemOnceSent } from '../failures.ts';
import { follow } from '../following.ts';
import type { ServerSettings } from '../intake/server-settings.ts';
import { forgetRefused, persist } from '../persist.ts';
import type { Renders } from '../renders/render-runner.ts';
import { askBack } from './asking-back.ts';
import type { Lines } from './lines.ts';
import type { LiveTurn, LiveTurns } from './live-turns.ts';
import { changeThread } from './thread-changes.ts';
import { lookUntilSettled } from './turn-looks.ts';
import { replyTo } from './turn-replies.ts';
import { type StreamDeps, streamInstruction } from './turn-stream.ts';
import type { Wishes } from './wishes.ts';

export type TurnRunnerDeps = StreamDeps & {
  readonly liveTurns: LiveTurns;
  readonly lines: Pick<Lines, 'open' | 'close'>;
  readonly renders: Renders;
  readonly wishes: Wishes;
  readonly serverSettings: ServerSettings;
};

type TurnRun = { readonly live: LiveTurn; readonly thread: ThreadRecord; readonly signal: AbortSignal };

const intentOf = (live: LiveTurn, thread: ThreadRecord): Intent => {
  const { instruction, files } = live.record();
  // A bare mention wants nothing yet: it is greeted, and never sent to the agent.
  if (instruction.trim() === '') return 'upload';
  return classifyIntent(instruction, { hasFiles: files.length > 0, hasTimeline: thread.session !== null });
};

/** A turn that was submitted before this process began is looked at, never sent again (invariant I1). */
const proceed = async (deps: TurnRunnerDeps, run: TurnRun): Promise<void> => {
  const { live, thread, signal } = run;
  await deps.wishes.heed(live);
  live.stopSignal.throwIfAborted();
  const intent = intentOf(live, thread);
  const { phase } = live.record().state;
  if (phase === 'streaming' || phase === 'reconciling') {
    live.dispatch({ type: 'restarted' });
    await live.save();
    const open = await deps.sessions.open(thread, signal);
    return lookUntilSettled(deps, live, { open, signal });
  }
  live.dispatch({ type: 'started' });
  await live.save();
  if (intent !== 'chat') return replyTo(deps, intent, run);
  if (await askBack(deps, live, thread)) return;
  const open = await streamInstruction(deps, run);
  // After a clean end everything is charged; a broken stream may go on charging, and is told about when the turn is settled.
  const isCharged = ['answered', 'silent'].includes(live.record().state.looking?.why ?? '');
  const told = isCharged ? deps.credits.tell(live, signal) : Promise.resolve();
  return lookUntilSettled(deps, live, { open, signal, told });
};

/** A refusal of the backend is an ordinary day; anything else needs the operator's eye. */
const logFailure = (deps: TurnRunnerDeps, live: LiveTurn, error: unknown): void => {
  const { turnId, threadId } = live.record();
  const level = error instanceof NemoError ? 'warn' : 'error';
  deps.log[level]({ err: error, turnId, threadId }, 'the turn failed');
};

/** The first turn of a thread finds out in its course who pays. Where the store cannot tell, what was known before has to do. */
const newestOf = async (deps: TurnRunnerDeps, thread: ThreadRecord): Promise<ThreadRecord> =>
  (await deps.store.threads.get(thread.threadId).catch(() => null)) ?? thread;

/** The outcome of a turn that was stopped by its person, or that failed. */
const breakOff = async (deps: TurnRunnerDeps, { live, thread }: TurnRun, error: unknown): Promise<void> => {
  if (live.stopSignal.aborted) {
    live.dispatch({ type: 'cancelled' });
  } else {
    logFailure(deps, live, error);
    const { account, session } = await newestOf(deps, thread);
    const found = live.isSubmitted() ? problemOnceSent(error) : problemOf(error);
    live.dispatch({
      type: 'failed',
      problem: forPayer(found, account, session?.userId ?? null),
    });
  }
  await live.save().catch((saving: unknown) => {
    // The person was told that it is over; the store is to know it as soon as it can.
    if (!live.isSubmitted()) forgetRefused(deps, () => live.save());
    throw saving;
  });
};

/** Brings the turn to its outcome, whatever happens; only a stopping process leaves it open, on purpose (invariant I6). */
const settle = (deps: TurnRunnerDeps, run: TurnRun, stopping: AbortSignal): Promise<void> =>
  proceed(deps, run).catch((error: unknown) => {
    if (stopping.aborted) throw error;
    return breakOff(deps, run, error);
  });

type RenderWish = 'now' | 'later' | 'offer' | 'no';

/** A render follows an export request, and a change of the timeline unless another instruction of the thread is waiting. */
const renderWish = async (
  deps: TurnRunnerDeps,
  live: LiveTurn,
  thread: ThreadRecord,
): Promise<RenderWish> => {
  const { state, turnId, renderId, threadId } = live.record();
  if (renderId !== null || state.phase !== 'settled') return 'no';
  if (intentOf(live, thread) === 'export' && state.outcome === 'answered') return 'now';
  const isChanged = state.change !== null && isExportable(state.change.after);
  const isDue = isChanged || (thread.isRenderDue && state.outcome !== 'cancelled');
  if (!isDue || thread.isExportBlocked) return 'no';
  const waiting = await deps.lanes.unfinished(threadId);
  if (waiting.some((entry) => entry.id !== turnId)) return 'later';
  const { rendering } = await deps.serverSettings.of(thread.guildId);
  return rendering === 'ask' ? 'offer' : 'now';
};

/** The render of a settled turn: prepared, or remembered for the last of the waiting instructions. */
const followUp = async (deps: TurnRunnerDeps, live: LiveTurn): Promise<void> => {
  const { threadId } = live.record();
  const thread = await deps.store.threads.get(threadId);
  if (thread === null) return;
  const wish = await renderWish(deps, live, thread);
  const isRenderDue = wish === 'later' || (wish === 'no' && thread.isRenderDue);
  if (isRenderDue !== thread.isRenderDue) {
    await persist(deps, () => changeThread(deps, threadId, (newest) => ({ ...newest, isRenderDue })));
  }
  if (wish === 'offer') await live.amend({ isRenderOffered: true });
  if (wish === 'now') await deps.renders.prepare(live, thread);
};

const logOutcome = (deps: TurnRunnerDeps, live: LiveTurn): void => {
  const { turnId, threadId, state } = live.record();
  const { outcome, problem } = state;
  deps.log.info(
    { turnId, threadId, outcome, problem: problem?.kind, code: problem?.code },
    'the turn is settled',
  );
};

const threadOf = async (deps: TurnRunnerDeps, live: LiveTurn): Promise<ThreadRecord> => {
  const { threadId, turnId, locale } = live.record();
  const thread = await deps.store.threads.get(threadId);
  if (thread === null) throw new Error(`The thread of turn ${turnId} is not stored.`);
  // Before there is a session, whoever asks decides its language: a first hello may have told nothing of it.
  return thread.session === null ? { ...thread, locale } : thread;
};

const runHeld = async (deps: TurnRunnerDeps, live: LiveTurn, stopping: AbortSignal): Promise<void> => {
  const thread = await threadOf(deps, live);
  live.setAhead(0);
  const stopTicking = live.startTicking(deps.wishes.follow(live));
  const ending = new AbortController();
  const letGo = follow(ending, stopping, live.stopSignal);
  try {
    if (live.record().state.phase !== 'settled') {
      await settle(deps, { live, thread, signal: ending.signal }, stopping);
      logOutcome(deps, live);
    }
    const telling = deps.credits.tell(live, stopping);
    await followUp(deps, live).finally(() => live.renderDecided());
    await telling;
  } finally {
    deps.credits.end(live.record().turnId);
    letGo();
    stopTicking();
    // No two boards ever write the same message: the last words are written here, or by whoever runs the render.
    if (live.record().renderId === null) await live.flush(stopping);
    else await live.letGo();
  }
};

/** Runs a lane entry of kind `turn`. Rejects with the signal's reason when the process stops, and with StoreError. */
export const createTurnRunner =
  (deps: TurnRunnerDeps) =>
  async (entry: LaneEntry, stopping: AbortSignal): Promise<void> => {
    const line = deps.lines.open(entry, stopping);
    try {
      const live = await deps.liveTurns.acquire(entry.id);
      if (live === null) {
        deps.log.warn({ turnId: entry.id }, 'a turn of the lane is not stored any more');
        return;
      }
      try {
        await runHeld(deps, live, stopping);
      } finally {
        deps.liveTurns.release(entry.id);
      }
      await deps.renders.putInLine(live);
    } finally {
      await deps.lines.close(line);
    }
  };
