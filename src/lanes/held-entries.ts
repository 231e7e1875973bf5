/** Entries that this process has claimed from those that many share: brought to their end, or given back. Must not know SQL. */
import type { Clock } from '../ports/clock.ts';
import type { LaneEntry } from '../ports/lanes.ts';
import type { Log } from '../ports/log.ts';
import type { Claim, LaneJobs } from './lane-jobs.ts';
import { rest } from './rest.ts';

export type Run = (entry: LaneEntry, signal: AbortSignal) => Promise<void>;

export type ClaimTimes = {
  /** How often this process proves that it lives. */
  readonly proveIntervalMs: number;
  /** Without a proof for so long, others may soon run what is claimed here, so it stops here first. */
  readonly abandonAfterMs: number;
  /** How often it looks without being woken: for what others gave back, or left when they died. */
  readonly lookIntervalMs: number;
};

export type ClaimDependencies = {
  readonly jobs: LaneJobs;
  readonly clock: Clock;
  readonly log: Log;
  readonly times: ClaimTimes;
};

/** An entry of this process, from its claim until it is finished or given back. */
export type HeldEntry = {
  readonly claim: Claim;
  readonly lost: AbortController;
  readonly withdrawn: AbortController;
};

/** `gone`: it belongs to another process, or to nobody any more. */
type Outcome = 'finished' | 'left' | 'gone';

/** A finished entry whose end could not be written is tried again after this time. */
const finishRetryMs = 1_000;

export const fieldsOf = ({ entry }: Claim) => ({ entryId: entry.id, lane: entry.lane, kind: entry.kind });

/** Signals of the whole process: running entries are told to stop · nothing more is written. */
type Phases = { readonly stopping: AbortSignal; readonly over: AbortSignal };

/** Brings one entry to its end. Never rejects. */
export const createEntryRunner = ({ jobs, clock, log }: ClaimDependencies, { stopping, over }: Phases) => {
  const begin = async (claim: Claim): Promise<'ready' | Outcome> => {
    try {
      return (await jobs.begin(claim)) ? 'ready' : 'gone';
    } catch (error) {
      log.warn({ ...fieldsOf(claim), error }, 'lane entry could not begin; it is given back');
      return 'left';
    }
  };

  /** Waits for the time of a delayed entry. */
  const prepare = async ({ claim, lost, withdrawn }: HeldEntry): Promise<'ready' | Outcome> => {
    const woken = AbortSignal.any([stopping, lost.signal, withdrawn.signal]);
    while (claim.notBeforeMs > clock.nowMs() && !woken.aborted) {
      await rest(clock, claim.notBeforeMs - clock.nowMs(), woken);
    }
    if (lost.signal.aborted || withdrawn.signal.aborted) return 'gone';
    if (stopping.aborted) return 'left';
    return claim.notBeforeMs > 0 ? begin(claim) : 'ready';
  };

  const perform = async ({ claim, lost }: HeldEntry, run: Run): Promise<Outcome> => {
    try {
      await run(claim.entry, AbortSignal.any([stopping, lost.signal]));
    } catch (error) {
      if (lost.signal.aborted) return 'gone';
      if (stopping.aborted) {
        log.info(fieldsOf(claim), 'lane entry stays for the next process');
        return 'left';
      }
      log.error({ ...fieldsOf(claim), error }, 'lane entry failed');
    }
    return 'finished';
  };

  const finish = async ({ claim, lost }: HeldEntry): Promise<void> => {
    const useless = AbortSignal.any([over, lost.signal]);
    while (!useless.aborted) {
      try {
        await jobs.finish(claim);
        return;
      } catch (error) {
        log.error(
          { ...fieldsOf(claim), error },
          'lane entry ended but could not be marked; it is tried again',
        );
        await rest(clock, finishRetryMs, useless);
      }
    }
  };

  const release = async ({ claim }: HeldEntry): Promise<void> => {
    try {
      await jobs.release(claim);
    } catch (error) {
      log.warn({ ...fieldsOf(claim), error }, 'lane entry was not given back; others get it after a while');
    }
  };

  return async (held: HeldEntry, run: Run): Promise<void> => {
    const readiness = await prepare(held);
    const outcome = readiness === 'ready' ? await perform(held, run) : readiness;
    // After the deadline of `stop` the entry belongs to whoever comes next.
    if (outcome === 'finished') await finish(held);
    if (outcome === 'left' && !over.aborted) await release(held);
  };
};
