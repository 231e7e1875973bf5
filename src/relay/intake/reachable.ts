/** Work that needs the chat platform, tried again while that cannot be reached. Must not know what the work is. */
import { ChatError } from '../../ports/chat.ts';
import type { RelayDeps } from '../deps.ts';

/** About ten minutes in all, as for a result. */
const retryDelaysMs = [1_000, 5_000, 15_000, 30_000, 60_000, 120_000, 180_000, 180_000];

/** `work` may run several times. Rejects with its last error, and with the signal's reason. */
export const onceReachable = async <T>(
  { clock, log }: Pick<RelayDeps, 'clock' | 'log'>,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> => {
  for (const delayMs of retryDelaysMs) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof ChatError) || error.kind !== 'unavailable') throw error;
      log.warn({ err: error, delayMs }, 'the platform cannot be reached yet');
      await clock.sleep(delayMs, signal);
    }
  }
  return work();
};
