/** Lets what belongs together through one after the other, in the order in which it came. Knows nothing of what it lets through. */

export type Turnstile = {
  /** Something of this key is under way or waits. */
  isBusy(key: string): boolean;
  /** Runs `work` after everything that came before under the same key, whatever became of that. Settles as `work` does. */
  inTurn<T>(key: string, work: () => Promise<T>): Promise<T>;
};

export const createTurnstile = (): Turnstile => {
  const tails = new Map<string, Promise<void>>();
  return {
    isBusy: (key) => tails.has(key),
    inTurn: (key, work) => {
      const result = (tails.get(key) ?? Promise.resolve()).then(work);
      const leave = async (): Promise<void> => {
        await Promise.allSettled([result]);
        if (tails.get(key) === tail) tails.delete(key);
      };
      const tail = leave();
      tails.set(key, tail);
      return result;
    },
  };
};
