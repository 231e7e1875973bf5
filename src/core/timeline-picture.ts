/** A timeline as a drawing: tracks as lanes over a time axis, in SVG. Pure; knows no renderer and no file. */
import { shortenText } from './foreign-text.ts';
import { clockOf } from './messages/duration-words.ts';
import { type Segment, type Timeline, type Track, type TrackKind, volumeOf } from './timeline.ts';
import type { TimelineWords } from './timeline-words.ts';

/** The family that whoever renders it has to bring; it covers Latin, Greek, Cyrillic, Chinese and Japanese. */
const pictureFontFamily = 'Noto Sans SC';

/** The card brings its own background, so that it reads the same on a dark and on a light chat. */
export const pictureColors = {
  card: '#1e2029',
  border: '#4a4e5c',
  grid: '#343845',
  axis: '#b4b8c5',
  label: '#eceef4',
  bars: { video: '#8fa8ff', audio: '#63d297', text: '#ffb869', other: '#c3c7d3' },
  barText: '#12131a',
} as const satisfies Record<string, string | Readonly<Record<TrackKind, string>>>;

/** Pixels of the drawing. On a phone it is shown at about half its width, so nothing is written smaller than 24. */
const width = 800;
const padding = 24;
const laneLeft = 168;
const laneWidth = width - padding - laneLeft;
const axisHeight = 66;
const laneHeight = 64;
const barHeight = 50;
const textSize = 26;
const axisSize = 24;
/** Between a bar and words that stand behind it. */
const behindGap = 10;

const lanesMax = 8;
const barsPerLaneMax = 40;
/** Room of a tick, in widths of its words: the last one stands beside its line. */
const tickRoom = 1.7;
const tickStepsMs = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400].map(
  (seconds) => seconds * 1_000,
);

const escapeXml = (text: string): string =>
  text.replace(/[&<>"']/gu, (character) => `&#${character.codePointAt(0) ?? 0};`);

const foreignLetter =
  /(?![\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー])\p{L}/u;

/** What the font can show of a name; null when nothing is left, or when leaving out letters would make another name of it. */
const drawable = (name: string | null): string | null => {
  const text = (name ?? '')
    .normalize('NFC')
    .replace(/[^\p{L}\p{N}\p{P} $€£¥+=<>~^|°×]/gu, '')
    .replace(/ {2,}/gu, ' ')
    .trim();
  return text === '' || foreignLetter.test(text) ? null : text;
};

/** Estimate of a text's width in pixels, rather too wide: full for Chinese, less for the rest. */
const widthOf = (text: string, size: number): number => {
  let ems = 0;
  for (const character of text) {
    if (/[\u{2018}-\u{201f}…\u{2e80}-\u{10ffff}]/u.test(character)) ems += 1;
    else if (/[mwMW@%]/u.test(character)) ems += 0.92;
    else if (/[A-Z&]/u.test(character)) ems += 0.7;
    else ems += /[fijlrt.,:;'|! ()/·-]/u.test(character) ? 0.36 : 0.57;
  }
  return ems * size;
};

/** The text, shortened to what fits; null when not even a few letters do. */
const fitting = (text: string, roomPx: number): string | null => {
  if (text === '') return null;
  if (widthOf(text, textSize) <= roomPx) return text;
  for (let length = text.length - 1; length >= 2; length -= 1) {
    const shorter = shortenText(text, length);
    if (widthOf(shorter, textSize) <= roomPx) return shorter;
  }
  return null;
};

const round = (pixels: number): number => Math.round(pixels * 10) / 10;

type Drawing = { readonly words: TimelineWords; readonly totalMs: number };

const xOf = (timeMs: number, { totalMs }: Drawing): number =>
  round(laneLeft + (timeMs / totalMs) * laneWidth);

const text = (
  words: string,
  at: { x: number; y: number; size: number; fill: string; anchor?: 'start' | 'middle' | 'end' },
): string =>
  `<text x="${at.x}" y="${at.y}" font-size="${at.size}" fill="${at.fill}" text-anchor="${at.anchor ?? 'start'}">${escapeXml(words)}</text>`;

const tickStep = (totalMs: number): number => {
  const roomPx = tickRoom * widthOf(clockOf(totalMs), axisSize);
  return tickStepsMs.find((stepMs) => (stepMs / totalMs) * laneWidth >= roomPx) ?? totalMs;
};

const drawAxis = (drawing: Drawing, bottom: number): readonly string[] => {
  const stepMs = tickStep(drawing.totalMs);
  const count = Math.floor(drawing.totalMs / stepMs) + 1;
  return Array.from({ length: count }, (_, index) => {
    const x = xOf(index * stepMs, drawing);
    const words = clockOf(index * stepMs);
    const isAtEnd = x + widthOf(words, axisSize) / 2 > width - padding / 2;
    const anchor = index === 0 ? 'start' : isAtEnd ? 'end' : 'middle';
    const line = `<path d="M${x} ${axisHeight - 16}V${bottom}" stroke="${pictureColors.grid}" stroke-width="2"/>`;
    return line + text(words, { x, y: 40, size: axisSize, fill: pictureColors.axis, anchor });
  });
};

type Bar = {
  readonly startMs: number;
  readonly endMs: number;
  readonly label: string | null;
  /** Stays when the label is shortened. */
  readonly detail: string;
};

/** One bar a segment, the volume of music on the first; what is beyond a sensible number becomes one long bar. */
const barsOf = (track: Track, words: TimelineWords): readonly Bar[] => {
  const labelOf = ({ name }: Segment): string | null => {
    const shown = drawable(name);
    return shown !== null && track.kind === 'text' ? words.quoted(shown) : shown;
  };
  const volume = track.kind === 'audio' ? volumeOf(track) : null;
  const shown = track.segments.slice(0, barsPerLaneMax);
  const rest = track.segments.slice(barsPerLaneMax);
  const bars = shown.map((segment, index) => ({
    startMs: segment.startMs,
    endMs: segment.endMs,
    label: labelOf(segment),
    detail: index === 0 && volume !== null ? ` ${volume}%` : '',
  }));
  const [first] = rest;
  if (first === undefined) return bars;
  const endMs = rest.reduce((latestMs, segment) => Math.max(latestMs, segment.endMs), 0);
  return [...bars, { startMs: first.startMs, endMs, label: words.more(rest.length), detail: '' }];
};

const labelIn = ({ label, detail }: Bar, roomPx: number): string | null => {
  const words = label === null ? null : fitting(label, roomPx - widthOf(detail, textSize));
  return words === null ? fitting(detail.trim(), roomPx) : words + detail;
};

/** Words that a short bar would cut stand behind it, where nothing else is for as long as they need. */
const labelBehind = (bar: Bar, endX: number, freeUntilX: number): string | null => {
  const whole = bar.label === null ? '' : bar.label + bar.detail;
  const isFree = freeUntilX - endX >= widthOf(whole, textSize) + 2 * behindGap;
  return whole !== '' && isFree ? whole : null;
};

type BarPlace = { readonly y: number; readonly fill: string; readonly freeUntilMs: number };

const drawBar = (bar: Bar, at: BarPlace, drawing: Drawing): string => {
  const x = xOf(bar.startMs, drawing);
  const fullWidth = xOf(bar.endMs, drawing) - x;
  // A gap between neighbours, but never a bar that cannot be seen.
  const barWidth = Math.max(3, round(fullWidth - Math.min(4, fullWidth / 4)));
  const radius = Math.min(8, barWidth / 4);
  const rectangle = `<rect width="${barWidth}" height="${barHeight}" rx="${radius}" fill="${at.fill}"/>`;
  const inside = labelIn(bar, barWidth - 24);
  const isWhole = inside === (bar.label ?? '') + bar.detail;
  const behind = isWhole ? null : labelBehind(bar, x + barWidth, xOf(at.freeUntilMs, drawing));
  const behindAt = { x: round(x + barWidth + behindGap), y: at.y + 34, size: textSize, fill: at.fill };
  const label =
    inside === null || behind !== null
      ? ''
      : text(inside, { x: 12, y: 34, size: textSize, fill: pictureColors.barText });
  // An element of its own clips what an estimate of widths got wrong.
  const drawn = `<svg x="${x}" y="${at.y}" width="${barWidth}" height="${barHeight}">${rectangle}${label}</svg>`;
  return behind === null ? drawn : drawn + text(behind, behindAt);
};

/** Where the next bar of a lane begins, whatever their order; the end of the film behind the last. */
const freeUntil = ({ startMs, endMs }: Bar, bars: readonly Bar[], { totalMs }: Drawing): number =>
  bars.reduce(
    (freeMs, other) =>
      other.endMs > endMs || other.startMs > startMs ? Math.min(freeMs, other.startMs) : freeMs,
    totalMs,
  );

const drawLane = (track: Track, index: number, drawing: Drawing): string => {
  const { words } = drawing;
  const y = axisHeight + index * laneHeight;
  const fill = pictureColors.bars[track.kind];
  const name = text(words.kinds[track.kind], { x: padding, y: y + 34, size: textSize, fill });
  if (track.segments.length === 0) {
    return (
      name + text(words.noSegments, { x: laneLeft, y: y + 34, size: textSize, fill: pictureColors.axis })
    );
  }
  const bars = barsOf(track, words);
  const drawn = bars.map((bar) =>
    drawBar(bar, { y, fill, freeUntilMs: freeUntil(bar, bars, drawing) }, drawing),
  );
  return name + drawn.join('');
};

const endOf = ({ tracks, durationMs }: Timeline): number =>
  tracks.reduce(
    (latestMs, { segments }) => Math.max(latestMs, ...segments.map(({ endMs }) => endMs)),
    durationMs,
  );

/**
 * An SVG document of at most eight lanes that refers to nothing outside of itself; null where there is nothing to see: no track with
 * a piece, or no time. Its words are those of `describeTimeline`, which stands beside it as its alternative text. Names of strangers
 * are escaped, and shortened to their bar.
 */
export const drawTimeline = (timeline: Timeline, words: TimelineWords): string | null => {
  const totalMs = endOf(timeline);
  if (totalMs === 0 || timeline.tracks.every(({ segments }) => segments.length === 0)) return null;
  const drawing: Drawing = { words, totalMs };
  const lanes = timeline.tracks.slice(0, lanesMax);
  const hiddenCount = timeline.tracks.length - lanes.length;
  const bottom = axisHeight + lanes.length * laneHeight - (laneHeight - barHeight) + 8;
  const more = { x: padding, y: bottom + 32, size: axisSize, fill: pictureColors.axis };
  const height = bottom + padding - 8 + (hiddenCount > 0 ? 32 : 0);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="${pictureFontFamily}">`,
    `<rect x="1" y="1" width="${width - 2}" height="${height - 2}" rx="16" fill="${pictureColors.card}" stroke="${pictureColors.border}" stroke-width="2"/>`,
    ...drawAxis(drawing, bottom),
    ...lanes.map((track, index) => drawLane(track, index, drawing)),
    hiddenCount > 0 ? text(words.changes.andMore(hiddenCount), more) : '',
    '</svg>',
  ].join('');
};
