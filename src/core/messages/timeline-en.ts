/** English words for timelines and their changes. Pure. */
import type { TrackKind } from '../timeline.ts';
import type { EntryParts, TimelineWords } from '../timeline-words.ts';
import { lengthOf, rangeOf } from './duration-words.ts';

const counted = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;
const inBrackets = (details: readonly string[]): string =>
  details.length === 0 ? '' : ` (${details.join(', ')})`;
const named = (label: string, { name, details }: EntryParts): string =>
  `${label}${name === null ? '' : `: ${name}`}${inBrackets(details)}`;
const ofNames = (names: string | null): string => (names === null ? '' : `: ${names}`);
const percentOf = (volume: number | null): string => (volume === null ? 'default' : `${volume}%`);

const pieces: Readonly<Record<TrackKind, readonly [string, string]>> = {
  video: ['clip', 'clips'],
  audio: ['sound', 'sounds'],
  text: ['text', 'texts'],
  other: ['piece', 'pieces'],
};
const piecesOf = (kind: TrackKind, count: number): string => counted(count, ...pieces[kind]);

export const timelineWordsEn: TimelineWords = {
  empty: 'The timeline is still empty.',
  heading: (trackCount) => `Timeline (${counted(trackCount, 'track', 'tracks')}):`,
  kinds: { video: 'Video', audio: 'BGM', text: 'Title', other: 'Effects' },
  entry: (parts) => named(parts.label, parts),
  quoted: (name) => `"${name}"`,
  nameSeparator: ', ',
  clips: piecesOf,
  more: (count) => `${count} more`,
  noSegments: 'empty',
  range: (startMs, endMs) => rangeOf(startMs, endMs, 's'),
  length: (durationMs) => lengthOf(durationMs, 's'),
  changes: {
    added: (parts) => named(`${parts.label} added`, parts),
    removed: ({ label, name }) => `${label} removed${ofNames(name)}`,
    changed: (subject, what) => `${subject}: ${what}`,
    beforeAfter: (before, after) => `${before} → ${after}`,
    volume: (before, after) =>
      before === null ? `volume ${percentOf(after)}` : `volume ${percentOf(before)} → ${percentOf(after)}`,
    reordered: 'new order',
    segmentsAdded: (kind, count, names) => `${piecesOf(kind, count)} added${ofNames(names)}`,
    segmentsRemoved: (kind, count, names) => `${piecesOf(kind, count)} removed${ofNames(names)}`,
    unnamed: 'unnamed',
    size: (beforeAfter) => `size ${beforeAfter}`,
    film: 'Film',
    andMore: (count) => `… and ${count} more`,
  },
};
