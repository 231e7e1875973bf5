/** Which request is sent next, and when: who waits how long for what, and what is allowed. Pure; it must not know what is sent. */
import type { Allowance } from './allowance.ts';
import { bucketOpensAtMs, type Taking } from './bucket.ts';
import { shareOpensAtMs } from './share.ts';

/**
 * What a request is for, the most pressing first. `finalRest`: final words that did not fit the message before. Who has a half of their
 * end gets the whole before the next one begins, so half of all who wait for an end wait much shorter, and nobody waits longer.
 */
export const priorities = [
  'acknowledgement',
  'result',
  'finalRest',
  'finalWords',
  'problem',
  'firstWords',
  'notice',
  'moreWords',
] as const;

export type Priority = (typeof priorities)[number];

export const isMorePressing = (one: Priority, other: Priority): boolean =>
  priorities.indexOf(one) < priorities.indexOf(other);

/** Somebody waits for a request to be sent. One who asks for what newer words replace anyway asks once, and draws when it is sent. */
export type Waiting = {
  readonly bucketId: string;
  readonly priority: Priority;
  /** Since when there is something that nobody has seen. */
  readonly sinceMs: number;
};

/**
 * How much longer a kind of news may wait than the kind before it. So the order of the kinds holds for everybody who has waited
 * less than this, and nobody is overtaken for ever.
 */
const patienceStepMs = 60_000;
/** A second half is asked for when its first one was sent, and waits for others of its kind alone: nobody else need wait longer for it. */
const restStepMs = 10_000;

const patienceMs: Readonly<Record<Priority, number>> = {
  acknowledgement: 0,
  result: patienceStepMs,
  finalRest: patienceStepMs + restStepMs,
  finalWords: 2 * patienceStepMs,
  problem: 3 * patienceStepMs,
  firstWords: 4 * patienceStepMs,
  notice: 5 * patienceStepMs,
  moreWords: 6 * patienceStepMs,
};

/** Who goes first among those who may: the end of a patience that is nearest, or furthest past. Among equals, who waits longest. */
const dueAtMs = ({ priority, sinceMs }: Waiting): number => sinceMs + patienceMs[priority];

/** Words are spread over what their bucket has left, a notice leaves the last of it to those who end a wait, who take what is there. */
const takingOf = (priority: Priority): Taking => {
  if (priority === 'moreWords') return 'spread';
  return priority === 'notice' ? 'butLast' : 'any';
};

const openingOf = ({ bucketId, priority }: Waiting, { buckets, wordsIntervalMs }: Allowance): number =>
  bucketOpensAtMs(buckets.get(bucketId), takingOf(priority), wordsIntervalMs);

/**
 * The request to send now; or null, and when to ask again if nothing happens before (infinite: only when something does). With a
 * request, that time means nothing.
 */
export const nextRequest = <W extends Waiting>(
  waiting: Iterable<W>,
  allowance: Allowance,
  nowMs: number,
): { readonly next: W | null; readonly askAgainAtMs: number } => {
  const opensAtMs = shareOpensAtMs(allowance.share, nowMs);
  if (opensAtMs > nowMs) return { next: null, askAgainAtMs: opensAtMs };
  let next: W | null = null;
  let askAgainAtMs = Number.POSITIVE_INFINITY;
  for (const candidate of waiting) {
    // Thousands may wait, and most of them stand behind: what their buckets allow need not be known.
    if (next !== null && dueAtMs(candidate) >= dueAtMs(next)) continue;
    const openingMs = openingOf(candidate, allowance);
    if (openingMs > nowMs) askAgainAtMs = Math.min(askAgainAtMs, openingMs);
    else next = candidate;
  }
  return { next, askAgainAtMs };
};

/** Whether somebody waits for the share alone: no time for courtesies. */
export const isShareShort = (waiting: Iterable<Waiting>, allowance: Allowance, nowMs: number): boolean => {
  if (allowance.share.pausedUntilMs > nowMs) return true;
  for (const candidate of waiting) if (openingOf(candidate, allowance) <= nowMs) return true;
  return false;
};
