/** What is different between two timelines. Knows no draft and no words. Pure. */
import {
  hasOneVolume,
  type Segment,
  spanOf,
  type Timeline,
  type Track,
  type TrackKind,
  volumeOf,
} from './timeline.ts';

export type Span = { readonly startMs: number; readonly endMs: number };
/** `name` says which of several segments of a track is meant; null: the track as a whole. */
export type Place = { readonly kind: TrackKind; readonly name: string | null };

export type TimelineChange =
  | { readonly type: 'trackAdded'; readonly track: Track }
  | { readonly type: 'trackRemoved'; readonly track: Track }
  | { readonly type: 'segmentsAdded'; readonly kind: TrackKind; readonly segments: readonly Segment[] }
  | { readonly type: 'segmentsRemoved'; readonly kind: TrackKind; readonly segments: readonly Segment[] }
  | {
      readonly type: 'renamed';
      readonly kind: TrackKind;
      readonly before: string | null;
      readonly after: string | null;
    }
  | { readonly type: 'reordered'; readonly kind: TrackKind }
  | { readonly type: 'retimed'; readonly place: Place; readonly before: Span; readonly after: Span }
  | {
      readonly type: 'volume';
      readonly place: Place;
      readonly before: number | null;
      readonly after: number | null;
    }
  | { readonly type: 'length'; readonly beforeMs: number; readonly afterMs: number }
  | { readonly type: 'size'; readonly before: string; readonly after: string };

/**
 * The readable differences, most telling first. Empty when both say the same, in whatever order the tracks come and whatever
 * empty ones there are: a change that only the fingerprint of the draft sees has no words here.
 */
export function compareTimelines(before: Timeline, after: Timeline): readonly TimelineChange[] {
  const { pairs, removed, added } = pairTracks(before.tracks.filter(isFilled), after.tracks.filter(isFilled));
  const changes: TimelineChange[] = [
    ...added.map((track) => ({ type: 'trackAdded' as const, track })),
    ...removed.map((track) => ({ type: 'trackRemoved' as const, track })),
    ...pairs.flatMap(([old, young]) => compareTracks(old, young)),
  ];
  const [oldSize, size] = [sizeOf(before), sizeOf(after)];
  if (oldSize !== null && size !== null && oldSize !== size)
    changes.push({ type: 'size', before: oldSize, after: size });
  // The length of the film follows from its tracks, and is news only when none of them tells it.
  if (changes.length === 0 && before.durationMs !== after.durationMs) {
    changes.push({ type: 'length', beforeMs: before.durationMs, afterMs: after.durationMs });
  }
  return changes;
}

const isFilled = (track: Track): boolean => track.segments.length > 0;
/** "1080×1920"; null where the draft does not say, which is no change of size. */
const sizeOf = ({ width, height }: Timeline): string | null =>
  width === null || height === null ? null : `${width}×${height}`;

/** Drafts name no tracks, so they are matched by what they hold: equal ones first, then namesakes, then by their place. */
function pairTracks(before: readonly Track[], after: readonly Track[]) {
  const pairs: (readonly [Track, Track])[] = [];
  let removed = before;
  let added = after;
  for (const likeness of [contentsOf, namesOf, ({ kind }: Track) => kind]) {
    const waiting = Map.groupBy(removed, likeness);
    const unmatched: Track[] = [];
    for (const track of added) {
      const match = waiting.get(likeness(track))?.shift();
      if (match === undefined) unmatched.push(track);
      else pairs.push([match, track]);
    }
    const left = new Set([...waiting.values()].flat());
    removed = removed.filter((track) => left.has(track));
    added = unmatched;
  }
  return { pairs, removed, added };
}

const contentsOf = (track: Track): string => JSON.stringify(track);
const namesOf = (track: Track): string =>
  JSON.stringify([track.kind, track.segments.map(({ name }) => name)]);

function compareTracks(before: Track, after: Track): readonly TimelineChange[] {
  const { kind } = after;
  const removed = withoutNamesakes(before.segments, after.segments);
  const added = withoutNamesakes(after.segments, before.segments);
  if (before.segments.length === after.segments.length && removed.length > 0) {
    return [
      ...compareNames(before, after),
      ...compareTiming(before, after),
      ...compareVolumes(before, after),
    ];
  }
  if (removed.length > 0 || added.length > 0) {
    return [
      ...(added.length > 0 ? [{ type: 'segmentsAdded' as const, kind, segments: added }] : []),
      ...(removed.length > 0 ? [{ type: 'segmentsRemoved' as const, kind, segments: removed }] : []),
      ...compareSpans(before, after),
    ];
  }
  const isReordered = before.segments.some(({ name }, index) => after.segments[index]?.name !== name);
  if (isReordered) return [{ type: 'reordered', kind }, ...compareSpans(before, after)];
  return [...compareTiming(before, after), ...compareVolumes(before, after)];
}

/** The segments whose names the others do not have (as often). */
function withoutNamesakes(segments: readonly Segment[], others: readonly Segment[]): readonly Segment[] {
  const counts = new Map<string | null, number>();
  for (const { name } of others) counts.set(name, (counts.get(name) ?? 0) + 1);
  return segments.filter(({ name }) => {
    const count = counts.get(name) ?? 0;
    counts.set(name, count - 1);
    return count <= 0;
  });
}

function compareNames(before: Track, after: Track): readonly TimelineChange[] {
  return zip(before, after).flatMap(([old, young]) =>
    old.name === young.name
      ? []
      : [{ type: 'renamed' as const, kind: after.kind, before: old.name, after: young.name }],
  );
}

/** The whole track's timing when that says it, otherwise that of each segment. */
function compareTiming(before: Track, after: Track): readonly TimelineChange[] {
  const spans = compareSpans(before, after);
  if (spans.length > 0) return spans;
  return zip(before, after).flatMap(([old, young]) =>
    old.startMs === young.startMs && old.endMs === young.endMs
      ? []
      : [
          {
            type: 'retimed' as const,
            place: { kind: after.kind, name: young.name },
            before: old,
            after: young,
          },
        ],
  );
}

function compareSpans(before: Track, after: Track): readonly TimelineChange[] {
  const old = spanOf(before);
  const young = spanOf(after);
  if (old === null || young === null || (old.startMs === young.startMs && old.endMs === young.endMs))
    return [];
  const name =
    after.segments.length === 1 && after.kind === 'text' ? (after.segments[0]?.name ?? null) : null;
  return [{ type: 'retimed', place: { kind: after.kind, name }, before: old, after: young }];
}

function compareVolumes(before: Track, after: Track): readonly TimelineChange[] {
  const { kind } = after;
  if (hasOneVolume(before) && hasOneVolume(after)) {
    const volumes = { before: volumeOf(before), after: volumeOf(after) };
    return volumes.before === volumes.after
      ? []
      : [{ type: 'volume', place: { kind, name: null }, ...volumes }];
  }
  return zip(before, after).flatMap(([one, other]) =>
    one.volume === other.volume
      ? []
      : [
          {
            type: 'volume' as const,
            place: { kind, name: other.name },
            before: one.volume,
            after: other.volume,
          },
        ],
  );
}

function zip(before: Track, after: Track): readonly (readonly [Segment, Segment])[] {
  return before.segments.flatMap((segment, index) => {
    const other = after.segments[index];
    return other === undefined ? [] : [[segment, other] as const];
  });
}
