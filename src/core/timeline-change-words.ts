/** How the changes of a timeline are said. The sentences come from a catalogue (core/messages); knows no timeline as a whole. Pure. */
import type { Segment } from './timeline.ts';
import type { Place, Span, TimelineChange } from './timeline-changes.ts';
import { describeName, describeNames, type TimelineWords, trackParts } from './timeline-words.ts';

const linesMax = 8;

/** One change a line: what it is, its name, its timing, before → after. Bounded; empty for no changes. */
export function describeChanges(changes: readonly TimelineChange[], words: TimelineWords): string {
  const shown = changes.slice(0, changes.length > linesMax ? linesMax - 1 : linesMax);
  const lines = shown.map((change) => `✅ ${describeChange(change, words)}`);
  const hiddenCount = changes.length - shown.length;
  return [...lines, ...(hiddenCount > 0 ? [words.changes.andMore(hiddenCount)] : [])].join('\n');
}

function describeChange(change: TimelineChange, words: TimelineWords): string {
  const { changes, kinds } = words;
  switch (change.type) {
    case 'trackAdded':
      return changes.added(trackParts(change.track, words));
    case 'trackRemoved':
      return changes.removed(trackParts(change.track, words));
    case 'segmentsAdded':
    case 'segmentsRemoved':
      return describeSegments(change, words);
    case 'renamed': {
      const [before, after] = [change.before, change.after].map((name) =>
        name === null ? changes.unnamed : describeName(name, change.kind, words),
      );
      return changes.changed(kinds[change.kind], changes.beforeAfter(before ?? '', after ?? ''));
    }
    case 'reordered':
      return changes.changed(kinds[change.kind], changes.reordered);
    case 'retimed':
      return changes.changed(
        subjectOf(change.place, words),
        describeTiming(change.before, change.after, words),
      );
    case 'volume':
      return changes.changed(subjectOf(change.place, words), changes.volume(change.before, change.after));
    case 'length':
      return changes.changed(
        changes.film,
        changes.beforeAfter(words.length(change.beforeMs), words.length(change.afterMs)),
      );
    case 'size':
      return changes.changed(changes.film, changes.size(changes.beforeAfter(change.before, change.after)));
  }
}

function describeSegments(
  change: Extract<TimelineChange, { readonly segments: readonly Segment[] }>,
  words: TimelineWords,
): string {
  const { type, kind, segments } = change;
  const names = describeNames(change, words);
  const what =
    type === 'segmentsAdded'
      ? words.changes.segmentsAdded(kind, segments.length, names)
      : words.changes.segmentsRemoved(kind, segments.length, names);
  return words.changes.changed(words.kinds[kind], what);
}

function subjectOf({ kind, name }: Place, words: TimelineWords): string {
  return name === null ? words.kinds[kind] : `${words.kinds[kind]} ${describeName(name, kind, words)}`;
}

/** What only got longer or shorter is told by its length, what moved by its place. */
function describeTiming(before: Span, after: Span, words: TimelineWords): string {
  const say = ({ startMs, endMs }: Span): string =>
    before.startMs === after.startMs ? words.length(endMs - startMs) : words.range(startMs, endMs);
  return words.changes.beforeAfter(say(before), say(after));
}
