/** Work that needs the chat platform and the store, tried again while one of them is away. Must not know what the work is. */
import { ChatError } from '../../ports/chat.ts';
import { StoreError } from '../../ports/store.ts';
import type { RelayDeps } from '../deps.ts';
import { mayPass } from '../persist.ts';

/** About ten minutes in all, as for a result. */
const retryDelaysMs = [1_000, 5_000, 15_000, 30_000, 60_000, 120_000, 180_000, 180_000];

const isAway = (error: unknown): boolean =>
  error instanceof ChatError ? error.kind === 'unavailable' : mayPass(error);

/**
 * `work` may run several times. `onStoreAway` is called once, when the store first takes nothing: unlike the platform's, its absence can
 * be told. Rejects with the last error, and with the signal's reason.
 */
export const onceReachable = async <T>(
  { clock, log }: Pick<RelayDeps, 'clock' | 'log'>,
  { signal, onStoreAway }: { readonly signal: AbortSignal; readonly onStoreAway: () => void },
  work: () => Promise<T>,
): Promise<T> => {
  let isTold = false;
  for (const delayMs of retryDelaysMs) {
    try {
      return await work();
    } catch (error) {
      if (!isAway(error)) throw error;
      log.warn({ err: error, delayMs }, 'the platform or the store cannot be reached yet');
      if (error instanceof StoreError && !isTold) onStoreAway();
      isTold ||= error instanceof StoreError;
      await clock.sleep(delayMs, signal);
    }
  }
  return work();
};
