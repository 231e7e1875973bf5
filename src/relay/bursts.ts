/** Messages of one person in one channel that belong together. Knows nothing of what becomes of them. */
import type { IncomingMessage } from '../ports/chat.ts';
import type { ArrivalRecord } from '../ports/store.ts';

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
};

/** `stored` settles when everything that came in so far is on disk. */
type Burst = { readonly arrivalId: string; readonly messageIds: Set<string>; stored: Promise<ArrivalRecord> };

const keyOf = (message: IncomingMessage): string => `${message.place.channelId}:${message.person.id}`;

const joined = (record: ArrivalRecord, message: IncomingMessage): ArrivalRecord => ({
  ...record,
  instruction: [record.instruction, message.text].filter((text) => text !== '').join('\n'),
  attachments: [...record.attachments, ...message.attachments],
});

export const createBursts = (deps: BurstDeps): Bursts => {
  const bursts = new Map<string, Burst>();

  const open = async (message: IncomingMessage): Promise<void> => {
    const stored = deps.open(message);
    const arrivalId = deps.idOf(message);
    bursts.set(keyOf(message), { arrivalId, messageIds: new Set([message.messageId]), stored });
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
      const burst = bursts.get(keyOf(message));
      return burst === undefined ? open(message) : join(burst, message);
    },
    isGathering: (message) => bursts.has(keyOf(message)),
    close: async (arrivalId) => {
      for (const [key, burst] of bursts) {
        if (burst.arrivalId !== arrivalId) continue;
        bursts.delete(key);
        await burst.stored;
      }
    },
  };
};
