/** What people may do with turns that are there: stop them, run them again, start the thread over. Knows who may. */
import { maySteer } from '../../core/settings.ts';
import type { Person } from '../../ports/chat.ts';
import type { Relay } from '../../ports/relay.ts';
import type { ThreadRecord } from '../../ports/store.ts';
import type { RelayDeps } from '../deps.ts';
import type { Quotas } from '../intake/quotas.ts';
import type { ServerSettings } from '../intake/server-settings.ts';
import type { TurnIntake } from '../intake/turn-intake.ts';
import { rendersUnderWay } from '../renders/rendering.ts';
import { changeThread } from './thread-changes.ts';
import type { Wishes } from './wishes.ts';

type SteeringDeps = RelayDeps & {
  readonly intake: TurnIntake;
  readonly wishes: Wishes;
  readonly serverSettings: ServerSettings;
  readonly quotas: Quotas;
};

type Steering = Pick<Relay, 'standing' | 'threadOf' | 'stopTurn' | 'stopThread' | 'runAgain' | 'startOver'>;

const steers = async (deps: SteeringDeps, thread: ThreadRecord, person: Person): Promise<boolean> =>
  maySteer(thread.requesterId, person, await deps.serverSettings.of(thread.guildId));

/** What of a thread is not over: its lane in order, and the renders, whose turns have left it. */
const underWay = async (
  deps: SteeringDeps,
  thread: ThreadRecord,
): Promise<{ inLane: readonly string[]; rendering: readonly string[] }> => {
  const renders = await rendersUnderWay(deps.store, thread);
  const inLane = (await deps.lanes.unfinished(thread.threadId)).map(({ id }) => id);
  const turnIds = new Set(renders.map(({ turnId }) => turnId));
  return { inLane, rendering: [...turnIds].filter((turnId) => !inLane.includes(turnId)) };
};

const createStopTurn =
  (deps: SteeringDeps): Steering['stopTurn'] =>
  async (turnId, person) => {
    const turn = await deps.store.turns.get(turnId);
    const thread = turn === null ? null : await deps.store.threads.get(turn.threadId);
    if (turn === null || thread === null) return 'nothing';
    if (!(await steers(deps, thread, person))) return 'notYours';
    const { inLane, rendering } = await underWay(deps, thread);
    if (!inLane.includes(turnId) && !rendering.includes(turnId)) return 'nothing';
    await deps.wishes.ask(turn, { wantsStop: true });
    return 'stopping';
  };

const createStopThread =
  (deps: SteeringDeps): Steering['stopThread'] =>
  async (threadId, person) => {
    const thread = await deps.store.threads.get(threadId);
    if (thread === null) return 'missing';
    if (!(await steers(deps, thread, person))) return 'notYours';
    const { inLane, rendering } = await underWay(deps, thread);
    // The last one first, so that none starts because the one before it was stopped.
    for (const turnId of [...rendering, ...inLane].toReversed()) {
      await deps.wishes.ask({ turnId, threadId }, { wantsStop: true });
    }
    const waiting = Math.max(0, inLane.length - 1);
    const stopped = { running: rendering.length + inLane.length - waiting, waiting };
    deps.log.info({ threadId, ...stopped }, 'a thread was stopped');
    return stopped;
  };

const createRunAgain =
  (deps: SteeringDeps): Steering['runAgain'] =>
  async (turnId, eventId, person) => {
    const turn = await deps.store.turns.get(turnId);
    const thread = turn === null ? null : await deps.store.threads.get(turn.threadId);
    if (turn === null || thread === null) return 'missing';
    if (!(await steers(deps, thread, person))) return 'notYours';
    const { threadId, guildId, requesterId, locale, instruction, source } = turn;
    const request = { eventId, guildId, personId: person.id, lane: threadId };
    const refusal = await deps.quotas.take(request, await deps.serverSettings.of(guildId));
    if (refusal !== null) return refusal;
    // Files that were handed over are in the session, and are handed over again with a new one.
    const open = turn.files.filter(({ outcome }) => outcome === null);
    return deps.intake.add({
      eventId,
      threadId,
      guildId,
      requesterId,
      locale,
      instruction,
      source,
      attachments: open.map(({ attachment }) => attachment),
    });
  };

const createStartOver =
  (deps: SteeringDeps): Steering['startOver'] =>
  async (threadId, person) => {
    const thread = await deps.store.threads.get(threadId);
    if (thread === null) return 'missing';
    if (!(await steers(deps, thread, person))) return 'notYours';
    const { inLane, rendering } = await underWay(deps, thread);
    if (inLane.length + rendering.length > 0) return 'busy';
    const forgotten = { account: null, session: null, files: [], isRenderDue: false, isExportBlocked: false };
    await changeThread(deps, threadId, (newest) => ({ ...newest, ...forgotten }));
    deps.log.info({ threadId }, 'a thread starts over');
    return 'done';
  };

export const createSteering = (deps: SteeringDeps): Steering => {
  const standing: Steering['standing'] = async (threadId, person) => {
    const thread = await deps.store.threads.get(threadId);
    if (thread === null) return 'missing';
    return (await steers(deps, thread, person)) ? 'may' : 'notYours';
  };
  return {
    standing,
    threadOf: async (turnId) => (await deps.store.turns.get(turnId))?.threadId ?? null,
    stopTurn: createStopTurn(deps),
    stopThread: createStopThread(deps),
    runAgain: createRunAgain(deps),
    startOver: createStartOver(deps),
  };
};
