/** What may be sent to Discord: the share of all requests, and what each bucket allows, learnt from its answers. Pure; it must not know who waits. */

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

/** This process's share of the requests that a bot may send in all. */
export type Share = {
  readonly perSecondMax: number;
  /** At `learntAtMs`; it grows back to the maximum. */
  readonly perSecond: number;
  readonly learntAtMs: number;
  readonly nextAtMs: number;
  /** A 429 of everything is over then. */
  readonly pausedUntilMs: number;
  /** When the requests left that are not answered yet. */
  readonly onTheirWay: readonly number[];
  /** When those of the last second were answered: each was counted then at the latest. */
  readonly answered: readonly number[];
  /** How long an answer usually takes. */
  readonly latencyMs: number;
};

export type Allowance = {
  readonly share: Share;
  readonly buckets: ReadonlyMap<string, Bucket>;
  /** Least time between two requests of a bucket that only bring more words. */
  readonly wordsIntervalMs: number;
};

/** An answer of Discord's, as far as it tells how to go on. Times count from its arrival. */
export type LimitFacts = {
  readonly remaining: number | null;
  readonly resetAfterMs: number | null;
  /** Of a 429. */
  readonly retryAfterMs: number | null;
  /** The 429 is for everything, and not for this bucket alone. */
  readonly isGlobal: boolean;
};

/** Two clocks never agree to the millisecond: a window is taken for over only when it certainly is. */
const resetMarginMs = 10;

/** What a 429 of everything takes from the share (others use it too), and how much of it comes back in a second. */
const shareKept = 0.8;
const shareBackPerSecond = 0.2;
const perSecondMin = 1;

/**
 * A Discord that stalls takes everything that waits for it at once, in one second. So no more is on its way than its usual speed
 * explains, and a little; a request that is older than that second was counted before, or will be in a later one.
 */
const onTheirWayFactor = 1.5;
const onTheirWayMin = 2;
const stallMs = 1_000;
/** Discord's second, and how far its limit is above the share that we take of it: 50 to 45. */
const windowMs = 1_000;
const windowMaxOf = ({ perSecondMax }: Share): number =>
  perSecondMax + Math.max(3, Math.floor(perSecondMax / 9));
const latencyAtFirstMs = 250;
/** A quick answer tells how quick Discord is; slow ones may be our own process that was busy. */
const quickerWeight = 0.3;
const slowerWeight = 0.02;

const freshBucket: Bucket = {
  isBusy: false,
  lastSentAtMs: Number.NEGATIVE_INFINITY,
  lastDueAtMs: Number.NEGATIVE_INFINITY,
  spacingMs: 0,
  remaining: null,
  resetsAtMs: Number.NEGATIVE_INFINITY,
  blockedUntilMs: Number.NEGATIVE_INFINITY,
};

export const freshShare = (perSecondMax: number): Share => ({
  perSecondMax,
  perSecond: perSecondMax,
  learntAtMs: 0,
  nextAtMs: 0,
  pausedUntilMs: 0,
  onTheirWay: [],
  answered: [],
  latencyMs: latencyAtFirstMs,
});

const rateAt = (share: Share, nowMs: number): number => {
  const grownBack = (Math.max(0, nowMs - share.learntAtMs) / 1000) * shareBackPerSecond;
  return Math.min(share.perSecondMax, share.perSecond + grownBack);
};

/** A process that was busy makes up for this many requests at most. */
const madeUpMax = 2;

/** Discord does not say where its seconds begin. Even spacing stays below the limit in any second. */
const afterSending = (share: Share, nowMs: number): Share => {
  const spacingMs = 1000 / rateAt(share, nowMs);
  const nextAtMs = Math.max(share.nextAtMs, nowMs - madeUpMax * spacingMs) + spacingMs;
  return { ...share, nextAtMs, onTheirWay: [...share.onTheirWay, nowMs] };
};

const withinWindow = (times: readonly number[], nowMs: number): readonly number[] =>
  times.filter((atMs) => nowMs - atMs < windowMs);

/** When the next request may join those on their way, unless one of them is answered before. */
const joinsAtMs = (share: Share, nowMs: number): number => {
  const onTheirWay = share.onTheirWay.filter((sentAtMs) => nowMs - sentAtMs < stallMs);
  const usual = (rateAt(share, nowMs) * share.latencyMs) / 1000;
  const [oldest = nowMs] = onTheirWay;
  if (onTheirWay.length >= onTheirWayMin + onTheirWayFactor * usual) return oldest + stallMs;
  // Those that waited in a stall are all counted in one of Discord's seconds, and the next ones join them there.
  const answered = withinWindow(share.answered, nowMs);
  const isFull = onTheirWay.length + answered.length >= windowMaxOf(share);
  return isFull ? (answered[0] ?? oldest) + windowMs : nowMs;
};

/** Words spread over what their bucket has left, so that each is as young as can be; everything else takes what is there. */
const spreadAtMs = ({ lastDueAtMs, spacingMs }: Bucket, wordsIntervalMs: number): number =>
  lastDueAtMs + Math.max(wordsIntervalMs, spacingMs);

/** The beat goes on while a request leaves less than half a beat late; whoever speaks in a steady rhythm is then heard in it. */
const dueAfter = (bucket: Bucket, wordsIntervalMs: number, nowMs: number): number => {
  const dueMs = spreadAtMs(bucket, wordsIntervalMs);
  const halfMs = Math.max(wordsIntervalMs, bucket.spacingMs) / 2;
  return dueMs <= nowMs && nowMs - dueMs < halfMs ? dueMs : nowMs;
};

/** When the share lets the next request through. */
export const shareOpensAtMs = (share: Share, nowMs: number): number =>
  Math.max(share.nextAtMs, share.pausedUntilMs, joinsAtMs(share, nowMs));

/** When a bucket lets the next request through, which may have to be spread; never, before the one on its way is answered. */
export const bucketOpensAtMs = (
  { buckets, wordsIntervalMs }: Allowance,
  bucketId: string,
  isSpread: boolean,
): number => {
  const bucket = buckets.get(bucketId);
  if (bucket === undefined) return Number.NEGATIVE_INFINITY;
  if (bucket.isBusy) return Number.POSITIVE_INFINITY;
  const { remaining, resetsAtMs, blockedUntilMs } = bucket;
  const untilResetMs = remaining !== null && remaining <= 0 ? resetsAtMs + resetMarginMs : blockedUntilMs;
  const untilSpreadMs = isSpread ? spreadAtMs(bucket, wordsIntervalMs) : blockedUntilMs;
  return Math.max(blockedUntilMs, untilResetMs, untilSpreadMs);
};

/** Share and bucket after a request left. */
export const afterRequest = (
  { share, buckets, wordsIntervalMs }: Allowance,
  bucketId: string,
  nowMs: number,
): { readonly share: Share; readonly bucket: Bucket } => {
  const bucket = buckets.get(bucketId) ?? freshBucket;
  const lastDueAtMs = dueAfter(bucket, wordsIntervalMs, nowMs);
  return {
    share: afterSending(share, nowMs),
    bucket: { ...bucket, isBusy: true, lastSentAtMs: nowMs, lastDueAtMs },
  };
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

/** The share after an answer told about it: a 429 of everything pauses it for exactly its time, and makes it smaller for a while. */
export const learnShare = (share: Share, { retryAfterMs, isGlobal }: LimitFacts, nowMs: number): Share => {
  if (retryAfterMs === null || !isGlobal) return share;
  const pausedUntilMs = nowMs + retryAfterMs;
  // Several requests that were on their way together are refused together, and say the same thing once.
  if (share.pausedUntilMs > nowMs) return { ...share, pausedUntilMs };
  const perSecond = Math.max(Math.min(perSecondMin, share.perSecondMax), rateAt(share, nowMs) * shareKept);
  return { ...share, perSecond, learntAtMs: pausedUntilMs, pausedUntilMs };
};

const withoutFirst = (times: readonly number[], time: number): readonly number[] => {
  const index = times.indexOf(time);
  return index < 0 ? times : times.toSpliced(index, 1);
};

/** Share and bucket after a request was answered, or failed. */
export const afterAnswer = (
  share: Share,
  bucket: Bucket,
  nowMs: number,
): { readonly share: Share; readonly bucket: Bucket } => {
  const { latencyMs } = share;
  const sampleMs = Math.min(nowMs - bucket.lastSentAtMs, 2 * latencyMs);
  const weight = sampleMs < latencyMs ? quickerWeight : slowerWeight;
  return {
    share: {
      ...share,
      onTheirWay: withoutFirst(share.onTheirWay, bucket.lastSentAtMs),
      answered: [...withinWindow(share.answered, nowMs), nowMs],
      latencyMs: latencyMs + weight * (sampleMs - latencyMs),
    },
    bucket: { ...bucket, isBusy: false },
  };
};

/** Whether all that is known of a bucket is over, so that it may be forgotten. */
export const isBucketOver = (bucket: Bucket, nowMs: number): boolean =>
  !bucket.isBusy && bucket.resetsAtMs < nowMs && bucket.blockedUntilMs < nowMs;
