/** Messages of one person in one channel that belong together. Knows nothing of what becomes of them. */
import type { IncomingMessage } from '../../ports/chat.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ArrivalRecord } from '../../ports/store.ts';

export type Bursts = {
  /** Opens a burst, or joins the one that the same person has open there. Resolves when it is on disk; rejects with StoreError. */
  gather(message: IncomingMessage): Promise<void>;
  isGathering(message: IncomingMessage): boolean;
  /** From here on what comes later is a request of its own; resolves when everything that joined is on disk. */
  close(arrivalId: string): Promise<void>;
};

type BurstDeps = {
  idOf(first: IncomingMessage): string;
  /** Stores the first message and puts it in line. */
  open(message: IncomingMessage): Promise<ArrivalRecord>;
  store(record: ArrivalRecord): Promise<void>;
  readonly clock: Clock;
  /** How long others may join; whoever runs the arrival, here or in another process, does so later. */
  readonly windowMs: number;
};

/** `stored` settles when everything that came in so far is on disk. */
type Burst = {
  readonly arrivalId: string;
  readonly messageIds: Set<string>;
  readonly closesAtMs: number;
  stored: Promise<ArrivalRecord>;
};

const keyOf = (message: IncomingMessage): string => `${message.place.channelId}:${message.person.id}`;

const joined = (record: ArrivalRecord, message: IncomingMessage): ArrivalRecord => ({
  ...record,
  instruction: [record.instruction, message.text].filter((text) => text !== '').join('\n'),
  attachments: [...record.attachments, ...message.attachments],
});

export const createBursts = (deps: BurstDeps): Bursts => {
  const bursts = new Map<string, Burst>();

  /** The open burst of this person there; those whose time is over are forgotten. */
  const find = (message: IncomingMessage): Burst | undefined => {
    for (const [key, { closesAtMs }] of bursts) {
      if (closesAtMs <= deps.clock.nowMs()) bursts.delete(key);
    }
    return bursts.get(keyOf(message));
  };

  const open = async (message: IncomingMessage): Promise<void> => {
    const closesAtMs = deps.clock.nowMs() + deps.windowMs;
    const stored = deps.open(message);
    const arrivalId = deps.idOf(message);
    const messageIds = new Set([message.messageId]);
    bursts.set(keyOf(message), { arrivalId, messageIds, closesAtMs, stored });
    await stored.catch((error: unknown) => {
      bursts.delete(keyOf(message));
      throw error;
    });
  };

  const join = async (burst: Burst, message: IncomingMessage): Promise<void> => {
    if (burst.messageIds.has(message.messageId)) return;
    burst.messageIds.add(message.messageId);
    burst.stored = burst.stored.then(async (record) => {
      const longer = joined(record, message);
      await deps.store(longer);
      return longer;
    });
    await burst.stored;
  };

  return {
    gather: (message) => {
      const burst = find(message);
      return burst === undefined ? open(message) : join(burst, message);
    },
    isGathering: (message) => find(message) !== undefined,
    close: async (arrivalId) => {
      for (const [key, burst] of bursts) {
        if (burst.arrivalId !== arrivalId) continue;
        bursts.delete(key);
        await burst.stored;
      }
    },
  };
};
