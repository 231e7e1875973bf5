/** Lanes that many processes share, on pg-boss (docs/decisions/0006-postgres-lanes.md). Must not know what an entry means. */
import type { Clock } from '../ports/clock.ts';
import type { Lanes } from '../ports/lanes.ts';
import type { Log } from '../ports/log.ts';
import { heartbeatSeconds, openBoss, type SharedDatabase } from './boss.ts';
import { createClaims } from './claims.ts';
import type { ClaimTimes } from './held-entries.ts';
import { createLaneJobs } from './lane-jobs.ts';

type Options = { readonly database: SharedDatabase; readonly clock: Clock; readonly log: Log };

type PostgresLanes = { readonly lanes: Lanes; close(): Promise<void> };

const times: ClaimTimes = {
  proveIntervalMs: 4_000,
  abandonAfterMs: (heartbeatSeconds - 2) * 1_000,
  lookIntervalMs: 2_000,
};

/**
 * A process may add without ever starting, and run what others added. Entries of a process that died go on elsewhere after
 * `heartbeatSeconds` and a few more. Rejects with StoreError when the tables cannot be reached or made.
 */
export const openPostgresLanes = async ({ database, clock, log }: Options): Promise<PostgresLanes> => {
  const { boss, onWake } = await openBoss({ database, log });
  const jobs = createLaneJobs(boss, database);
  const claims = createClaims({ jobs, clock, log, times });
  onWake(() => claims.wake());
  return {
    lanes: {
      // Another process may run it the moment that it is there.
      add: async (entry, { notBeforeMs = 0, stored } = {}) => {
        await stored;
        return jobs.add({ entry, notBeforeMs });
      },
      start: (run) => claims.start(run),
      unfinished: (lane) => jobs.unfinishedOf(lane),
      withdraw: async (id) => {
        const isWithdrawn = await jobs.withdraw(id);
        if (isWithdrawn) claims.forget(id);
        return isWithdrawn;
      },
      stop: (deadlineMs) => claims.stop(deadlineMs),
    },
    close: () => boss.stop({ graceful: false, close: false }),
  };
};
