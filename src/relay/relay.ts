/** The relay as a whole: its runners behind the lanes, and what commands and messages may ask of it. */
import { messagesFor } from '../core/messages/messages.ts';
import { describeTimeline } from '../core/timeline-words.ts';
import type { IncomingMessage, Person } from '../ports/chat.ts';
import type { LaneEntry } from '../ports/lanes.ts';
import type { Relay } from '../ports/relay.ts';
import type { ThreadRecord } from '../ports/store.ts';
import { createArrivals } from './arrivals.ts';
import type { RelayDeps } from './deps.ts';
import { createHandOver } from './hand-over.ts';
import { createLiveTurns } from './live-turns.ts';
import { createMessageIntake } from './messages-intake.ts';
import { createRenders } from './render-runner.ts';
import { createThreadSessions } from './thread-sessions.ts';
import { createTurnIntake } from './turn-intake.ts';
import { createTurnRunner } from './turn-runner.ts';

export type RunningRelay = Relay & {
  onMessage(message: IncomingMessage): Promise<void>;
  /** Takes up what an earlier process left and everything new. */
  start(): Promise<void>;
  /** Ends within the deadline; open turns stay open on purpose (invariant I6). */
  stop(deadlineMs: number): Promise<void>;
};

const maySteer = (thread: ThreadRecord, person: Person): boolean =>
  thread.requesterId === person.id || person.isModerator;

const createRooms = (deps: RelayDeps, stopping: AbortSignal) => {
  const liveTurns = createLiveTurns(deps);
  const sessions = createThreadSessions(deps);
  const handOver = createHandOver(deps, sessions);
  const intake = createTurnIntake({ ...deps, liveTurns, handOver, stopping });
  const arrivals = createArrivals({ ...deps, intake });
  const renders = createRenders({ ...deps, liveTurns });
  const runTurn = createTurnRunner({ ...deps, sessions, handOver, liveTurns, renders });
  const onMessage = createMessageIntake({ ...deps, intake, arrivals, stopping });
  return { liveTurns, sessions, intake, arrivals, renders, runTurn, onMessage };
};

type Rooms = ReturnType<typeof createRooms>;

const createRun =
  (rooms: Rooms) =>
  async (entry: LaneEntry, signal: AbortSignal): Promise<void> => {
    switch (entry.kind) {
      case 'arrival':
        return rooms.arrivals.run(entry, signal);
      case 'render':
        return rooms.renders.run(entry, signal);
      case 'turn':
        await rooms.runTurn(entry, signal);
        await rooms.intake.announcePlaces(entry.lane);
    }
  };

const createStopTurn =
  (deps: RelayDeps, rooms: Rooms): Relay['stopTurn'] =>
  async (turnId, person) => {
    const live = await rooms.liveTurns.acquire(turnId);
    if (live === null) return 'nothing';
    try {
      const thread = await deps.store.threads.get(live.record().threadId);
      if (thread !== null && !maySteer(thread, person)) return 'notYours';
      if (await deps.lanes.withdraw(turnId)) {
        live.dispatch({ type: 'cancelled' });
        await live.save();
        await live.flush(AbortSignal.timeout(10_000));
      }
      live.stop();
      return 'stopping';
    } finally {
      rooms.liveTurns.release(turnId);
    }
  };

const createRunAgain =
  (deps: RelayDeps, rooms: Rooms): Relay['runAgain'] =>
  async (turnId, eventId, person) => {
    const turn = await deps.store.turns.get(turnId);
    const thread = turn === null ? null : await deps.store.threads.get(turn.threadId);
    if (turn === null || thread === null) return 'missing';
    if (!maySteer(thread, person)) return 'notYours';
    const { threadId, guildId, requesterId, locale, instruction, source } = turn;
    // The files are in the session already, or are handed over again with it.
    return rooms.intake.add({
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

const createTimeline =
  (deps: RelayDeps): Relay['timeline'] =>
  async (threadId, signal) => {
    const thread = await deps.store.threads.get(threadId);
    if (thread === null || thread.session === null || thread.account === null) return null;
    const { account, session, locale } = thread;
    const { timeline } = await deps.backend.snapshot({ account, signal, sessionId: session.sessionId });
    return timeline.tracks.length === 0 ? null : describeTimeline(timeline, messagesFor(locale).timeline);
  };

const createAccept =
  (rooms: Rooms): Relay['accept'] =>
  async (request) => {
    if (request.place.kind === 'channel') return rooms.arrivals.add(request);
    const { eventId, place, person, locale, instruction, attachments } = request;
    return rooms.intake.add({
      eventId,
      threadId: place.channelId,
      guildId: place.guildId,
      requesterId: person.id,
      locale,
      instruction,
      attachments,
      source: null,
    });
  };

export const createRelay = (deps: RelayDeps): RunningRelay => {
  const stopping = new AbortController();
  const rooms = createRooms(deps, stopping.signal);
  return {
    accept: createAccept(rooms),
    stopTurn: createStopTurn(deps, rooms),
    runAgain: createRunAgain(deps, rooms),
    timeline: createTimeline(deps),
    standing: async (threadId, person) => {
      const thread = await deps.store.threads.get(threadId);
      if (thread === null) return 'missing';
      return maySteer(thread, person) ? 'may' : 'notYours';
    },
    onMessage: rooms.onMessage,
    start: () => deps.lanes.start(createRun(rooms)),
    stop: async (deadlineMs) => {
      stopping.abort(new Error('The process is stopping.'));
      await deps.lanes.stop(deadlineMs);
    },
  };
};
