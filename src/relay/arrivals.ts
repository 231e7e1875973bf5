/** Requests that have no thread yet: gathered for a moment, then given a thread and a turn in it. */
import { messagesFor } from '../core/messages/messages.ts';
import { textView } from '../core/view.ts';
import type { AnsweredAt, IncomingMessage } from '../ports/chat.ts';
import type { LaneEntry } from '../ports/lanes.ts';
import type { Acceptance, Request } from '../ports/relay.ts';
import type { ArrivalRecord } from '../ports/store.ts';
import { createBursts } from './bursts.ts';
import type { RelayDeps } from './deps.ts';
import type { TurnIntake } from './turn-intake.ts';

export type Arrivals = {
  /** One request, complete as it is. Rejects with StoreError. */
  add(request: Request): Promise<Acceptance>;
  /** A message of a burst: it opens one, or joins the one that the same person has open in that channel. Rejects with StoreError. */
  gather(message: IncomingMessage): Promise<void>;
  /** Has this person a burst open in this channel? */
  isGathering(message: IncomingMessage): boolean;
  /** Runs a lane entry of kind `arrival`. */
  run(entry: LaneEntry, stopping: AbortSignal): Promise<void>;
};

type ArrivalDeps = RelayDeps & { readonly intake: TurnIntake };

const arrivalIdOf = (eventId: string): string => `a${eventId}`;

const fromMessage = (message: IncomingMessage, acceptedAtMs: number): ArrivalRecord => ({
  arrivalId: arrivalIdOf(message.messageId),
  guildId: message.place.guildId,
  requesterId: message.person.id,
  locale: message.person.locale,
  instruction: message.text,
  attachments: message.attachments,
  acceptedAtMs,
  channelId: message.place.channelId,
  starter: { channelId: message.place.channelId, messageId: message.messageId },
});

const fromRequest = (request: Request, acceptedAtMs: number): ArrivalRecord => ({
  arrivalId: arrivalIdOf(request.eventId),
  guildId: request.place.guildId,
  requesterId: request.person.id,
  locale: request.locale,
  instruction: request.instruction,
  attachments: request.attachments,
  acceptedAtMs,
  channelId: request.place.channelId,
  starter: null,
});

/** The same event has the same turn, whatever thread it gets. */
const eventIdOf = (record: ArrivalRecord): string => record.arrivalId.slice(1);

/** Answers to commands that this process has under way, by arrival. */
type Answers = Map<string, Promise<AnsweredAt>>;

/**
 * The message under which the thread is opened. An answer that an earlier process sent is looked for in the channel; if it never
 * got there, a message of its own takes its place, so that an accepted request is never lost.
 */
const locateStarter = async (
  deps: ArrivalDeps,
  record: ArrivalRecord,
  options: { answers: Answers; signal: AbortSignal },
): Promise<AnsweredAt> => {
  if (record.starter !== null) return record.starter;
  const { channelId, arrivalId, instruction, locale } = record;
  const { answers, signal } = options;
  const answer = answers.get(arrivalId);
  if (answer !== undefined) return answer;
  const found = await deps.chat.findOwnMessage(channelId, eventIdOf(record), { signal });
  if (found !== null) return found;
  const view = textView(messagesFor(locale).starter(instruction));
  return deps.chat.createMessage(channelId, view, { key: `starter:${arrivalId}`, signal });
};

const createRun =
  (deps: ArrivalDeps, answers: Answers) =>
  async (record: ArrivalRecord, signal: AbortSignal): Promise<void> => {
    const { instruction, locale, arrivalId } = record;
    const starter = await locateStarter(deps, record, { answers, signal });
    const name = messagesFor(locale).threadName(instruction);
    const { threadId } = await deps.chat.openThread(starter, { name, signal });
    const accepted = await deps.intake.add({
      eventId: eventIdOf(record),
      threadId,
      guildId: record.guildId,
      requesterId: record.requesterId,
      locale,
      instruction,
      attachments: record.attachments,
      source: starter,
    });
    deps.log.info({ arrivalId, threadId, accepted }, 'an arrival has its thread');
    await deps.store.arrivals.delete(arrivalId);
  };

/** Says under the person's own message, or by changing our answer to their command, that it did not work. */
const explain = async (deps: ArrivalDeps, record: ArrivalRecord, signal: AbortSignal): Promise<void> => {
  const view = {
    text: messagesFor(record.locale).somethingWentWrong,
    buttons: [],
    files: [],
    mentionUserId: record.requesterId,
    isSilent: false,
  };
  await deps.chat.createMessage(record.channelId, view, { key: `sorry:${record.arrivalId}`, signal });
};

export const createArrivals = (deps: ArrivalDeps): Arrivals => {
  const { store, lanes, clock, settings, log } = deps;
  const answers: Answers = new Map();
  const runRecord = createRun(deps, answers);

  const putInLine = async (record: ArrivalRecord, notBeforeMs: number): Promise<Acceptance> => {
    if ((await store.arrivals.get(record.arrivalId)) !== null) return 'known';
    await store.arrivals.set(record.arrivalId, record);
    const { arrivalId } = record;
    const added = await lanes.add({ id: arrivalId, lane: arrivalId, kind: 'arrival' }, { notBeforeMs });
    if (added === 'added') return 'accepted';
    await store.arrivals.delete(arrivalId);
    return added;
  };

  const bursts = createBursts({
    idOf: ({ messageId }) => arrivalIdOf(messageId),
    open: async (message) => {
      const record = fromMessage(message, clock.nowMs());
      await putInLine(record, clock.nowMs() + settings.burstWindowMs);
      return record;
    },
    store: (record) => store.arrivals.set(record.arrivalId, record),
  });

  return {
    add: async (request) => {
      const record = fromRequest(request, clock.nowMs());
      answers.set(record.arrivalId, request.answer);
      const accepted = await putInLine(record, clock.nowMs());
      if (accepted !== 'accepted') answers.delete(record.arrivalId);
      return accepted;
    },
    gather: (message) => bursts.gather(message),
    isGathering: (message) => bursts.isGathering(message),
    run: async (entry, stopping) => {
      await bursts.close(entry.id);
      const record = await store.arrivals.get(entry.id);
      if (record === null) return;
      try {
        await runRecord(record, stopping);
      } catch (error) {
        if (stopping.aborted) throw error;
        log.error({ err: error, arrivalId: entry.id }, 'an arrival got no thread');
        await explain(deps, record, stopping);
      } finally {
        answers.delete(entry.id);
      }
    },
  };
};
