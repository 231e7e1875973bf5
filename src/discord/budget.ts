/** Holds requests back until core/pacing lets them through: one at a time in a bucket, no more than the share in all. It must not know what a request is about. */
import { afterAnswer, afterRequest } from '../core/allowance.ts';
import { type Bucket, isBucketOver, learnBucket } from '../core/bucket.ts';
import type { LimitFacts } from '../core/limit-facts.ts';
import { isShareShort, nextRequest, type Priority, type Waiting } from '../core/pacing.ts';
import { freshShare, learnShare, type Share } from '../core/share.ts';
import type { Clock } from '../ports/clock.ts';

export type Asked = {
  /** Whose limits count, see `bucketIdOf`. */
  readonly bucketId: string;
  readonly priority: Priority;
  /** Ends the wait. A request that has been sent is not called back. */
  readonly signal: AbortSignal;
};

export type Budget = {
  /**
   * Calls `send` as soon as the request may leave, and settles as it settles. A `send` that throws has sent nothing, and costs
   * nothing. Rejects with the signal's reason while it waits.
   */
  run<T>(asked: Asked, send: () => Promise<T>): Promise<T>;
  /** What Discord said about its limits in an answer. */
  learn(bucketId: string, facts: LimitFacts): void;
  /** Whether somebody waits who could be sent if the share were larger: no time for courtesies. */
  isShort(): boolean;
};

/** Buckets that are kept before those are looked for of which nothing has to be known any more. */
const bucketsMax = 5_000;

type Entry = Waiting & { readonly grant: () => void };

/** Time that never goes back: nobody waits an hour longer because the clock of the machine was set back by one. */
const createForwardTime = (clock: Clock): (() => number) => {
  let lastMs = clock.nowMs();
  let aheadMs = 0;
  return () => {
    const nowMs = clock.nowMs();
    aheadMs += Math.max(0, lastMs - nowMs);
    lastMs = nowMs;
    return nowMs + aheadMs;
  };
};

/** Calls `ring` at the earliest of the times that it was set to. */
const createAlarm = (clock: Clock, ring: () => void) => {
  let set: { readonly atMs: number; readonly off: AbortController } | null = null;
  return (atMs: number, nowMs: number): void => {
    if (atMs === Number.POSITIVE_INFINITY || (set !== null && set.atMs <= atMs)) return;
    set?.off.abort();
    const mine = { atMs, off: new AbortController() };
    set = mine;
    const rang = (): void => {
      if (set !== mine) return;
      set = null;
      ring();
    };
    // The sleep rejects when an earlier alarm takes its place, which is all that can happen to it.
    clock.sleep(atMs - nowMs, mine.off.signal).then(rang, () => undefined);
  };
};

type Options = {
  /** This process's share of what Discord allows a bot: 50 a second (Discord docs: Rate Limits, Global). */
  requestsPerSecond: number;
  /** Least time between two edits of a channel that only bring more words. */
  wordsIntervalMs: number;
  clock: Clock;
};

/** What is known of the limits at this moment. */
const createKnowledge = ({ requestsPerSecond, wordsIntervalMs, clock }: Options) => {
  const nowMs = createForwardTime(clock);
  const buckets = new Map<string, Bucket>();
  let share: Share = freshShare(requestsPerSecond);
  const allowance = () => ({ share, buckets, wordsIntervalMs });
  const forgetOldBuckets = (): void => {
    if (buckets.size <= bucketsMax) return;
    for (const [id, bucket] of buckets) if (isBucketOver(bucket, nowMs())) buckets.delete(id);
  };
  const take = (bucketId: string, after: { share: Share; bucket: Bucket }): void => {
    share = after.share;
    buckets.set(bucketId, after.bucket);
  };
  return {
    nowMs,
    next: <W extends Waiting>(waiting: Iterable<W>) => nextRequest(waiting, allowance(), nowMs()),
    isShort: (waiting: Iterable<Waiting>): boolean => isShareShort(waiting, allowance(), nowMs()),
    begin: (bucketId: string): void => {
      forgetOldBuckets();
      take(bucketId, afterRequest(allowance(), bucketId, nowMs()));
    },
    end: (bucketId: string): void => {
      const bucket = buckets.get(bucketId);
      if (bucket !== undefined) take(bucketId, afterAnswer(share, bucket, nowMs()));
    },
    learn: (bucketId: string, facts: LimitFacts): void => {
      const bucket = learnBucket(buckets.get(bucketId), facts, nowMs());
      take(bucketId, { share: learnShare(share, facts, nowMs()), bucket });
    },
  };
};

export const createBudget = (options: Options): Budget => {
  const known = createKnowledge(options);
  const waiting = new Set<Entry>();

  const serve = (): void => {
    while (waiting.size > 0) {
      const { next, askAgainAtMs } = known.next(waiting);
      if (next === null) {
        setAlarm(askAgainAtMs, known.nowMs());
        return;
      }
      waiting.delete(next);
      next.grant();
    }
  };
  const setAlarm = createAlarm(options.clock, serve);

  const sendNow = async <T>(bucketId: string, send: () => Promise<T>): Promise<T> => {
    const sending = send();
    known.begin(bucketId);
    try {
      return await sending;
    } finally {
      known.end(bucketId);
      serve();
    }
  };

  return {
    run: ({ bucketId, priority, signal }, send) =>
      new Promise((resolve, reject) => {
        const leave = (): void => {
          waiting.delete(entry);
          reject(signal.reason);
        };
        const grant = (): void => {
          signal.removeEventListener('abort', leave);
          sendNow(bucketId, send).then(resolve, reject);
        };
        const entry: Entry = { bucketId, priority, sinceMs: known.nowMs(), grant };
        if (signal.aborted) return reject(signal.reason);
        signal.addEventListener('abort', leave, { once: true });
        waiting.add(entry);
        serve();
      }),
    learn: (bucketId, facts) => known.learn(bucketId, facts),
    isShort: () => known.isShort(waiting),
  };
};
