/** Writes and deletes one tiny record, to know whether the store takes anything now. Must not know where it lies. */
import type { Clock } from '../ports/clock.ts';
import type { Store } from '../ports/store.ts';

/** A probe that takes longer has failed. */
const probeLimitMs = 5_000;
/** Whoever asks more often gets the last answer: a probe costs two commits. */
const probeIntervalMs = 5_000;

const probeId = 'health-probe';

const write = async ({ wishes }: Pick<Store, 'wishes'>): Promise<void> => {
  await wishes.set(probeId, { turnId: probeId, wantsStop: false, instruction: null });
  await wishes.delete(probeId);
};

/** The complaint of the probe; null: writing works. */
const probe = async (store: Pick<Store, 'wishes'>, clock: Clock): Promise<string | null> => {
  const limit = new AbortController();
  const late = clock.sleep(probeLimitMs, limit.signal).then(
    () => 'The store does not answer.',
    // Not late: the limit was lifted.
    () => null,
  );
  const written = write(store).then(
    () => null,
    (error: unknown) => (error instanceof Error ? error.message : 'The store cannot be written.'),
  );
  const complaint = await Promise.race([written, late]);
  limit.abort();
  return complaint;
};

/** Resolves with what is wrong with writing, or null. Never rejects. */
export const createStoreProbe = (
  store: Pick<Store, 'wishes'>,
  clock: Clock,
): (() => Promise<string | null>) => {
  let last: { readonly atMs: number; readonly complaint: Promise<string | null> } | null = null;
  return () => {
    const nowMs = clock.nowMs();
    if (last === null || nowMs - last.atMs >= probeIntervalMs)
      last = { atMs: nowMs, complaint: probe(store, clock) };
    return last.complaint;
  };
};
