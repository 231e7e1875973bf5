/** Lets so many through at once, the others in the order in which they came. Of this process alone; it must not know what it lets through. */

export type Gate = {
  /** Runs `work` when there is room, and settles as it does. Rejects with `signal.reason` when that comes first; then nothing was begun. */
  through<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T>;
};

export const createGate = (atOnceMax: number): Gate => {
  let inside = 0;
  const waiting = new Set<() => void>();

  const room = (signal: AbortSignal): Promise<void> => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const giveUp = (): void => {
      waiting.delete(enter);
      reject(signal.reason);
    };
    const enter = (): void => {
      signal.removeEventListener('abort', giveUp);
      waiting.delete(enter);
      inside += 1;
      resolve();
    };
    signal.addEventListener('abort', giveUp, { once: true });
    waiting.add(enter);
    if (inside < atOnceMax) enter();
    return promise;
  };

  const leave = (): void => {
    inside -= 1;
    const [next] = waiting;
    next?.();
  };

  return {
    through: async (work, signal) => {
      signal.throwIfAborted();
      await room(signal);
      try {
        return await work();
      } finally {
        leave();
      }
    },
  };
};
