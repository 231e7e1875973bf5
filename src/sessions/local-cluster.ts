/** What processes of a cluster tell each other, for a store that one process owns alone. Must not know of disks or networks. */
import type { Exclusively, Leases } from '../ports/leases.ts';
import type { Signal, Signals } from '../ports/signals.ts';
import { StoreError } from '../ports/store.ts';

export type Cluster = {
  readonly leases: Leases;
  readonly signals: Signals;
  readonly exclusively: Exclusively;
};

const createSignals = (): Signals => {
  const listeners = new Set<(signal: Signal) => void>();
  return {
    send: async (signal) => {
      for (const listener of listeners) listener(signal);
    },
    onSignal: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
};

/** The owner of the store owns every part that can be played with it; only this process itself could take one twice. */
const createLeases = (): Leases => {
  const held = new Map<string, number>();
  let fence = 0;
  return {
    take: async (name) => {
      if (held.has(name)) {
        throw new StoreError('locked', { message: `This process already holds the lease ${name}.` });
      }
      fence += 1;
      const own = fence;
      held.set(name, own);
      return {
        fence: own,
        release: async () => {
          if (held.get(name) === own) held.delete(name);
        },
      };
    },
  };
};

/** Waits for whoever is before; giving up does not stop them. */
const waitFor = (before: Promise<void>, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const giveUp = (): void => reject(signal.reason);
    if (signal.aborted) giveUp();
    signal.addEventListener('abort', giveUp, { once: true });
    void before.then(resolve).finally(() => signal.removeEventListener('abort', giveUp));
  });

/** One queue of promises per name; nothing is kept for names that nobody uses. */
const createExclusively = (): Exclusively => {
  const tails = new Map<string, Promise<void>>();

  const forget = async (name: string, tail: Promise<void>): Promise<void> => {
    await tail;
    if (tails.get(name) === tail) tails.delete(name);
  };

  return async (name, signal, work) => {
    const before = tails.get(name) ?? Promise.resolve();
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    // Whoever gives up still passes the queue on in its order.
    const tail = before.then(() => ended);
    tails.set(name, tail);
    void forget(name, tail);
    try {
      await waitFor(before, signal);
      return await work();
    } finally {
      end();
    }
  };
};

export const createLocalCluster = (): Cluster => ({
  leases: createLeases(),
  signals: createSignals(),
  exclusively: createExclusively(),
});
