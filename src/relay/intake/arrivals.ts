/** Requests that have no thread yet: gathered for a moment, then given a thread and a turn in it. */
import type { IncomingMessage } from '../../ports/chat.ts';
import type { LaneEntry } from '../../ports/lanes.ts';
import type { Acceptance, Request } from '../../ports/relay.ts';
import type { ArrivalRecord } from '../../ports/store.ts';
import type { RelayDeps } from '../deps.ts';
import { forgetRefused } from '../persist.ts';
import { openPlace } from './arrival-places.ts';
import { createBursts } from './bursts.ts';
import { putInLine } from './line.ts';
import { onceReachable } from './reachable.ts';
import { createStarters, explainArrival, type Starters, sayArrivalWaits } from './starters.ts';
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

export const arrivalIdOf = (eventId: string): string => `a${eventId}`;

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

const createRun =
  (deps: ArrivalDeps, starters: Starters) =>
  async (record: ArrivalRecord, signal: AbortSignal): Promise<void> => {
    const { instruction, locale, arrivalId } = record;
    const starter = await starters.locate(record, signal);
    if (starter === null) return;
    const { threadId, guildId, source } = await openPlace(deps, record, { starter, signal });
    const turn = {
      eventId: eventIdOf(record),
      threadId,
      guildId,
      requesterId: record.requesterId,
      locale,
      instruction,
      attachments: record.attachments,
      source,
    };
    const accepted = await deps.intake.add(turn, { comesAgain: true });
    deps.log.info({ arrivalId, threadId, accepted }, 'an arrival has its thread');
    await deps.store.arrivals.delete(arrivalId);
  };

export const createArrivals = (deps: ArrivalDeps): Arrivals => {
  const { store, clock, settings, log } = deps;
  const starters = createStarters(deps);
  const runRecord = createRun(deps, starters);

  const take = async (record: ArrivalRecord, notBeforeMs: number): Promise<Acceptance> => {
    const { arrivalId } = record;
    // A known one may not be in line yet, because a process ended in between: adding it again is harmless.
    const isKnown = (await store.arrivals.get(arrivalId)) !== null;
    const stored = isKnown ? Promise.resolve() : store.arrivals.set(arrivalId, record);
    const entry = { id: arrivalId, lane: arrivalId, kind: 'arrival' } as const;
    const added = await putInLine(deps, entry, { notBeforeMs, stored }).catch((error: unknown) => {
      if (!isKnown) forgetRefused(deps, () => store.arrivals.delete(arrivalId));
      throw error;
    });
    if (added === 'added') return 'accepted';
    if (!isKnown) await store.arrivals.delete(arrivalId);
    return added;
  };

  const bursts = createBursts({
    idOf: ({ messageId }) => arrivalIdOf(messageId),
    open: async (message) => {
      const record = fromMessage(message, clock.nowMs());
      await take(record, clock.nowMs() + settings.burstWindowMs + settings.burstGraceMs);
      // Nothing is to be seen before the burst is over. A courtesy: it never rejects, and nobody waits for it.
      void deps.chat.showTyping(record.channelId);
      return record;
    },
    store: (record) => store.arrivals.set(record.arrivalId, record),
    clock,
    windowMs: settings.burstWindowMs,
  });

  return {
    add: async (request) => {
      const record = fromRequest(request, clock.nowMs());
      const accepting = take(record, clock.nowMs());
      starters.expect(record, request.answer, accepting);
      return accepting;
    },
    gather: (message) => bursts.gather(message),
    isGathering: (message) => bursts.isGathering(message),
    run: async (entry, stopping) => {
      await bursts.close(entry.id);
      const record = await store.arrivals.get(entry.id);
      if (record === null) return;
      try {
        const onStoreAway = () => void sayArrivalWaits(deps, record, stopping);
        await onceReachable(deps, { signal: stopping, onStoreAway }, () => runRecord(record, stopping));
      } catch (error) {
        if (stopping.aborted) throw error;
        log.error({ err: error, arrivalId: entry.id }, 'an arrival got no thread');
        forgetRefused(deps, () => store.arrivals.delete(entry.id));
        await explainArrival(deps, record, stopping);
      }
    },
  };
};
