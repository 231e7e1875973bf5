/** A Discord that only counts, and running turns that always have something new: what core/pacing decides, played through without real time. */
import { type Allowance, afterAnswer, afterRequest } from '../../src/core/allowance.ts';
import { type Bucket, learnBucket } from '../../src/core/bucket.ts';
import { nextRequest, type Priority, type Waiting } from '../../src/core/pacing.ts';
import { freshShare, learnShare, type Share } from '../../src/core/share.ts';

export type World = {
  readonly turns: number;
  readonly perSecond: number;
  /** What Discord really allows in all; more than `perSecond` unless somebody else uses it too. */
  readonly globalPerSecond: number;
  readonly latencyMs: number;
  /** Discord takes nothing for so long; whatever waits for it then arrives at once. */
  readonly stalls?: readonly { readonly atMs: number; readonly lengthMs: number }[];
  readonly channel: { readonly requestsMax: number; readonly windowMs: number };
  readonly wordsIntervalMs: number;
  readonly durationMs: number;
  /** Requests of any kind that come from elsewhere: when, in which channel, what for. */
  readonly others: readonly { readonly atMs: number; readonly turn: number; readonly priority: Priority }[];
};

export type Sent = {
  readonly turn: number;
  readonly priority: Priority;
  readonly sinceMs: number;
  readonly sentAtMs: number;
  readonly answeredAtMs: number;
  readonly isRefused: boolean;
};

type Ask = Waiting & { readonly turn: number };
type OnItsWay = { readonly ask: Ask; readonly sentAtMs: number; readonly arrivesAtMs: number };

const arrivalOf = ({ latencyMs, stalls = [] }: World, sentAtMs: number): number => {
  const atMs = sentAtMs + latencyMs;
  const stall = stalls.find((one) => one.atMs <= atMs && atMs < one.atMs + one.lengthMs);
  return stall === undefined ? atMs : stall.atMs + stall.lengthMs;
};

/** Fixed windows that begin with their first request, as the stand-in and, for all that is known, Discord have them. */
const createServer = ({ channel, globalPerSecond }: World) => {
  const windows = new Map<number, { used: number; resetsAtMs: number }>();
  let all = { used: 0, resetsAtMs: 0 };
  return (turn: number, nowMs: number) => {
    if (all.resetsAtMs <= nowMs) all = { used: 0, resetsAtMs: nowMs + 1000 };
    const isGlobal = all.used >= globalPerSecond;
    if (isGlobal)
      return { remaining: null, resetAfterMs: null, retryAfterMs: all.resetsAtMs - nowMs, isGlobal };
    all.used += 1;
    const found = windows.get(turn);
    const window =
      found === undefined || found.resetsAtMs <= nowMs
        ? { used: 0, resetsAtMs: nowMs + channel.windowMs }
        : found;
    windows.set(turn, window);
    const resetAfterMs = window.resetsAtMs - nowMs;
    if (window.used >= channel.requestsMax)
      return { remaining: 0, resetAfterMs, retryAfterMs: resetAfterMs, isGlobal };
    window.used += 1;
    return { remaining: channel.requestsMax - window.used, resetAfterMs, retryAfterMs: null, isGlobal };
  };
};

/** Plays the world in steps of a millisecond, jumping over those in which nothing can happen. */
export const play = (world: World): readonly Sent[] => {
  const answer = createServer(world);
  const buckets = new Map<string, Bucket>();
  let share: Share = freshShare(world.perSecond);
  let waiting: Ask[] = [];
  const onTheirWay = new Map<string, OnItsWay>();
  const sent: Sent[] = [];
  const others = world.others.toSorted((one, other) => one.atMs - other.atMs);
  const ask = (turn: number, priority: Priority, sinceMs: number): void => {
    waiting.push({ bucketId: String(turn), turn, priority, sinceMs });
  };
  for (let turn = 0; turn < world.turns; turn += 1) ask(turn, 'moreWords', 0);

  const arrive = (nowMs: number): void => {
    for (const [bucketId, { ask: asked, sentAtMs, arrivesAtMs }] of onTheirWay) {
      if (arrivesAtMs > nowMs) continue;
      onTheirWay.delete(bucketId);
      const facts = answer(asked.turn, nowMs);
      const after = afterAnswer(share, learnBucket(buckets.get(bucketId), facts, nowMs), nowMs);
      buckets.set(bucketId, after.bucket);
      share = learnShare(after.share, facts, nowMs);
      const isRefused = facts.retryAfterMs !== null;
      const { turn, priority, sinceMs } = asked;
      sent.push({ turn, priority, sinceMs, sentAtMs, answeredAtMs: nowMs, isRefused });
      if (isRefused) waiting.push(asked);
      else if (priority === 'moreWords') ask(turn, 'moreWords', nowMs);
    }
  };

  const sendAll = (nowMs: number): number => {
    for (;;) {
      const allowance: Allowance = { share, buckets, wordsIntervalMs: world.wordsIntervalMs };
      const { next, askAgainAtMs } = nextRequest(waiting, allowance, nowMs);
      if (next === null) return askAgainAtMs;
      waiting = waiting.filter((one) => one !== next);
      const after = afterRequest(allowance, next.bucketId, nowMs);
      share = after.share;
      buckets.set(next.bucketId, after.bucket);
      onTheirWay.set(next.bucketId, { ask: next, sentAtMs: nowMs, arrivesAtMs: arrivalOf(world, nowMs) });
    }
  };

  for (let nowMs = 0; nowMs < world.durationMs; ) {
    arrive(nowMs);
    while (others[0] !== undefined && others[0].atMs <= nowMs) {
      const { turn, priority, atMs } = others[0];
      others.shift();
      ask(turn, priority, atMs);
    }
    const askAgainAtMs = sendAll(nowMs);
    const nextArrivalMs = Math.min(...[...onTheirWay.values()].map(({ arrivesAtMs }) => arrivesAtMs));
    const comesAtMs = others[0]?.atMs ?? Number.POSITIVE_INFINITY;
    nowMs = Math.max(nowMs + 1, Math.ceil(Math.min(askAgainAtMs, nextArrivalMs, comesAtMs)));
  }
  return sent;
};
