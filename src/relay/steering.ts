/** What people may do with turns that are there: stop them, run them again, start the thread over. Knows who may. */
import type { Person } from '../ports/chat.ts';
import type { Relay, StopResult } from '../ports/relay.ts';
import type { ThreadRecord } from '../ports/store.ts';
import type { RelayDeps } from './deps.ts';
import type { LiveTurns } from './live-turns.ts';
import type { RunningRenders } from './running-renders.ts';
import type { TurnIntake } from './turn-intake.ts';

type SteeringDeps = RelayDeps & {
  readonly liveTurns: LiveTurns;
  readonly intake: TurnIntake;
  readonly runningRenders: RunningRenders;
};

type Steering = Pick<Relay, 'standing' | 'threadOf' | 'stopTurn' | 'stopThread' | 'runAgain' | 'startOver'>;

/** The last words of a turn that is taken back wait this long for the platform. */
const flushLimitMs = 10_000;

const maySteer = (thread: ThreadRecord, person: Person): boolean =>
  thread.requesterId === person.id || person.isModerator;

/** Takes a turn back if it still waits; otherwise tells it, and the render that follows it, to stop. */
const stopOne = async (
  deps: SteeringDeps,
  turnId: string,
  mayStop: (threadId: string) => Promise<boolean>,
): Promise<'withdrawn' | StopResult> => {
  const live = await deps.liveTurns.acquire(turnId);
  if (live === null) return 'nothing';
  try {
    if (!(await mayStop(live.record().threadId))) return 'notYours';
    const isWithdrawn = await deps.lanes.withdraw(turnId);
    if (isWithdrawn) {
      live.dispatch({ type: 'cancelled' });
      await live.save();
      await live.flush(AbortSignal.timeout(flushLimitMs));
    }
    live.stop();
    return isWithdrawn ? 'withdrawn' : 'stopping';
  } finally {
    deps.liveTurns.release(turnId);
  }
};

const createStopThread =
  (deps: SteeringDeps, standing: Steering['standing']): Steering['stopThread'] =>
  async (threadId, person) => {
    const may = await standing(threadId, person);
    if (may !== 'may') return may;
    const unfinished = await deps.lanes.unfinished(threadId);
    const turnIds = [...deps.runningRenders.turnsOf(threadId), ...unfinished.map(({ id }) => id)];
    const stopped = { running: 0, waiting: 0 };
    // The last one first, so that none starts because the one before it was stopped.
    for (const turnId of turnIds.toReversed()) {
      const result = await stopOne(deps, turnId, () => Promise.resolve(true));
      if (result === 'withdrawn') stopped.waiting += 1;
      if (result === 'stopping') stopped.running += 1;
    }
    deps.log.info({ threadId, ...stopped }, 'a thread was stopped');
    return stopped;
  };

const createRunAgain =
  (deps: SteeringDeps): Steering['runAgain'] =>
  async (turnId, eventId, person) => {
    const turn = await deps.store.turns.get(turnId);
    const thread = turn === null ? null : await deps.store.threads.get(turn.threadId);
    if (turn === null || thread === null) return 'missing';
    if (!maySteer(thread, person)) return 'notYours';
    const { threadId, guildId, requesterId, locale, instruction, source } = turn;
    // The files are in the session already, or are handed over again with it.
    return deps.intake.add({
      eventId,
      threadId,
      guildId,
      requesterId,
      locale,
      instruction,
      source,
      attachments: [],
    });
  };

const createStartOver =
  (deps: SteeringDeps): Steering['startOver'] =>
  async (threadId, person) => {
    const thread = await deps.store.threads.get(threadId);
    if (thread === null) return 'missing';
    if (!maySteer(thread, person)) return 'notYours';
    const isBusy = deps.runningRenders.turnsOf(threadId).length > 0;
    if (isBusy || (await deps.lanes.unfinished(threadId)).length > 0) return 'busy';
    const forgotten = { account: null, session: null, files: [], isRenderDue: false, isExportBlocked: false };
    await deps.store.threads.set(threadId, { ...thread, ...forgotten });
    deps.log.info({ threadId }, 'a thread starts over');
    return 'done';
  };

export const createSteering = (deps: SteeringDeps): Steering => {
  const standing: Steering['standing'] = async (threadId, person) => {
    const thread = await deps.store.threads.get(threadId);
    if (thread === null) return 'missing';
    return maySteer(thread, person) ? 'may' : 'notYours';
  };
  return {
    standing,
    threadOf: async (turnId) => (await deps.store.turns.get(turnId))?.threadId ?? null,
    stopTurn: async (turnId, person) => {
      const mayStop = async (threadId: string): Promise<boolean> =>
        (await standing(threadId, person)) === 'may';
      const result = await stopOne(deps, turnId, mayStop);
      return result === 'withdrawn' ? 'stopping' : result;
    },
    stopThread: createStopThread(deps, standing),
    runAgain: createRunAgain(deps),
    startOver: createStartOver(deps),
  };
};
