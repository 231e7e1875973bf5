/** Which entries this process runs of those that many processes share, and when it asks for more. Must not know SQL. */
import { type ClaimDependencies, createEntryRunner, type HeldEntry, type Run } from './held-entries.ts';
import type { Claim } from './lane-jobs.ts';
import { createProofOfLife } from './proof-of-life.ts';
import { rest } from './rest.ts';

export type Claims = {
  /** Resolves when what waits is under way; rejects with StoreError when that cannot be asked. */
  start(run: Run): Promise<void>;
  /** There may be something to run. */
  wake(): void;
  /** An entry was withdrawn: if it sleeps here, its lane is free at once. */
  forget(entryId: string): void;
  stop(deadlineMs: number): Promise<void>;
};

/** As many as one process can hold open (the budget of memory is in the design, §8). */
const runningMax = 10_000;
/** More at once would keep the other processes from their share. */
const claimMax = 1_000;

const refuseToRun: Run = async () => {
  throw new Error('An entry was claimed before the lanes were started.');
};

/** Asks for entries: one question at a time, and once more when it was woken meanwhile. */
const createLooking = (
  { jobs, log }: ClaimDependencies,
  free: () => number,
  begin: (claim: Claim) => void,
) => {
  const state: { mustLook: boolean; looking: Promise<void> | null } = { mustLook: false, looking: null };

  const claimSome = async (): Promise<void> => {
    state.mustLook = false;
    const count = Math.min(free(), claimMax);
    if (count === 0) return;
    const claims = await jobs.claim(count);
    claims.forEach(begin);
    if (claims.length === count) state.mustLook = true;
  };

  const look = async (): Promise<void> => {
    while (state.mustLook) {
      try {
        await claimSome();
      } catch (error) {
        log.warn({ error }, 'what waits in the lanes could not be read; it is tried again');
      }
    }
    state.looking = null;
  };

  return {
    claimSome,
    wake: (): void => {
      state.mustLook = true;
      state.looking ??= look();
    },
    /** Resolves when no question is under way. */
    settled: async (): Promise<void> => {
      await state.looking;
    },
  };
};

/** An attempt that this process lost and got back may still be ending: the next one of the same job begins afterwards. */
const createSuccession = () => {
  const running = new Map<string, Promise<void>>();
  return async (jobId: string, work: () => Promise<void>): Promise<void> => {
    const former = running.get(jobId);
    const now = former === undefined ? work() : former.then(work);
    running.set(jobId, now);
    await now;
    if (running.get(jobId) === now) running.delete(jobId);
  };
};

export const createClaims = (dependencies: ClaimDependencies): Claims => {
  const { clock, log, times } = dependencies;
  const held = new Set<HeldEntry>();
  const afterFormer = createSuccession();
  const stopping = new AbortController();
  const over = new AbortController();
  const runOne = createEntryRunner(dependencies, { stopping: stopping.signal, over: over.signal });
  const proveOn = createProofOfLife(dependencies, held);
  let run: Run | null = null;
  let onIdle: (() => void) | null = null;

  const begin = async (claim: Claim): Promise<void> => {
    const entry = { claim, lost: new AbortController(), withdrawn: new AbortController() };
    held.add(entry);
    await afterFormer(claim.attempt.id, () => runOne(entry, run ?? refuseToRun));
    held.delete(entry);
    if (held.size === 0) onIdle?.();
    wake();
  };
  const free = (): number => (stopping.signal.aborted ? 0 : runningMax - held.size);
  const looking = createLooking(dependencies, free, (claim) => void begin(claim));

  const wake = (): void => {
    if (run !== null) looking.wake();
  };

  const lookOn = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await rest(clock, times.lookIntervalMs, stopping.signal);
      wake();
    }
  };

  const allEnded = async (): Promise<void> => {
    await looking.settled();
    if (held.size > 0) await new Promise<void>((resolve) => (onIdle = resolve));
  };

  return {
    wake,
    start: async (wanted) => {
      if (run !== null) throw new Error('lanes are started once');
      run = wanted;
      await looking.claimSome();
      wake();
      log.info({ left: held.size }, 'lanes started');
      void lookOn();
      void proveOn(over.signal);
    },
    forget: (entryId) => {
      for (const { claim, withdrawn } of held) if (claim.entry.id === entryId) withdrawn.abort();
    },
    stop: async (deadlineMs) => {
      stopping.abort(new Error('The lanes are stopping.'));
      const patience = new AbortController();
      await Promise.race([allEnded(), clock.sleep(deadlineMs, patience.signal)]);
      patience.abort();
      over.abort();
      if (held.size > 0) log.warn({ lanes: held.size }, 'lanes stopped before their entries ended');
    },
  };
};
