/** Sends one instruction, once, and folds the answer into the turn. The only place that spends money. */
import type { BackendEvent } from '../../core/turn.ts';
import { type Credits, NemoError, type Snapshot } from '../../ports/backend.ts';
import type { ThreadRecord } from '../../ports/store.ts';
import type { RelayDeps } from '../deps.ts';
import { forPayer, refusal } from '../failures.ts';
import { follow } from '../following.ts';
import { type CreditMeter, startingBalance } from './credits.ts';
import type { HandOver } from './hand-over.ts';
import type { LiveTurn } from './live-turns.ts';
import type { OpenSession, ThreadSessions } from './thread-sessions.ts';

export type StreamDeps = RelayDeps & {
  readonly sessions: ThreadSessions;
  readonly handOver: HandOver;
  readonly credits: CreditMeter;
};

type OpenedSession = OpenSession & { readonly isRenewed: boolean };

type Run = {
  readonly live: LiveTurn;
  readonly thread: ThreadRecord;
  /** Aborts when the process stops or the person pressed Stop. */
  readonly signal: AbortSignal;
  /** Aborts as well when the turn's own clock ends the stream. */
  readonly streamSignal: AbortSignal;
};

/** Every file was refused and the project has no others: an instruction about them would cost credits for nothing. */
const hasNothingToWorkWith = ({ live, thread }: Run): boolean => {
  const { files } = live.record();
  return (
    files.length > 0 && thread.files.length === 0 && files.every((file) => file.outcome?.accepted === false)
  );
};

/** A backend that took no file for reasons of its own is not to be blamed on the files. */
const whyNothing = ({ live }: Run): 'backendUnavailable' | 'fileUnreadable' => {
  const isBackend = live
    .record()
    .files.every(({ outcome }) => outcome?.accepted === false && outcome.reason === 'backendUnavailable');
  return isBackend ? 'backendUnavailable' : 'fileUnreadable';
};

const isSessionLost = (error: unknown): boolean =>
  error instanceof NemoError && !error.sent && error.problem.kind === 'sessionLost';

/** null: there is no state to be read. Of a session that was opened just now, that says only that nothing was done in it yet. */
const seeBefore = async (deps: StreamDeps, run: Run, open: OpenedSession): Promise<Snapshot | null> => {
  const { account, session, isRenewed } = open;
  try {
    return await deps.backend.snapshot({ account, signal: run.signal, sessionId: session.sessionId });
  } catch (error) {
    if (isRenewed && isSessionLost(error)) return null;
    throw error;
  }
};

/** What the timeline looks like before, so that a silent or broken answer can be told from the state afterwards. */
const rememberBefore = async (
  deps: StreamDeps,
  run: Run,
  open: OpenedSession & { readonly reading: Promise<Credits | null> },
): Promise<void> => {
  const { account, session, reading } = open;
  const [seen, credits] = await Promise.all([seeBefore(deps, run, open), reading]);
  deps.credits.check(run.live, { account, userId: session.userId }, credits);
  const before = seen && {
    timeline: seen.timeline,
    fingerprint: seen.fingerprint,
    mediaCount: seen.mediaCount,
  };
  await run.live.update({ before, credits: startingBalance(credits) });
};

/**
 * Files first, then the words; `null` when there is nothing to say. The turn is stored as submitted before the request goes out
 * (invariant I1): after a crash in between, the state is read and nothing is sent again.
 */
const submit = async (
  deps: StreamDeps,
  run: Run,
  open: OpenedSession,
): Promise<AsyncIterable<BackendEvent> | null> => {
  const { live, thread, signal, streamSignal } = run;
  const reading = deps.credits.readBefore(live.record().turnId, open.account, signal);
  await deps.handOver.ensure(live, thread, signal);
  if (hasNothingToWorkWith(run)) return null;
  await rememberBefore(deps, run, { ...open, reading });
  live.dispatch({ type: 'submitted' });
  await live.save();
  const { turnId, threadId, instruction } = live.record();
  deps.log.info({ turnId, threadId }, 'the instruction is sent');
  const { account, session } = open;
  return deps.backend.openStream({
    account,
    signal: streamSignal,
    sessionId: session.sessionId,
    text: instruction,
  });
};

/** The backend lost the session before it accepted anything: a new one gets all files again and the person is told. */
const renewSession = async (deps: StreamDeps, run: Run, lost: OpenSession): Promise<OpenedSession> => {
  const open = await deps.sessions.renew(run.thread, lost.session.sessionId, run.signal);
  run.live.dispatch({ type: 'noted', note: { kind: 'sessionRenewed' } });
  await deps.handOver.repeat(run.live, run.thread, run.signal);
  return { ...open, isRenewed: true };
};

/** One try to send the instruction. Ends when the answer ends or when the turn is no longer streaming. */
const attempt = async (deps: StreamDeps, run: Run, open: OpenedSession): Promise<void> => {
  const { live } = run;
  const { account, session } = open;
  const events = await submit(deps, run, open);
  if (events === null) return live.dispatch({ type: 'failed', problem: refusal(whyNothing(run)) });
  for await (const event of events) {
    live.dispatch(
      event.type === 'error'
        ? { ...event, problem: forPayer(event.problem, account, session.userId) }
        : event,
    );
    if (live.record().state.phase !== 'streaming') return;
  }
  live.dispatch({ type: 'closed', isClean: true, problem: null });
};

/** Aborts `streaming` once the turn's own clock has ended the stream (time limit, stall). Returns how to stop watching. */
const watchPhase = (live: LiveTurn, streaming: AbortController): (() => void) =>
  live.onTick(() => {
    const { phase } = live.record().state;
    if (phase === 'reconciling' || phase === 'settled')
      streaming.abort(new Error('The stream ran out of time.'));
  });

/** What became of a request whose answer broke: null when the backend may have acted on it, otherwise the error to report. */
const breakOff = (live: LiveTurn, error: unknown): unknown => {
  const { phase } = live.record().state;
  if (phase === 'reconciling') return null;
  if (phase !== 'streaming' || !(error instanceof NemoError) || !error.sent) return error;
  if (error.kind === 'tooLarge') live.dispatch({ type: 'noted', note: { kind: 'answerCut' } });
  live.dispatch({ type: 'closed', isClean: false, problem: null });
  return null;
};

/**
 * Runs the instruction of a turn up to the end of its stream; then the turn is reconciling or settled.
 * Resolves with the session that was used. Rejects with NemoError or StoreError when the backend certainly did not act, and with
 * the signal's reason.
 */
export const streamInstruction = async (
  deps: StreamDeps,
  options: Omit<Run, 'streamSignal'>,
): Promise<OpenSession> => {
  const { live, thread, signal } = options;
  const streaming = new AbortController();
  const letGo = follow(streaming, signal);
  const run: Run = { live, thread, signal, streamSignal: streaming.signal };
  const stopWatching = watchPhase(live, streaming);
  let open: OpenedSession = { ...(await deps.sessions.open(thread, signal)), isRenewed: false };
  try {
    await attempt(deps, run, open).catch(async (error: unknown) => {
      if (!isSessionLost(error)) throw error;
      open = await renewSession(deps, run, open);
      return attempt(deps, run, open);
    });
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    const failure = breakOff(live, error);
    if (failure !== null) throw failure;
  } finally {
    stopWatching();
    letGo();
  }
  await live.save();
  return open;
};
