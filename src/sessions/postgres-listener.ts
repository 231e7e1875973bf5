/** One connection that hears NOTIFY for everybody in the process, and comes back when it is lost. Must not know what the words mean. */
import { type Client, escapeIdentifier } from 'pg';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { StoreError } from '../ports/store.ts';

export type Ear = {
  onPayload(payload: string): void;
  /** Words may have been missed since the last time. Also called when the listening begins. */
  onConnected(): void;
};

/** Resolves when the channel is listened to; rejects with StoreError when it cannot be. Ends with `close` of the whole. */
export type Listen = (channel: string, ear: Ear) => Promise<void>;

/** How often a silent connection is asked whether it still lives, and how long it may take before it is given up. */
const checkIntervalMs = 10_000;
const checkTimeoutMs = 5_000;

const reconnectMinMs = 250;
const reconnectMaxMs = 5_000;

type Dependencies = {
  readonly createClient: () => Client;
  readonly storeErrorOf: (cause: unknown) => StoreError;
  readonly clock: Clock;
  readonly log: Log;
};

/** Sleeps; an abort of `signal` only ends it early. */
const rest = async (clock: Clock, durationMs: number, signal: AbortSignal): Promise<void> => {
  try {
    await clock.sleep(durationMs, signal);
  } catch (cause) {
    // Woken on purpose. Any other failure of a clock is a bug.
    if (!signal.aborted) throw cause;
  }
};

/** Resolves when the connection has ended, does not answer any more, or nobody needs it. */
const untilLost = async (client: Client, clock: Clock, stopped: AbortSignal): Promise<void> => {
  const gone = new AbortController();
  client.once('end', () => gone.abort());
  const over = AbortSignal.any([gone.signal, stopped]);
  while (!over.aborted) {
    await rest(clock, checkIntervalMs, over);
    if (over.aborted) return;
    const patience = rest(clock, checkTimeoutMs, over).then(() => false);
    const answered = client.query('SELECT 1').then(
      () => true,
      // Whatever went wrong, another connection is the answer.
      () => false,
    );
    if (!(await Promise.race([answered, patience]))) gone.abort();
  }
};

const end = async (client: Client): Promise<void> => {
  // What cannot be said goodbye to is gone already.
  await client.end().catch(() => undefined);
};

/** Makes connections that listen to every known channel. */
const createConnecting = (
  ears: ReadonlyMap<string, Ear>,
  { createClient, storeErrorOf, clock, log }: Dependencies,
) => {
  const hear = async (client: Client, channel: string): Promise<void> => {
    await client.query(`LISTEN ${escapeIdentifier(channel)}`);
    ears.get(channel)?.onConnected();
  };

  const connect = async (): Promise<Client> => {
    const client = createClient();
    // `end` follows and says enough; an error that nobody listens to would end the process.
    client.on('error', ({ message: reason }) =>
      log.warn({ reason }, 'the listening connection to the store was lost'),
    );
    client.on('notification', ({ channel, payload }) => ears.get(channel)?.onPayload(payload ?? ''));
    try {
      await client.connect();
      for (const channel of ears.keys()) await hear(client, channel);
    } catch (cause) {
      void end(client);
      throw cause;
    }
    return client;
  };

  /** Tries until it is connected again; null when nobody needs it any more. */
  const reconnect = async (stopped: AbortSignal): Promise<Client | null> => {
    for (let waitMs = reconnectMinMs; !stopped.aborted; waitMs = Math.min(waitMs * 2, reconnectMaxMs)) {
      try {
        return await connect();
      } catch (error) {
        const reason = storeErrorOf(error).message;
        log.warn({ reason, waitMs }, 'the store cannot be listened to; trying again');
        await rest(clock, waitMs, stopped);
      }
    }
    return null;
  };

  return { hear, connect, reconnect };
};

export type Listener = { readonly listen: Listen; close(): Promise<void> };

/** Connects when the first channel is asked for. */
export const createListener = (dependencies: Dependencies): Listener => {
  const { storeErrorOf, clock } = dependencies;
  const ears = new Map<string, Ear>();
  const { hear, connect, reconnect } = createConnecting(ears, dependencies);
  const stopping = new AbortController();
  let current: Promise<Client> | null = null;
  let keeping: Promise<void> = Promise.resolve();

  const keep = async (first: Client): Promise<void> => {
    for (let client: Client | null = first; client !== null; ) {
      await untilLost(client, clock, stopping.signal);
      if (stopping.signal.aborted) return end(client);
      // Not waited for: a connection into nowhere takes minutes to end.
      void end(client);
      const next = reconnect(stopping.signal);
      current = next.then((found) => found ?? Promise.reject(new Error('The listener was closed.')));
      // Whoever asks for a channel at this moment is told; otherwise nobody cares.
      current.catch(() => undefined);
      client = await next;
    }
  };

  return {
    listen: async (channel, ear) => {
      ears.set(channel, ear);
      try {
        if (current === null) {
          current = connect();
          keeping = keep(await current);
        } else {
          await hear(await current, channel);
        }
      } catch (cause) {
        ears.delete(channel);
        throw storeErrorOf(cause);
      }
    },
    close: async () => {
      stopping.abort();
      await keeping;
    },
  };
};
