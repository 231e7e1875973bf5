/** What one of Discord's buckets allows, learnt from its answers. Pure; it must not know of the share of all requests. */
import type { LimitFacts } from './limit-facts.ts';

/** What is known of a bucket, as Discord's headers tell it (Discord docs: Rate Limits). */
export type Bucket = {
  /** A request is on its way: only its answer tells what is left. */
  readonly isBusy: boolean;
  readonly lastSentAtMs: number;
  /** When the last request was due: a little delay of one does not move those after it. */
  readonly lastDueAtMs: number;
  /** The time for each request that what is left is spread over. */
  readonly spacingMs: number;
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
  spacingMs: 0,
  remaining: null,
  resetsAtMs: Number.NEGATIVE_INFINITY,
  blockedUntilMs: Number.NEGATIVE_INFINITY,
};

/** The last request of a window is for words only so shortly before the next window: last words that come meanwhile need not wait for it. */
const keptBeforeResetMs = 600;

/** Words spread over what their bucket has left, so that each is as young as can be; everything else takes what is there. */
const spreadAtMs = (bucket: Bucket, wordsIntervalMs: number): number => {
  const { lastDueAtMs, spacingMs, remaining, resetsAtMs } = bucket;
  const spreadMs = lastDueAtMs + Math.max(wordsIntervalMs, spacingMs);
  return remaining === 1 ? Math.max(spreadMs, resetsAtMs - keptBeforeResetMs) : spreadMs;
};

/** The beat goes on while a request leaves less than half a beat late; whoever speaks in a steady rhythm is then heard in it. */
const dueAfter = (bucket: Bucket, wordsIntervalMs: number, nowMs: number): number => {
  const dueMs = spreadAtMs(bucket, wordsIntervalMs);
  const halfMs = Math.max(wordsIntervalMs, bucket.spacingMs) / 2;
  return dueMs <= nowMs && nowMs - dueMs < halfMs ? dueMs : nowMs;
};

/**
 * When a bucket lets the next request through; never, before the one on its way is answered. `spreadMs`: least time between this
 * request and the one before; null: it takes what is there.
 */
export const bucketOpensAtMs = (bucket: Bucket | undefined, spreadMs: number | null): number => {
  if (bucket === undefined) return Number.NEGATIVE_INFINITY;
  if (bucket.isBusy) return Number.POSITIVE_INFINITY;
  const { remaining, resetsAtMs, blockedUntilMs } = bucket;
  const untilResetMs = remaining !== null && remaining <= 0 ? resetsAtMs + resetMarginMs : blockedUntilMs;
  const untilSpreadMs = spreadMs === null ? blockedUntilMs : spreadAtMs(bucket, spreadMs);
  return Math.max(blockedUntilMs, untilResetMs, untilSpreadMs);
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
  const before = bucket ?? freshBucket;
  const { remaining, resetAfterMs, retryAfterMs, isGlobal } = facts;
  const isTold = remaining !== null && resetAfterMs !== null;
  return {
    ...before,
    ...(isTold && { remaining, resetsAtMs: nowMs + resetAfterMs, spacingMs: resetAfterMs / (remaining + 1) }),
    ...(retryAfterMs !== null && !isGlobal && { blockedUntilMs: nowMs + retryAfterMs }),
  };
};

/** Whether all that is known of a bucket is over, so that it may be forgotten. */
export const isBucketOver = (bucket: Bucket, nowMs: number): boolean =>
  !bucket.isBusy && bucket.resetsAtMs < nowMs && bucket.blockedUntilMs < nowMs;
