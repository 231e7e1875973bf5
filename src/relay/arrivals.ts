/** Requests that have no thread yet: gathered for a moment, then given a thread and a turn in it. */
import { messagesFor } from '../core/messages/messages.ts';
import type { IncomingMessage } from '../ports/chat.ts';
import type { LaneEntry } from '../ports/lanes.ts';
import type { Acceptance, Request } from '../ports/relay.ts';
import type { ArrivalRecord } from '../ports/store.ts';
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

/** An open burst; `stored` settles when everything that came in so far is on disk. */
type Burst = { record: ArrivalRecord; stored: Promise<void> };

const burstKeyOf = (message: IncomingMessage): string => `${message.place.channelId}:${message.person.id}`;

const arrivalIdOf = (eventId: string): string => `a${eventId}`;

const fromMessage = (message: IncomingMessage, acceptedAtMs: number): ArrivalRecord => ({
  arrivalId: arrivalIdOf(message.messageId),
  guildId: message.place.guildId,
  requesterId: message.person.id,
  locale: message.person.locale,
  instruction: message.text,
  attachments: message.attachments,
  acceptedAtMs,
  starter: { channelId: message.place.channelId, messageId: message.messageId },
});

const joined = (record: ArrivalRecord, message: IncomingMessage): ArrivalRecord => ({
  ...record,
  instruction: [record.instruction, message.text].filter((text) => text !== '').join('\n'),
  attachments: [...record.attachments, ...message.attachments],
});

const createRun =
  (deps: ArrivalDeps) =>
  async (record: ArrivalRecord, stopping: AbortSignal): Promise<void> => {
    const { instruction, locale, starter, arrivalId } = record;
    const name = messagesFor(locale).threadName(instruction);
    const { threadId } = await deps.chat.openThread(starter, { name, signal: stopping });
    const accepted = await deps.intake.add({
      eventId: arrivalId.slice(1),
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
  await deps.chat.createMessage(record.starter.channelId, view, { key: `sorry:${record.arrivalId}`, signal });
};

export const createArrivals = (deps: ArrivalDeps): Arrivals => {
  const { store, lanes, clock, settings, log } = deps;
  const bursts = new Map<string, Burst>();
  const runRecord = createRun(deps);

  const putInLine = async (record: ArrivalRecord, notBeforeMs: number): Promise<Acceptance> => {
    if ((await store.arrivals.get(record.arrivalId)) !== null) return 'known';
    await store.arrivals.set(record.arrivalId, record);
    const { arrivalId } = record;
    const added = await lanes.add({ id: arrivalId, lane: arrivalId, kind: 'arrival' }, { notBeforeMs });
    if (added === 'added') return 'accepted';
    await store.arrivals.delete(arrivalId);
    return added;
  };

  const openBurst = async (message: IncomingMessage): Promise<void> => {
    const record = fromMessage(message, clock.nowMs());
    const stored = putInLine(record, clock.nowMs() + settings.burstWindowMs).then(() => undefined);
    bursts.set(burstKeyOf(message), { record, stored });
    await stored.catch((error: unknown) => {
      bursts.delete(burstKeyOf(message));
      throw error;
    });
  };

  const joinBurst = async (burst: Burst, message: IncomingMessage): Promise<void> => {
    burst.record = joined(burst.record, message);
    burst.stored = burst.stored.then(() => store.arrivals.set(burst.record.arrivalId, burst.record));
    await burst.stored;
  };

  /** From here on the burst is closed: what comes later is a request of its own. */
  const closeBurst = async (arrivalId: string): Promise<void> => {
    for (const [key, burst] of bursts) {
      if (burst.record.arrivalId !== arrivalId) continue;
      bursts.delete(key);
      await burst.stored;
    }
  };

  return {
    add: (request) =>
      putInLine(
        {
          arrivalId: arrivalIdOf(request.eventId),
          guildId: request.place.guildId,
          requesterId: request.person.id,
          locale: request.locale,
          instruction: request.instruction,
          attachments: request.attachments,
          acceptedAtMs: clock.nowMs(),
          starter: request.source,
        },
        clock.nowMs(),
      ),
    gather: async (message) => {
      const burst = bursts.get(burstKeyOf(message));
      if (burst === undefined) await openBurst(message);
      else if (burst.record.starter.messageId !== message.messageId) await joinBurst(burst, message);
    },
    isGathering: (message) => bursts.has(burstKeyOf(message)),
    run: async (entry, stopping) => {
      await closeBurst(entry.id);
      const record = await store.arrivals.get(entry.id);
      if (record === null) return;
      try {
        await runRecord(record, stopping);
      } catch (error) {
        if (stopping.aborted) throw error;
        log.error({ err: error, arrivalId: entry.id }, 'an arrival got no thread');
        await explain(deps, record, stopping);
      }
    },
  };
};
