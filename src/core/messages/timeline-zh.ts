/** Chinese words for timelines and their changes. Pure. */
import type { TrackKind } from '../timeline.ts';
import type { EntryParts, TimelineWords } from '../timeline-words.ts';
import { lengthOf, rangeOf } from './duration-words.ts';

const inBrackets = (details: readonly string[]): string =>
  details.length === 0 ? '' : `（${details.join('，')}）`;
const named = (label: string, { name, details }: EntryParts): string =>
  `${label}${name === null ? '' : `：${name}`}${inBrackets(details)}`;
const ofNames = (names: string | null): string => (names === null ? '' : `：${names}`);
const percentOf = (volume: number | null): string => (volume === null ? '默认' : `${volume}%`);

const pieces: Readonly<Record<TrackKind, string>> = {
  video: '个片段',
  audio: '段声音',
  text: '段文字',
  other: '个元素',
};
const piecesOf = (kind: TrackKind, count: number): string => `${count} ${pieces[kind]}`;

export const timelineWordsZh: TimelineWords = {
  empty: '时间线还是空的。',
  heading: (trackCount) => `时间线（${trackCount} 条轨道）：`,
  kinds: { video: '视频', audio: '背景音乐', text: '标题', other: '特效' },
  entry: (parts) => named(parts.label, parts),
  quoted: (name) => `“${name}”`,
  nameSeparator: '、',
  clips: piecesOf,
  more: (count) => `另外 ${count} 个`,
  noSegments: '空',
  range: (startMs, endMs) => rangeOf(startMs, endMs, '秒'),
  length: (durationMs) => lengthOf(durationMs, '秒'),
  changes: {
    added: (parts) => named(`已添加${parts.label}`, parts),
    removed: ({ label, name }) => `已移除${label}${ofNames(name)}`,
    changed: (subject, what) => `${subject}：${what}`,
    beforeAfter: (before, after) => `${before} → ${after}`,
    volume: (before, after) =>
      before === null ? `音量 ${percentOf(after)}` : `音量 ${percentOf(before)} → ${percentOf(after)}`,
    reordered: '顺序已调整',
    segmentsAdded: (kind, count, names) => `新增 ${piecesOf(kind, count)}${ofNames(names)}`,
    segmentsRemoved: (kind, count, names) => `移除 ${piecesOf(kind, count)}${ofNames(names)}`,
    unnamed: '未命名',
    size: (beforeAfter) => `尺寸 ${beforeAfter}`,
    film: '成片',
    andMore: (count) => `……还有 ${count} 项`,
  },
};
