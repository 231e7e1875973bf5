/** What this process may send to Discord in all: how it is spread, what a 429 takes from it, and how much may be on its way. */
import { expect, it } from 'vitest';
import {
  freshShare,
  learnShare,
  onTheirWayMax,
  type Share,
  shareAfterAnswer,
  shareAfterRequest,
  shareOpensAtMs,
} from '../../src/core/share.ts';

const nowMs = 1_000_000;
const refusal = { remaining: null, resetAfterMs: null, retryAfterMs: 700, isGlobal: true };

/** A share that sent at these moments, answered at once, and has been idle since. */
const sending = (share: Share, ...times: readonly number[]): Share =>
  times.reduce((before, atMs) => shareAfterAnswer(shareAfterRequest(before, atMs), atMs, atMs), share);

/** Requests that leave one after the other at the same moment and are not answered. */
const onTheirWay = (share: Share, count: number, atMs: number): Share =>
  Array.from({ length: count }).reduce<Share>((before) => shareAfterRequest(before, atMs), share);

/** Without the spacing: only what is on its way holds requests back. */
const unspaced = (share: Share): Share => ({ ...share, nextAtMs: 0 });

/** What is taken for the usual time of an answer once one took this long. */
const latencyMsAfter = (tookMs: number): number =>
  shareAfterAnswer(freshShare(10), nowMs, nowMs + tookMs).latencyMs;

it('is open to whoever asks first', () => {
  expect(shareOpensAtMs(freshShare(10), nowMs)).toBe(nowMs);
});

it('spreads requests evenly, and lets a process that was late make up for two', () => {
  const share = freshShare(10);
  expect(shareOpensAtMs(sending(share, nowMs), nowMs)).toBe(nowMs);
  expect(shareOpensAtMs(sending(share, nowMs, nowMs), nowMs)).toBe(nowMs);
  expect(shareOpensAtMs(sending(share, nowMs, nowMs, nowMs), nowMs)).toBe(nowMs + 100);
});

it('is smaller after a 429 of everything, and grows back by a fifth of a request a second', () => {
  const share = learnShare(freshShare(10), refusal, nowMs);
  const spacingMsAt = (atMs: number): number => {
    const full = sending(unspaced(share), atMs, atMs, atMs);
    return full.nextAtMs - atMs;
  };
  expect(shareOpensAtMs(share, nowMs)).toBe(nowMs + 700);
  expect(spacingMsAt(nowMs + 700)).toBeCloseTo(1_000 / 8, 3);
  expect(spacingMsAt(nowMs + 700 + 5_000)).toBeCloseTo(1_000 / 9, 3);
  expect(spacingMsAt(nowMs + 700 + 60_000)).toBeCloseTo(1_000 / 10, 3);
});

it('counts refusals that come together once, and never falls below one request a second', () => {
  const once = learnShare(freshShare(10), refusal, nowMs);
  const twice = learnShare(once, { ...refusal, retryAfterMs: 900 }, nowMs + 100);
  expect([once.perSecond, twice.perSecond]).toEqual([8, 8]);
  expect(twice.pausedUntilMs).toBe(nowMs + 1_000);
  const later = learnShare(once, refusal, nowMs + 700);
  expect(later.perSecond).toBeCloseTo(6.4, 3);
  let small = freshShare(10);
  for (let count = 0; count < 40; count += 1) small = learnShare(small, refusal, nowMs + count * 1_000);
  expect(small.perSecond).toBe(1);
  expect(learnShare(freshShare(0.5), refusal, nowMs).perSecond).toBe(0.5);
});

it('learns nothing from an answer that is no 429 of everything', () => {
  const share = freshShare(10);
  expect(learnShare(share, { ...refusal, retryAfterMs: null }, nowMs)).toBe(share);
  expect(learnShare(share, { ...refusal, isGlobal: false }, nowMs)).toBe(share);
});

it('lets no more be on its way than the usual speed explains, until one has been there for a second', () => {
  // 40 a second at a quarter of a second each: ten are usual, and half as many more and two are let through.
  const waiting = (count: number) => unspaced(onTheirWay(freshShare(40), count, nowMs));
  expect(shareOpensAtMs(waiting(16), nowMs + 10)).toBe(nowMs + 10);
  expect(shareOpensAtMs(waiting(17), nowMs + 10)).toBe(nowMs + 1_000);
  expect(shareOpensAtMs(waiting(17), nowMs + 999)).toBe(nowMs + 1_000);
  expect(shareOpensAtMs(waiting(17), nowMs + 1_000)).toBe(nowMs + 1_000);
});

it('does not let an old request without an answer stand for those that left since', () => {
  const waiting = unspaced(onTheirWay(onTheirWay(freshShare(40), 1, nowMs - 5_000), 17, nowMs));
  expect(shareOpensAtMs(waiting, nowMs + 10)).toBe(nowMs + 1_000);
});

it('lets only so many be on their way in all, however long ago they left', () => {
  const spread = Array.from({ length: onTheirWayMax }, (_, index) => nowMs - index * 10);
  const full = spread.reduce<Share>((before, atMs) => shareAfterRequest(before, atMs), freshShare(1_000));
  expect(shareOpensAtMs(unspaced(full), nowMs + 60_000)).toBe(Number.POSITIVE_INFINITY);
  const room = unspaced(shareAfterAnswer(full, nowMs, nowMs + 60_000));
  expect(shareOpensAtMs(room, nowMs + 60_000)).toBe(nowMs + 60_000);
});

it('goes on as soon as one of those on their way is answered', () => {
  const waiting = onTheirWay(freshShare(40), 17, nowMs);
  const answered = unspaced(shareAfterAnswer(waiting, nowMs, nowMs + 250));
  expect(answered.onTheirWay).toHaveLength(16);
  expect(shareOpensAtMs(answered, nowMs + 250)).toBe(nowMs + 250);
  expect(shareAfterAnswer(waiting, nowMs + 1, nowMs + 250).onTheirWay).toHaveLength(17);
});

it('takes what was answered within a second for counted in the present one', () => {
  // 9 is the share, so Discord's own limit is taken for 12.
  const times = Array.from({ length: 12 }, (_, index) => nowMs + index);
  const eleven = unspaced(sending(freshShare(9), ...times.slice(1)));
  const twelve = unspaced(sending(freshShare(9), ...times));
  expect(shareOpensAtMs(eleven, nowMs + 20)).toBe(nowMs + 20);
  expect(shareOpensAtMs(twelve, nowMs + 20)).toBe(nowMs + 1_000);
  expect(shareOpensAtMs(twelve, nowMs + 1_000)).toBe(nowMs + 1_000);
  expect(shareOpensAtMs(unspaced(onTheirWay(eleven, 1, nowMs + 20)), nowMs + 30)).toBe(nowMs + 1_001);
  const large = Array.from({ length: 50 }, () => nowMs);
  expect(shareOpensAtMs(unspaced(sending(freshShare(45), ...large)), nowMs)).toBe(nowMs + 1_000);
  expect(shareOpensAtMs(unspaced(sending(freshShare(45), ...large.slice(1))), nowMs)).toBe(nowMs);
});

it('forgets answers that are older than a second', () => {
  const share = sending(freshShare(10), nowMs, nowMs + 1, nowMs + 1_000);
  expect(share.answered).toEqual([nowMs + 1, nowMs + 1_000]);
});

it('believes quick answers sooner than slow ones, and no answer more than twice the usual time', () => {
  expect(latencyMsAfter(250)).toBe(250);
  expect(latencyMsAfter(50)).toBeCloseTo(250 - 0.3 * 200, 6);
  expect(latencyMsAfter(400)).toBeCloseTo(250 + 0.02 * 150, 6);
  expect(latencyMsAfter(500)).toBeCloseTo(250 + 0.02 * 250, 6);
  expect(latencyMsAfter(9_000)).toBeCloseTo(250 + 0.02 * 250, 6);
});
