/** What one of Discord's buckets allows, learnt from its answers. Pure; it must not know of the share of all requests. */
import type { LimitFacts } from './limit-facts.ts';

/** What is known of a bucket, as Discord's headers tell it (Discord docs: Rate Limits). */
export type Bucket = {
  /** A request is on its way: only its answer tells what is left. */
  readonly isBusy: boolean;
  readonly lastSentAtMs: number;
  /** When the last request was due: a little delay of one does not move those after it. */
  readonly lastDueAtMs: number;
  /** Requests left until `resetsAtMs`; null as long as no answer told. */
  readonly remaining: number | null;
  readonly resetsAtMs: number;
  /** A 429 of this bucket is over then. */
  readonly blockedUntilMs: number;
};

/** Two clocks never agree to the millisecond: a window is taken for over only when it certainly is. */
const resetMarginMs = 10;

const freshBucket: Bucket = {
  isBusy: false,
  lastSentAtMs: Number.NEGATIVE_INFINITY,
  lastDueAtMs: Number.NEGATIVE_INFINITY,
  remaining: null,
  resetsAtMs: Number.NEGATIVE_INFINITY,
  blockedUntilMs: Number.NEGATIVE_INFINITY,
};

/**
 * What somebody takes of a bucket: whatever there is; all but the last request of a window, which is kept for those; or words, which
 * are spread over what is left.
 */
export type Taking = 'any' | 'butLast' | 'spread';

/** The last request of a window is kept until so shortly before the next one: last words that come meanwhile need not wait for it. */
const keptBeforeResetMs = 600;

/** Words may leave so much before they are due: whoever has just said some is then heard at once, and not after the next ones. */
const earlyMs = 100;

/** Each is as young as can be when all have the same time: from the last request until the one that is kept may go, too. */
const spreadAtMs = (bucket: Bucket, wordsIntervalMs: number): number => {
  const { lastSentAtMs, lastDueAtMs, remaining, resetsAtMs } = bucket;
  const dueAtMs = lastDueAtMs + wordsIntervalMs;
  if (remaining === null || remaining <= 0) return dueAtMs;
  const leftMs = resetsAtMs - keptBeforeResetMs - lastSentAtMs;
  return Math.max(dueAtMs, lastSentAtMs + leftMs / remaining - earlyMs);
};

const takenAtMs = (bucket: Bucket, taking: Taking, wordsIntervalMs: number): number => {
  if (taking === 'spread') return spreadAtMs(bucket, wordsIntervalMs);
  const isKept = taking === 'butLast' && bucket.remaining === 1;
  return isKept ? bucket.resetsAtMs - keptBeforeResetMs : bucket.blockedUntilMs;
};

/**
 * When a bucket lets the next request through; never, before the one on its way is answered. `wordsIntervalMs`: least time between
 * words and the request before them.
 */
export const bucketOpensAtMs = (
  bucket: Bucket | undefined,
  taking: Taking,
  wordsIntervalMs: number,
): number => {
  if (bucket === undefined) return Number.NEGATIVE_INFINITY;
  if (bucket.isBusy) return Number.POSITIVE_INFINITY;
  const { remaining, resetsAtMs, blockedUntilMs } = bucket;
  const untilResetMs = remaining !== null && remaining <= 0 ? resetsAtMs + resetMarginMs : blockedUntilMs;
  return Math.max(blockedUntilMs, untilResetMs, takenAtMs(bucket, taking, wordsIntervalMs));
};

/**
 * Words that left late, for they waited for what was kept or for a rhythm, do not delay those behind them: up to half an interval is
 * made up for. Whoever comes after a pause begins anew.
 */
const dueAfter = ({ lastDueAtMs }: Bucket, wordsIntervalMs: number, nowMs: number): number => {
  const lateMs = nowMs - lastDueAtMs - wordsIntervalMs;
  return lateMs < 0 || lateMs >= wordsIntervalMs ? nowMs : nowMs - Math.min(lateMs, wordsIntervalMs / 2);
};

/** A bucket after a request left. */
export const bucketAfterRequest = (
  bucket: Bucket | undefined,
  wordsIntervalMs: number,
  nowMs: number,
): Bucket => {
  const before = bucket ?? freshBucket;
  const lastDueAtMs = dueAfter(before, wordsIntervalMs, nowMs);
  return { ...before, isBusy: true, lastSentAtMs: nowMs, lastDueAtMs };
};

/** A bucket after an answer told about it. */
export const learnBucket = (bucket: Bucket | undefined, facts: LimitFacts, nowMs: number): Bucket => {
  // An answer under a name that is new: the request that it answers was the last one.
  const before = bucket ?? { ...freshBucket, lastSentAtMs: nowMs, lastDueAtMs: nowMs };
  const { remaining, resetAfterMs, retryAfterMs, isGlobal } = facts;
  const isTold = remaining !== null && resetAfterMs !== null;
  return {
    ...before,
    ...(isTold && { remaining, resetsAtMs: nowMs + resetAfterMs }),
    ...(retryAfterMs !== null && !isGlobal && { blockedUntilMs: nowMs + retryAfterMs }),
  };
};

/** Whether all that is known of a bucket is over, so that it may be forgotten. */
export const isBucketOver = (bucket: Bucket, nowMs: number): boolean =>
  !bucket.isBusy && bucket.resetsAtMs < nowMs && bucket.blockedUntilMs < nowMs;
