/** What a process does with entries that it may lose: over jobs that a test answers, and a clock that stands still. */
import { describe, expect, it } from 'vitest';
import { createClaims } from '../../src/lanes/claims.ts';
import type { ClaimTimes } from '../../src/lanes/held-entries.ts';
import type { Claim, LaneJobs } from '../../src/lanes/lane-jobs.ts';
import { createRecordingLog } from '../sessions/recording-log.ts';
import { createFakeClock, settle } from './fake-clock.ts';

const times: ClaimTimes = { proveIntervalMs: 4_000, abandonAfterMs: 13_000, lookIntervalMs: 2_000 };

const claimOf = (id: string, notBeforeMs = 0): Claim => ({
  entry: { id, lane: id, kind: 'turn' },
  notBeforeMs,
  attempt: { id, retryCount: 0 },
});

const setUp = async (waiting: readonly Claim[], changes: Partial<LaneJobs> = {}) => {
  const clock = createFakeClock();
  const log = createRecordingLog();
  const done: string[] = [];
  let left = [...waiting];
  const jobs: LaneJobs = {
    add: async () => 'added',
    unfinishedOf: async () => [],
    claim: async () => {
      const claims = left;
      left = [];
      return claims;
    },
    begin: async () => true,
    finish: async ({ entry }) => {
      done.push(`finished ${entry.id}`);
    },
    release: async ({ entry }) => {
      done.push(`released ${entry.id}`);
    },
    prove: async (claims) => claims,
    withdraw: async () => false,
    ...changes,
  };
  const claims = createClaims({ jobs, clock, log, times });
  /** Ends when it is told to stop. */
  const run = async ({ id }: Claim['entry'], signal: AbortSignal): Promise<void> => {
    done.push(`began ${id}`);
    await new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
  };
  return { clock, log, done, claims, run };
};

describe('a process that shares its lanes', () => {
  it('stops an entry that is no longer its own, and says nothing of its end', async () => {
    const { clock, claims, done, run } = await setUp([claimOf('a'), claimOf('b')], {
      prove: async (all) => all.filter(({ entry }) => entry.id !== 'a'),
    });
    await claims.start(run);
    await clock.advance(times.proveIntervalMs);
    await claims.stop(1_000);
    expect(done).toEqual(['began a', 'began b', 'released b']);
  });

  it('runs an entry that it lost and got back only when the first run of it is over', async () => {
    const waiting = [claimOf('a')];
    const { clock, claims, done } = await setUp([], {
      claim: async () => waiting.splice(0),
      prove: async (all) => {
        waiting.push(...all);
        return [];
      },
    });
    const ends: (() => void)[] = [];
    await claims.start(async () => {
      done.push('begins');
      await new Promise<void>((resolve) => ends.push(resolve));
      done.push('ends');
    });
    await clock.advance(times.proveIntervalMs);
    await clock.advance(times.lookIntervalMs);
    expect(waiting).toEqual([]);
    expect(done).toEqual(['begins']);
    ends[0]?.();
    await settle();
    expect(done.slice(0, 3)).toEqual(['begins', 'ends', 'begins']);
    ends[1]?.();
    await claims.stop(1_000);
  });

  it('stops everything before others may begin it, when the store is out of reach', async () => {
    const { clock, claims, done, log, run } = await setUp([claimOf('a')], {
      prove: () => Promise.reject(new Error('out of reach')),
    });
    await claims.start(run);
    for (let passedMs = 0; passedMs < 12_000; passedMs += 4_000) await clock.advance(4_000);
    expect(log.lines.map(({ message }) => message)).not.toContain(
      'lane entry is no longer this process’s own',
    );
    await clock.advance(4_000);
    expect(log.lines.map(({ message }) => message)).toContain('lane entry is no longer this process’s own');
    await claims.stop(1_000);
    expect(done).toEqual(['began a']);
  });

  it('does not wait for ever for a store that does not answer', async () => {
    const { clock, claims, log, run } = await setUp([claimOf('a')], { prove: () => new Promise(() => {}) });
    await claims.start(run);
    for (let passedMs = 0; passedMs < 24_000; passedMs += 4_000) await clock.advance(4_000);
    expect(log.lines.map(({ message }) => message)).toContain('lane entry is no longer this process’s own');
    await claims.stop(1_000);
  });

  it('writes the end of an entry down again and again until the store takes it', async () => {
    let refusals = 3;
    const finished: string[] = [];
    const { clock, claims } = await setUp([claimOf('a')], {
      finish: async ({ entry }) => {
        refusals -= 1;
        if (refusals >= 0) throw new Error('out of reach');
        finished.push(entry.id);
      },
    });
    await claims.start(async () => {});
    await settle();
    for (let round = 0; round < 3; round += 1) await clock.advance(1_000);
    expect(finished).toEqual(['a']);
    await claims.stop(1_000);
  });

  it('gives back what it claimed in the moment in which it was stopped', async () => {
    const { promise: answered, resolve: answer } = Promise.withResolvers<readonly Claim[]>();
    const answers = [Promise.resolve([]), answered];
    const { claims, done, run } = await setUp([], { claim: async () => answers.shift() ?? [] });
    await claims.start(run);
    const stopped = claims.stop(1_000);
    answer([claimOf('late')]);
    await stopped;
    expect(done).toEqual(['released late']);
  });

  it('gives back a delayed entry whose beginning could not be written', async () => {
    const { clock, claims, done, run } = await setUp([claimOf('a', 1_700_000_000_001)], {
      begin: () => Promise.reject(new Error('out of reach')),
    });
    await claims.start(run);
    await clock.advance(1);
    await settle();
    expect(done).toEqual(['released a']);
    await claims.stop(1_000);
  });

  it('does not start when it cannot ask what is left', async () => {
    const { claims, run } = await setUp([], { claim: () => Promise.reject(new Error('out of reach')) });
    await expect(claims.start(run)).rejects.toThrow('out of reach');
  });

  it('asks again after a question that failed', async () => {
    const answers = [
      async () => [],
      () => Promise.reject(new Error('out of reach')),
      async () => [claimOf('a')],
    ];
    const { clock, claims, done, run } = await setUp([], {
      claim: async () => answers.shift()?.() ?? [],
    });
    await claims.start(run);
    await settle();
    await clock.advance(times.lookIntervalMs);
    expect(done).toEqual(['began a']);
    await claims.stop(1_000);
  });
});
