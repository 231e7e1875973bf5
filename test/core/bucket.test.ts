/** What one of Discord's buckets lets through, and when. */
import { expect, it } from 'vitest';
import {
  type Bucket,
  bucketAfterRequest,
  bucketOpensAtMs,
  isBucketOver,
  learnBucket,
} from '../../src/core/bucket.ts';
import type { LimitFacts } from '../../src/core/limit-facts.ts';

const nowMs = 1_000_000;
const nothing: LimitFacts = { remaining: null, resetAfterMs: null, retryAfterMs: null, isGlobal: false };

/** A bucket whose last request left at `sentAtMs` and was answered with these facts. */
const answered = (facts: Partial<LimitFacts>, sentAtMs = nowMs): Bucket => ({
  ...learnBucket(bucketAfterRequest(undefined, 1_000, sentAtMs), { ...nothing, ...facts }, sentAtMs),
  isBusy: false,
});

const told = (remaining: number, resetAfterMs: number): Partial<LimitFacts> => ({ remaining, resetAfterMs });

it('is open as long as nothing is known of it, and closed while a request is on its way', () => {
  expect(bucketOpensAtMs(undefined, 'spread', 1_000)).toBe(Number.NEGATIVE_INFINITY);
  expect(bucketOpensAtMs(bucketAfterRequest(undefined, 1_000, nowMs), 'any', 1_000)).toBe(
    Number.POSITIVE_INFINITY,
  );
  expect(bucketOpensAtMs(answered({}), 'any', 1_000)).toBe(Number.NEGATIVE_INFINITY);
});

it('takes a window that is used up for over when it certainly is', () => {
  expect(bucketOpensAtMs(answered(told(0, 4_000)), 'any', 1_000)).toBe(nowMs + 4_010);
  expect(bucketOpensAtMs(answered(told(1, 4_000)), 'any', 1_000)).toBe(Number.NEGATIVE_INFINITY);
});

it('is closed for as long as a 429 of its own says, and no 429 of everything counts for it', () => {
  const facts = { retryAfterMs: 2_500 };
  expect(bucketOpensAtMs(answered(facts), 'any', 1_000)).toBe(nowMs + 2_500);
  expect(bucketOpensAtMs(answered({ ...facts, isGlobal: true }), 'any', 1_000)).toBe(
    Number.NEGATIVE_INFINITY,
  );
});

it('spreads words over what is left, and never closer than their interval', () => {
  expect(bucketOpensAtMs(answered(told(3, 8_000)), 'spread', 1_000)).toBe(nowMs + 7_400 / 3 - 100);
  expect(bucketOpensAtMs(answered(told(3, 2_000)), 'spread', 1_000)).toBe(nowMs + 1_000);
  expect(bucketOpensAtMs(answered(told(3, 8_000)), 'any', 1_000)).toBe(Number.NEGATIVE_INFINITY);
});

it('keeps the last request of a window for those who end a wait, until shortly before the next window', () => {
  const lastOne = answered(told(1, 4_000));
  expect(bucketOpensAtMs(lastOne, 'spread', 1_000)).toBe(nowMs + 3_300);
  expect(bucketOpensAtMs(lastOne, 'butLast', 1_000)).toBe(nowMs + 3_400);
  expect(bucketOpensAtMs(lastOne, 'any', 1_000)).toBe(Number.NEGATIVE_INFINITY);
  expect(bucketOpensAtMs(answered(told(1, 1_500)), 'spread', 1_000)).toBe(nowMs + 1_000);
});

it('has all but the last for what need not wait, and none of an empty window', () => {
  expect(bucketOpensAtMs(answered(told(2, 4_000)), 'butLast', 1_000)).toBe(Number.NEGATIVE_INFINITY);
  expect(bucketOpensAtMs(answered(told(0, 4_000)), 'butLast', 1_000)).toBe(nowMs + 4_010);
});

it('loses nothing of a window to the one whose last request was kept', () => {
  const kept = bucketAfterRequest(answered(told(1, 1_400)), 1_000, nowMs + 1_400);
  const next = { ...learnBucket(kept, { ...nothing, ...told(0, 100) }, nowMs + 1_480), isBusy: false };
  expect(bucketOpensAtMs(next, 'spread', 1_000)).toBe(nowMs + 2_000);
});

it('counts an answer that comes under a new name as that of its last request', () => {
  const named = learnBucket(undefined, { ...nothing, ...told(4, 5_000) }, nowMs);
  expect(bucketOpensAtMs(named, 'spread', 1_000)).toBe(nowMs + 1_000);
});

it('learns nothing of a window from half of the facts', () => {
  for (const facts of [{ remaining: 0 }, { resetAfterMs: 9_000 }]) {
    expect(answered(facts)).toEqual(answered({}));
  }
});

it('keeps what it knew when an answer tells nothing', () => {
  const bucket = answered(told(0, 4_000));
  expect(learnBucket(bucket, nothing, nowMs + 50)).toEqual(bucket);
});

it.each([
  ['when it is punctual', 1_000, 1_000],
  ['when it is late by half an interval', 1_500, 1_000],
  ['half an interval before it left when it is later than that', 1_999, 1_499],
  ['not after a pause', 2_000, 2_000],
  ['not when it comes early', 999, 999],
])('counts the next interval from when a request was due: %s', (_name, leavesAfterMs, nextCountsFromMs) => {
  const bucket = bucketAfterRequest(answered({}), 1_000, nowMs + leavesAfterMs);
  expect(bucket.lastDueAtMs).toBe(nowMs + nextCountsFromMs);
  expect(bucket).toMatchObject({ isBusy: true, lastSentAtMs: nowMs + leavesAfterMs });
});

it('may be forgotten when nothing is on its way and its window and its 429 are over', () => {
  const bucket = answered({ ...told(0, 100), retryAfterMs: 200 });
  expect(isBucketOver(bucket, nowMs + 200)).toBe(false);
  expect(isBucketOver(bucket, nowMs + 201)).toBe(true);
  expect(isBucketOver({ ...bucket, isBusy: true }, nowMs + 201)).toBe(false);
  const waiting = answered(told(0, 300));
  expect(isBucketOver(waiting, nowMs + 300)).toBe(false);
  expect(isBucketOver(waiting, nowMs + 301)).toBe(true);
});
