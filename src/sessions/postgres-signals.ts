/** Signals over NOTIFY. Must not know who listens. */
import { z } from 'zod';
import type { Log } from '../ports/log.ts';
import type { Signal, Signals } from '../ports/signals.ts';
import type { PostgresDatabase } from './postgres.ts';

const channel = 'makevideo_signals';

const signalSchema: z.ZodType<Signal> = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('wish'), turnId: z.string(), threadId: z.string() }),
  z.strictObject({ kind: z.literal('queued'), threadId: z.string() }),
]);

/** null for a word of a newer version, or of somebody else. */
const readSignal = (payload: string): Signal | null => {
  try {
    return signalSchema.safeParse(JSON.parse(payload)).data ?? null;
  } catch {
    // Not JSON, and so not ours.
    return null;
  }
};

/** Rejects with StoreError when the channel cannot be listened to. */
export const openPostgresSignals = async (
  { query, listen }: Pick<PostgresDatabase, 'query' | 'listen'>,
  log: Log,
): Promise<Signals> => {
  const listeners = new Set<(signal: Signal) => void>();
  await listen(channel, {
    onConnected: () => undefined,
    onPayload: (payload) => {
      const signal = readSignal(payload);
      if (signal === null) log.warn({}, 'a signal of another version was not understood');
      else for (const listener of listeners) listener(signal);
    },
  });
  return {
    send: async (signal) => {
      await query('SELECT pg_notify($1, $2)', [channel, JSON.stringify(signal)]);
    },
    onSignal: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
};
