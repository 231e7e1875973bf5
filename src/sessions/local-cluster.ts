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

/** One queue of promises per name; nothing is kept for names that nobody uses. */
const createExclusively = (): Exclusively => {
  const tails = new Map<string, Promise<void>>();
  return async (name, signal, work) => {
    const before = tails.get(name);
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    // Whoever gives up still passes the queue on in its order.
    const tail = Promise.allSettled([before, ended]).then(() => {
      if (tails.get(name) === tail) tails.delete(name);
    });
    tails.set(name, tail);
    try {
      await before;
      signal.throwIfAborted();
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
