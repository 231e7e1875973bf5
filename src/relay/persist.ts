/** Writes that come after money was spent: tried again while the store cannot take them, so that what was paid for is not lost. */
import { StoreError } from '../ports/store.ts';
import type { RelayDeps } from './deps.ts';

/** Long enough for a database that starts again or a disk on which somebody makes room; a person waits no longer without a word. */
const retryDelaysMs = [250, 1_000, 3_000, 8_000, 15_000, 30_000];

/** A record that is damaged, or too new to be understood, is that the next time as well. */
export const mayPass = (error: unknown): error is StoreError =>
  error instanceof StoreError && !['corrupt', 'newer', 'locked'].includes(error.kind);

/** Resolves with what `write` does once it works; rejects with its last error after about a minute. `write` may run several times. */
export const persist = async <T>(
  { clock, log }: Pick<RelayDeps, 'clock' | 'log'>,
  write: () => Promise<T>,
): Promise<T> => {
  const never = new AbortController().signal;
  for (const delayMs of retryDelaysMs) {
    try {
      return await write();
    } catch (error) {
      if (!mayPass(error)) throw error;
      log.warn({ err: error, delayMs }, 'a write is tried again');
      // A process that stops does not wait for this: the record on disk says where the next one has to go on.
      await clock.sleep(delayMs, never);
    }
  }
  return write();
};

/**
 * Forgets what the person was told is not saved, or stores that it is over, so that no later start finds it and runs it after all.
 * In the background, because the person is told at once; while the store takes nothing it is tried again, and given up with the process.
 */
export const forgetRefused = (deps: Pick<RelayDeps, 'clock' | 'log'>, forget: () => Promise<void>): void => {
  persist(deps, forget).catch((error: unknown) => {
    deps.log.error(
      { err: error },
      'a request that was refused is still stored, and may run after the next start',
    );
  });
};
