/** The relay as a whole: its runners behind the lanes, and what commands and messages may ask of it. */
import { filmsAtOnceMax } from '../core/limits.ts';
import { messagesFor } from '../core/messages/messages.ts';
import { problemText } from '../core/problem-text.ts';
import { textView } from '../core/view.ts';
import type { ChatHandlers } from '../ports/chat.ts';
import { createGate } from '../ports/gate.ts';
import type { LaneEntry } from '../ports/lanes.ts';
import type { Relay, Request } from '../ports/relay.ts';
import type { RelayDeps } from './deps.ts';
import { problemOf } from './failures.ts';
import { createForgetting } from './forgetting.ts';
import { createAdmit } from './intake/admission.ts';
import { createArrivals } from './intake/arrivals.ts';
import { createCatchUp } from './intake/catch-up.ts';
import { createDirectMessages } from './intake/direct-messages.ts';
import { createListening, type Listening } from './intake/listening.ts';
import { createMessageIntake } from './intake/messages-intake.ts';
import { createMissedCalls } from './intake/missed-calls.ts';
import { createQuotas } from './intake/quotas.ts';
import { createServerSettings } from './intake/server-settings.ts';
import { createTurnIntake, type NewTurn, type TurnIntake } from './intake/turn-intake.ts';
import { createWaiting } from './intake/waiting.ts';
import { createRenders } from './renders/render-runner.ts';
import { showTimeline } from './renders/timeline-view.ts';
import { createCreditMeter } from './turns/credits.ts';
import { createHandOver } from './turns/hand-over.ts';
import { createLines } from './turns/lines.ts';
import { createLiveTurns } from './turns/live-turns.ts';
import { takeUpOrphans } from './turns/orphans.ts';
import { createOwnAccounts } from './turns/own-accounts.ts';
import { createSteering } from './turns/steering.ts';
import { createThreadSessions } from './turns/thread-sessions.ts';
import { createTurnRunner } from './turns/turn-runner.ts';
import { createWishes } from './turns/wishes.ts';

export type RunningRelay = Relay &
  Pick<ChatHandlers, 'onMessage' | 'onMessageEdited' | 'onMessageDeleted' | 'onGap'> & {
    /**
     * Runs what an earlier process left and everything new. A process that never calls it only takes requests in, and leaves their
     * work to the other processes on the same store.
     */
    start(): Promise<void>;
    /** Reads what was missed since the process before this one, in its own time. Called by a process that hears events. */
    catchUp(): void;
    /** Ends within the deadline; open turns stay open on purpose (invariant I6). */
    stop(deadlineMs: number): Promise<void>;
  };

/** Direct messages are not listed anywhere, so it is noted where something goes on. */
const noting = (intake: TurnIntake, listening: Listening): TurnIntake => ({
  add: (turn) => {
    if (turn.guildId === null) listening.noteDirect(turn.threadId);
    return intake.add(turn);
  },
});

const createRooms = (deps: RelayDeps, stopping: AbortSignal) => {
  const liveTurns = createLiveTurns(deps);
  const wishes = createWishes(deps);
  const sessions = createThreadSessions(deps);
  const handOver = createHandOver(deps, sessions);
  const listening = createListening({ ...deps, listenerId: deps.settings.listenerId ?? 'none' });
  const intake = noting(createTurnIntake(deps), listening);
  const lines = createLines({ ...deps, liveTurns, handOver, wishes });
  const arrivals = createArrivals({ ...deps, intake });
  const renders = createRenders({ ...deps, liveTurns, wishes, films: createGate(filmsAtOnceMax) });
  const serverSettings = createServerSettings(deps);
  const running = { sessions, handOver, liveTurns, lines, renders, wishes, serverSettings };
  const runTurn = createTurnRunner({ ...deps, ...running, credits: createCreditMeter(deps) });
  const directMessages = createDirectMessages({ ...deps, intake });
  const quotas = createQuotas(deps);
  const admit = createAdmit({ ...deps, serverSettings, quotas });
  const taking = { intake, arrivals, directMessages, admit, serverSettings, quotas };
  const onMessage = createMessageIntake({ ...deps, ...taking, stopping });
  const missedCalls = createMissedCalls({ ...deps, onMessage });
  const catchUp = createCatchUp({ ...deps, listening, missedCalls, onMessage });
  return {
    ...taking,
    listening,
    catchUp,
    missedCalls,
    liveTurns,
    wishes,
    lines,
    renders,
    runTurn,
    onMessage,
  };
};

type Rooms = ReturnType<typeof createRooms>;

const createRun =
  (rooms: Rooms) =>
  (entry: LaneEntry, signal: AbortSignal): Promise<void> => {
    switch (entry.kind) {
      case 'arrival':
        return rooms.arrivals.run(entry, signal);
      case 'render':
        return rooms.renders.run(entry, signal);
      case 'turn':
        return rooms.runTurn(entry, signal);
    }
  };

const createTimeline =
  (deps: RelayDeps): Relay['timeline'] =>
  async (threadId, { locale, signal }) => {
    const thread = await deps.store.threads.get(threadId);
    if (thread === null || thread.session === null || thread.account === null) return null;
    const { account, session } = thread;
    const { timeline } = await deps.backend.snapshot({ account, signal, sessionId: session.sessionId });
    if (timeline.tracks.length === 0) return null;
    const { text, picture } = await showTimeline(deps.pictures, timeline, locale);
    return { ...textView(text), files: picture === null ? [] : [picture] };
  };

const createProjectLink =
  ({ store, backend }: RelayDeps): Relay['projectLink'] =>
  async (threadId, signal) => {
    const thread = await store.threads.get(threadId);
    if (thread === null || thread.session === null || thread.account === null) return null;
    return backend.projectLink({ account: thread.account, signal, ...thread.session });
  };

const turnOf = (request: Omit<Request, 'answer'>, source: NewTurn['source']): NewTurn => {
  const { eventId, place, person, locale, instruction, attachments } = request;
  return {
    eventId,
    threadId: place.channelId,
    guildId: place.guildId,
    requesterId: person.id,
    locale,
    instruction,
    attachments,
    source,
  };
};

const createAccept =
  (rooms: Rooms): Relay['accept'] =>
  async (request) =>
    request.place.kind === 'channel' ? rooms.arrivals.add(request) : rooms.intake.add(turnOf(request, null));

/** In a channel it is taken as if its author had mentioned the bot in it, but on behalf of the person who asks. */
const createAcceptMessage =
  (deps: RelayDeps, rooms: Rooms): Relay['acceptMessage'] =>
  async (request, message) => {
    const { place, person, instruction, attachments } = request;
    if (place.kind !== 'channel') return rooms.intake.add(turnOf(request, message));
    await rooms.arrivals.gather({
      messageId: message.messageId,
      place,
      person,
      text: instruction,
      attachments,
      mentionsBot: true,
      isTextWithheld: false,
      createdAtMs: deps.clock.nowMs(),
    });
    return 'accepted';
  };

const createExplain =
  (deps: RelayDeps): Relay['explain'] =>
  (error, { locale, reference }) =>
    problemText(problemOf(error), {
      messages: messagesFor(locale),
      webUrl: deps.settings.webUrl,
      turnId: reference,
      isSent: false,
    });

export const createRelay = (deps: RelayDeps): RunningRelay => {
  const stopping = new AbortController();
  const rooms = createRooms(deps, stopping.signal);
  let stopListening: (() => void) | null = null;
  return {
    ...createSteering({ ...deps, ...rooms }),
    ...createOwnAccounts(deps),
    forget: createForgetting({ ...deps, ...rooms }),
    admit: rooms.admit,
    settings: (guildId) => rooms.serverSettings.of(guildId),
    changeSettings: (guildId, change) => rooms.serverSettings.change(guildId, change),
    serverLocale: (guildId) => rooms.serverSettings.localeOf(guildId),
    accept: createAccept(rooms),
    acceptMessage: createAcceptMessage(deps, rooms),
    acceptDirectly: (request) => rooms.directMessages.accept(request, stopping.signal),
    timeline: createTimeline(deps),
    projectLink: createProjectLink(deps),
    explain: createExplain(deps),
    runMissed: (threadId, options) => rooms.catchUp.runMissed(threadId, options),
    runMissedCall: (channelId, options) => rooms.missedCalls.run(channelId, options),
    onMessage: rooms.onMessage,
    onGap: (sinceMs) => rooms.catchUp.since(sinceMs, stopping.signal),
    catchUp: () => rooms.catchUp.begin(stopping.signal),
    ...createWaiting({ ...deps, ...rooms }),
    start: async () => {
      stopListening = deps.signals.onSignal((signal) => rooms.lines.hear(signal));
      await deps.lanes.start(createRun(rooms));
      takeUpOrphans({ ...deps, ...rooms }, stopping.signal).catch((error: unknown) => {
        if (!stopping.signal.aborted) deps.log.error({ err: error }, 'open work could not be looked through');
      });
    },
    stop: async (deadlineMs) => {
      stopping.abort(new Error('The process is stopping.'));
      await rooms.listening.save();
      await deps.lanes.stop(deadlineMs);
      stopListening?.();
    },
  };
};
