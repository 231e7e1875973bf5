/** This process's share of the requests that a bot may send in all. Pure; it must not know of buckets, nor who waits. */
import type { LimitFacts } from './limit-facts.ts';

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
/** Each of them has a connection of its own, and a process may open so many files only. */
export const onTheirWayMax = 256;
/** Discord's second, and how far its limit is above the share that we take of it: 50 to 45. */
const windowMs = 1_000;
const windowMaxOf = ({ perSecondMax }: Share): number =>
  perSecondMax + Math.max(3, Math.floor(perSecondMax / 9));
const latencyAtFirstMs = 250;
/** A quick answer tells how quick Discord is; slow ones may be our own process that was busy. */
const quickerWeight = 0.3;
const slowerWeight = 0.02;

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
export const shareAfterRequest = (share: Share, nowMs: number): Share => {
  const spacingMs = 1000 / rateAt(share, nowMs);
  const nextAtMs = Math.max(share.nextAtMs, nowMs - madeUpMax * spacingMs) + spacingMs;
  return { ...share, nextAtMs, onTheirWay: [...share.onTheirWay, nowMs] };
};

const withinWindow = (times: readonly number[], nowMs: number): readonly number[] =>
  times.filter((atMs) => nowMs - atMs < windowMs);

/** When the next request may join those on their way, unless one of them is answered before. */
const joinsAtMs = (share: Share, nowMs: number): number => {
  if (share.onTheirWay.length >= onTheirWayMax) return Number.POSITIVE_INFINITY;
  const onTheirWay = share.onTheirWay.filter((sentAtMs) => nowMs - sentAtMs < stallMs);
  const usual = (rateAt(share, nowMs) * share.latencyMs) / 1000;
  const [oldest = nowMs] = onTheirWay;
  if (onTheirWay.length >= onTheirWayMin + onTheirWayFactor * usual) return oldest + stallMs;
  // Those that waited in a stall are all counted in one of Discord's seconds, and the next ones join them there.
  const answered = withinWindow(share.answered, nowMs);
  const isFull = onTheirWay.length + answered.length >= windowMaxOf(share);
  return isFull ? (answered[0] ?? oldest) + windowMs : nowMs;
};

/** When the share lets the next request through; infinite where one must be answered first. */
export const shareOpensAtMs = (share: Share, nowMs: number): number =>
  Math.max(share.nextAtMs, share.pausedUntilMs, joinsAtMs(share, nowMs));

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

/** The share after a request that left at `sentAtMs` was answered, or failed. */
export const shareAfterAnswer = (share: Share, sentAtMs: number, nowMs: number): Share => {
  const { latencyMs } = share;
  const sampleMs = Math.min(nowMs - sentAtMs, 2 * latencyMs);
  const weight = sampleMs < latencyMs ? quickerWeight : slowerWeight;
  return {
    ...share,
    onTheirWay: withoutFirst(share.onTheirWay, sentAtMs),
    answered: [...withinWindow(share.answered, nowMs), nowMs],
    latencyMs: latencyMs + weight * (sampleMs - latencyMs),
  };
};
