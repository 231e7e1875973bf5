/** Remembers until when this process heard everything, so that the next one can read what it missed. It must not know what was said. */
import type { ListenerRecord } from '../../ports/store.ts';
import type { RelayDeps } from '../deps.ts';

export type Listening = {
  /** What the process before this one left; null when there was none. Rejects with StoreError. */
  before(): Promise<ListenerRecord | null>;
  /** Something is going on in these direct messages. */
  noteDirect(channelId: string): void;
  /** As if nothing had gone on there. */
  forgetDirect(channelIds: readonly string[]): Promise<void>;
  /** Direct messages in which something went on lately, the newest first. */
  directChannels(): readonly string[];
  /** From now on it is stored what was heard, until the signal aborts. What came before has been read. */
  begin(stopping: AbortSignal): void;
  /** Stores it once more. Never rejects: what is lost is read again by the next process. */
  save(): Promise<void>;
};

type ListeningDeps = Pick<RelayDeps, 'chat' | 'store' | 'clock' | 'log'> & { readonly listenerId: string };

/** A quiet bot writes nothing: there has to be something new. */
const saveIntervalMs = 15_000;
const directChannelsMax = 50;

export const createListening = ({ chat, store, clock, log, listenerId }: ListeningDeps): Listening => {
  const direct = new Map<string, number>();
  let saved = '';
  let hasBegun = false;

  const record = (): ListenerRecord | null => {
    const heardUntilMs = chat.heardUntilMs();
    if (heardUntilMs === null) return null;
    const directChannels = [...direct].map(([channelId, atMs]) => ({ channelId, atMs })).toReversed();
    return { listenerId, heardUntilMs, directChannels };
  };

  const note = (channelId: string, atMs: number): void => {
    direct.delete(channelId);
    direct.set(channelId, atMs);
    const [oldest] = direct.keys();
    if (direct.size > directChannelsMax && oldest !== undefined) direct.delete(oldest);
  };

  const save = async (): Promise<void> => {
    const next = record();
    const text = JSON.stringify(next);
    if (next === null || !hasBegun || text === saved) return;
    try {
      await store.listeners.set(listenerId, next);
      saved = text;
    } catch (error) {
      log.warn({ err: error }, 'it could not be stored what was heard');
    }
  };

  const keepSaving = async (stopping: AbortSignal): Promise<void> => {
    while (!stopping.aborted) {
      await save();
      await clock.sleep(saveIntervalMs, stopping);
    }
  };

  return {
    before: async () => {
      const left = await store.listeners.get(listenerId);
      for (const { channelId, atMs } of left?.directChannels.toReversed() ?? []) note(channelId, atMs);
      return left;
    },
    noteDirect: (channelId) => {
      const isNew = !direct.has(channelId);
      note(channelId, clock.nowMs());
      // Nobody else could tell the next process of these.
      if (isNew) void save();
    },
    forgetDirect: async (channelIds) => {
      for (const channelId of channelIds) direct.delete(channelId);
      await save();
    },
    directChannels: () => [...direct.keys()].toReversed(),
    begin: (stopping) => {
      hasBegun = true;
      // The sleep rejects when the process stops, which is how it ends.
      keepSaving(stopping).catch(() => undefined);
    },
    save,
  };
};
