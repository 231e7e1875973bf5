/** What people saw of an agent's words: how old, how late, in which order. It must not know how the messages came to be. */
import type { MessageHistory } from '../../playground/discord/contract.ts';
import { mean, quantile } from '../figures.ts';
import { type Pace, type Talk, wordsOf } from '../talking-backend.ts';

const sampleIntervalMs = 100;

/** The number of the last word in a text, counted from one; 0 when there is none. */
const lastWordIn = (content: string): number => {
  const numbers = [...content.matchAll(/(\d+) la/gu)].map(([, digits]) => Number(digits));
  return numbers.length === 0 ? 0 : Math.max(...numbers) + 1;
};

type Seen = { readonly atMs: number; readonly words: number; readonly isFinal: boolean };

/** What a thread showed after each change of one of its messages; footers mean that more will come. */
const seenOf = (histories: readonly MessageHistory[], pieces: number): Seen[] => {
  const versions = histories
    .flatMap(({ versions }) => versions)
    .toSorted((one, other) => one.atMs - other.atMs);
  let most = 0;
  return versions.map(({ atMs, message }) => {
    const words = lastWordIn(message.content);
    most = Math.max(most, words);
    return { atMs, words: most, isFinal: words === pieces && !message.content.includes('-#') };
  });
};

/** At each sample: how long ago the oldest word was said that is not visible yet; 0 when all are. */
const stalenessOf = ({ saidAtMs, endedAtMs }: Talk, seen: readonly Seen[]): number => {
  const samples: number[] = [];
  let next = 0;
  let visible = 0;
  for (let atMs = saidAtMs[0] ?? 0; atMs < (endedAtMs ?? 0); atMs += sampleIntervalMs) {
    for (let version = seen[next]; version !== undefined && version.atMs <= atMs; version = seen[next]) {
      visible = version.words;
      next += 1;
    }
    samples.push(Math.max(0, atMs - (saidAtMs[visible] ?? atMs)));
  }
  return mean(samples);
};

/** Versions of a message that show less than an earlier one did. */
const stepsBack = ({ versions }: MessageHistory): number => {
  const counts = versions.map(({ message }) => lastWordIn(message.content));
  return counts.filter((count, index) => count < Math.max(0, ...counts.slice(0, index))).length;
};

const withoutSpace = (text: string): string => text.replaceAll(/\s+/gu, '');

const isExact = (histories: readonly MessageHistory[], pace: Pace): boolean => {
  const standing = histories.filter(({ deletedAtMs }) => deletedAtMs === null);
  const shown = standing.map(({ versions }) => versions.at(-1)?.message.content ?? '').join('');
  return withoutSpace(shown) === withoutSpace(wordsOf(pace));
};

export type Turn = { readonly talk: Talk; readonly histories: readonly MessageHistory[] };

const isGiven = <T>(value: T | null | undefined): value is T => value !== null && value !== undefined;

/** Figures of one run; `perSecond` is what may be sent in all, for the bound and for the finals that are ahead. */
export const figuresOf = (turns: readonly Turn[], pace: Pace, perSecond: number) => {
  const all = turns.map(({ talk, histories }) => ({ talk, seen: seenOf(histories, pace.pieces) }));
  const staleness = all.map(({ talk, seen }) => stalenessOf(talk, seen));
  const firstMs = all.flatMap(({ talk, seen }) => {
    const first = seen.find(({ words }) => words > 0);
    return first === undefined ? [] : [first.atMs - (talk.saidAtMs[0] ?? 0)];
  });
  const finals = all
    .map(({ talk, seen }) => ({ endedAtMs: talk.endedAtMs, atMs: seen.find(({ isFinal }) => isFinal)?.atMs }))
    .filter((one): one is { endedAtMs: number; atMs: number } => isGiven(one.endedAtMs) && isGiven(one.atMs))
    .toSorted((one, other) => one.atMs - other.atMs);
  const lagsMs = finals.map(({ endedAtMs, atMs }) => atMs - endedAtMs);
  const lastWrites = all.flatMap(({ talk, seen }) =>
    seen.flatMap(({ atMs }) => (talk.endedAtMs !== null && atMs > talk.endedAtMs ? [atMs] : [])),
  );
  const behindMs = finals.map(({ endedAtMs, atMs }) => {
    const ahead = lastWrites.filter((otherMs) => otherMs > endedAtMs && otherMs < atMs).length;
    return Math.max(0, Math.round(atMs - endedAtMs - (ahead * 1000) / perSecond));
  });
  return {
    stalenessMeanMs: mean(staleness),
    stalenessWorstTurnMs: Math.max(0, ...staleness),
    firstWordsP50Ms: quantile(firstMs, 0.5),
    firstWordsP99Ms: quantile(firstMs, 0.99),
    finals: finals.length,
    finalsExact: turns.filter(({ histories }) => isExact(histories, pace)).length,
    finalLagP50Ms: quantile(lagsMs, 0.5),
    finalLagP99Ms: quantile(lagsMs, 0.99),
    /** Without the time that the last writes of other turns took which came before. */
    finalLagOwnP99Ms: quantile(behindMs, 0.99),
    outOfOrder: turns.flatMap(({ histories }) => histories).reduce((sum, one) => sum + stepsBack(one), 0),
  };
};

/** Whether the last words stand in a thread. */
export const hasFinal = (histories: readonly MessageHistory[], pieces: number): boolean =>
  seenOf(histories, pieces).some(({ isFinal }) => isFinal);
