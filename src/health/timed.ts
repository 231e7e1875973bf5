/** Measures one asynchronous call. Must not know what is called. */

/** Milliseconds since some moment, never going back (unlike the clock of the house). */
export type Stopwatch = () => number;

/** Tells how long `run` took, in seconds, and what it rejected with (`null`: it resolved); then resolves or rejects like it. */
export const timed = async <T>(
  stopwatch: Stopwatch,
  run: () => Promise<T>,
  tell: (seconds: number, error: unknown) => void,
): Promise<T> => {
  const startedAt = stopwatch();
  try {
    const result = await run();
    tell((stopwatch() - startedAt) / 1_000, null);
    return result;
  } catch (error) {
    tell((stopwatch() - startedAt) / 1_000, error);
    throw error;
  }
};
