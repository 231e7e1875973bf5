/** A timeline in words. The sentences come from a catalogue (core/messages); this file knows the layout and no language. Pure. */
import { escapeForeignText, shortenText } from './foreign-text.ts';
import { type Segment, spanOf, type Timeline, type Track, type TrackKind, volumeOf } from './timeline.ts';

/** What a language must bring to talk about timelines. Names arrive escaped and shortened. */
export type TimelineWords = {
  readonly empty: string;
  /** "Timeline (3 tracks):" */
  heading(trackCount: number): string;
  /** "Video", "BGM", "Title" */
  readonly kinds: Readonly<Record<TrackKind, string>>;
  /** "Video: city timelapse (0-10s, 35%)" */
  entry(parts: EntryParts): string;
  /** A name among words: titles are quoted. */
  quoted(name: string): string;
  readonly nameSeparator: string;
  /** "3 clips", for tracks whose clips have no names. */
  clips(kind: TrackKind, count: number): string;
  /** "2 more", after the names that are listed. */
  more(count: number): string;
  readonly noSegments: string;
  /** "0-10s", "0:00-2:30" */
  range(startMs: number, endMs: number): string;
  /** "8s", "2:30" */
  length(durationMs: number): string;
  readonly changes: ChangeWords;
};

/** What there is to say of a track; `name` and `details` may be missing. */
export type EntryParts = {
  readonly label: string;
  readonly name: string | null;
  readonly details: readonly string[];
};

/** How each kind of change is told. `names` are joined already. */
export type ChangeWords = {
  /** "Title added: "Paradise Found" (0-3s)" */
  added(parts: EntryParts): string;
  removed(parts: EntryParts): string;
  /** What happened to something: "BGM: volume 35% → 20%". */
  changed(subject: string, what: string): string;
  beforeAfter(before: string, after: string): string;
  /** "volume 35% → 20%"; null where the draft does not say. */
  volume(before: number | null, after: number | null): string;
  readonly reordered: string;
  /** "2 clips added: beach, harbour" */
  segmentsAdded(kind: TrackKind, count: number, names: string | null): string;
  segmentsRemoved(kind: TrackKind, count: number, names: string | null): string;
  readonly unnamed: string;
  /** "size 1920×1080 → 1080×1920" */
  size(beforeAfter: string): string;
  /** The film as a whole. */
  readonly film: string;
  andMore(count: number): string;
};

const namesShownMax = 3;
const nameShownLengthMax = 48;
/** So that the description fits a message together with other words. */
const textLengthMax = 1400;

/**
 * `Timeline (3 tracks): 1. Video: city timelapse (0-10s) 2. BGM: Lo-fi (0-10s, 35%) 3. Title: "Urban Dreams" (0-3s)`: the summary
 * of nemo-api §7, in one line or with one track a line. Bounded: tracks that do not fit are counted.
 */
export function describeTimeline(
  timeline: Timeline,
  words: TimelineWords,
  options: { readonly layout: 'line' | 'lines' } = { layout: 'line' },
): string {
  if (timeline.tracks.length === 0) return words.empty;
  const separator = options.layout === 'line' ? ' ' : '\n';
  let text = words.heading(timeline.tracks.length);
  for (const [index, track] of timeline.tracks.entries()) {
    const entry = `${separator}${index + 1}. ${words.entry(trackParts(track, words))}`;
    if (text.length + entry.length > textLengthMax) {
      return `${text}${separator}${words.changes.andMore(timeline.tracks.length - index)}`;
    }
    text += entry;
  }
  return text;
}

/** What a description of this track is made of. */
export function trackParts(track: Track, words: TimelineWords): EntryParts {
  const label = words.kinds[track.kind];
  const span = spanOf(track);
  if (span === null) return { label, name: null, details: [words.noSegments] };
  const volume = volumeOf(track);
  const isVolumeTold =
    volume !== null && (track.kind === 'audio' || (track.kind === 'video' && volume !== 100));
  return {
    label,
    name: describeNames(track, words),
    details: [words.range(span.startMs, span.endMs), ...(isVolumeTold ? [`${volume}%`] : [])],
  };
}

/** A name fit for a sentence: shortened, escaped, quoted where it is a title. */
export function describeName(name: string, kind: TrackKind, words: TimelineWords): string {
  const shown = escapeForeignText(shortenText(name, nameShownLengthMax));
  return kind === 'text' ? words.quoted(shown) : shown;
}

/** The names of some segments of one track, at most a few; null when they have none. */
export function describeNames(
  track: { readonly kind: TrackKind; readonly segments: readonly Segment[] },
  words: TimelineWords,
): string | null {
  const names = [...new Set(track.segments.flatMap(({ name }) => (name === null ? [] : [name])))];
  const shown = names.slice(0, namesShownMax).map((name) => describeName(name, track.kind, words));
  if (shown.length === 0)
    return track.segments.length > 1 ? words.clips(track.kind, track.segments.length) : null;
  const hiddenCount = names.length - shown.length;
  return [...shown, ...(hiddenCount > 0 ? [words.more(hiddenCount)] : [])].join(words.nameSeparator);
}
