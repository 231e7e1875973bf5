/** What is different between two timelines, and how it is said. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../src/core/canonical-json.ts';
import { timelineWordsEn } from '../../src/core/messages/timeline-en.ts';
import { timelineWordsZh } from '../../src/core/messages/timeline-zh.ts';
import { readTimeline, type Timeline } from '../../src/core/timeline.ts';
import { describeChanges } from '../../src/core/timeline-change-words.ts';
import { compareTimelines } from '../../src/core/timeline-changes.ts';
import { describeTimeline } from '../../src/core/timeline-words.ts';
import { anyDraft, title, video } from './drafts.ts';

// One seed, so that a failure is a failure for everyone; other seeds are tried by hand.
fc.configureGlobal({ seed: 20_261_122 });

const catalogues = [timelineWordsEn, timelineWordsZh];

const music = (volume: number | null, durationMs = 10_000) => ({
  tt: 1,
  sg: [{ d: durationMs, m: { title: 'Lo-fi', ...(volume !== null && { volume }) } }],
});
const captions = (secondStart: number) => ({
  t: [
    {
      tt: 7,
      sg: [
        { d: 1000, text: 'a' },
        { d: 1000, text: 'b', start: secondStart },
        { d: 1000, text: 'c', start: 9000 },
      ],
    },
  ],
});
const captionOf = ([start, d]: readonly (number | undefined)[]) => ({
  t: [
    {
      tt: 7,
      sg: [
        { text: 'zero', d: 100, start: 0 },
        { text: 'a', d, start },
        { text: 'b', d: 500, start: 9000 },
      ],
    },
  ],
});
const songs = (...volumes: readonly number[]) => ({
  t: [{ tt: 1, sg: volumes.map((volume, index) => ({ d: 1000, m: { title: `song ${index}`, volume } })) }],
});
const cut = (start: number, d: number) => ({ t: [{ tt: 1, sg: [{ d, start, name: 'song' }] }] });

const told = (before: object, after: object, words = timelineWordsEn): string =>
  describeChanges(compareTimelines(readTimeline(before), readTimeline(after)), words);

/** Everything that a comparison looks at but the size; empty tracks say nothing. */
const contents = ({ tracks, durationMs }: Timeline): string =>
  canonicalJson([
    tracks
      .filter(({ segments }) => segments.length > 0)
      .map(canonicalJson)
      .sort(),
    durationMs,
  ]);

describe('compareTimelines and describeChanges', () => {
  const [plain, longer] = [
    { t: [video(['a'], 10_000), music(0.35)] },
    { t: [video(['a'], 8000), music(0.35)] },
  ];

  it.each([
    [
      'a new title',
      plain,
      { t: [...plain.t, title('Paradise Found')] },
      '✅ Title added: "Paradise Found" (0-3s)',
    ],
    ['a removed track', plain, { t: [video(['a'], 10_000)] }, '✅ BGM removed: Lo-fi'],
    ['a volume', plain, { t: [video(['a'], 10_000), music(0.2)] }, '✅ BGM: volume 35% → 20%'],
    ['a volume that was not said', { t: [music(null)] }, { t: [music(0.2)] }, '✅ BGM: volume 20%'],
    [
      'a volume that is said no more',
      { t: [music(0.2)] },
      { t: [music(null)] },
      '✅ BGM: volume 20% → default',
    ],
    ['a length', plain, longer, '✅ Video: 10s → 8s'],
    ['another name', { t: [title('A')] }, { t: [title('B')] }, '✅ Title: "A" → "B"'],
    ['a first name', { t: [video([null])] }, { t: [video(['a'])] }, '✅ Video: unnamed → a'],
    ['another place', { t: [title('A')] }, { t: [title('A', { start: 2000 })] }, '✅ Title "A": 0-3s → 2-5s'],
    ['another order', { t: [video(['a', 'b'])] }, { t: [video(['b', 'a'])] }, '✅ Video: new order'],
    [
      'new clips',
      { t: [video(['a'])] },
      { t: [video(['a', 'b', 'c'])] },
      '✅ Video: 2 clips added: b, c\n✅ Video: 5s → 15s',
    ],
    [
      'a removed clip',
      { t: [video(['a', 'b'])] },
      { t: [video(['b'])] },
      '✅ Video: 1 clip removed: a\n✅ Video: 10s → 5s',
    ],
    ['an exchanged clip', { t: [video(['a', 'b'])] }, { t: [video(['a', 'c'])] }, '✅ Video: b → c'],
    [
      'another size',
      { t: plain.t, m: { width: 1920, height: 1080 } },
      { t: plain.t, m: { width: 1080, height: 1920 } },
      '✅ Film: size 1920×1080 → 1080×1920',
    ],
    ['another length of the film alone', { ...plain, d: 9000 }, { ...plain, d: 8000 }, '✅ Film: 9s → 8s'],
    ['the first cut', {}, plain, '✅ Video added: a (0-10s)\n✅ BGM added: Lo-fi (0-10s, 35%)'],
    ['tracks in another order', plain, { t: plain.t.toReversed() }, ''],
    ['keys that nobody reads', plain, { ...plain, x: 1 }, ''],
  ])('tells %s', (_name, before, after, text) => {
    expect(told(before, after)).toBe(text);
  });

  const sized = (width: number | null, height: number | null) => ({
    t: plain.t,
    m: { ...(width !== null && { width }), ...(height !== null && { height }) },
  });

  it.each([
    [sized(null, null), sized(1080, 1920)],
    [sized(1080, 1920), sized(null, null)],
    [sized(1080, null), sized(1080, 1920)],
    [sized(null, 1920), sized(1080, 1920)],
    [sized(1080, 1920), sized(1080, 1920)],
  ])('takes a size that is told in %#. only once for no change', (before, after) => {
    expect(told(before, after)).toBe('');
  });

  it('ignores empty tracks on either side', () => {
    const empty = { tt: 7, sg: [] };
    expect(told({ t: [empty] }, { t: [empty, video(['a'], 2000)] })).toBe('✅ Video added: a (0-2s)');
    expect(told({ t: [empty, video(['a'], 2000)] }, { t: [] })).toBe('✅ Video removed: a');
  });

  it.each([
    ['the end of one clip', [0, 1000], [0, 1500], '✅ Title "a": 1s → 1.5s'],
    ['the start of one clip', [0, 2000], [1000, 1000], '✅ Title "a": 0-2s → 1-2s'],
  ])('tells %s among others', (_name, before, after, text) => {
    expect(told(captionOf(before), captionOf(after))).toBe(text);
  });

  it('tells of one clip the volume, when the others keep theirs', () => {
    expect(told(songs(0.5, 0.5), songs(0.5, 0.2))).toBe('✅ BGM song 1: volume 50% → 20%');
    expect(told(songs(0.5, 0.2), songs(0.5, 0.5))).toBe('✅ BGM song 1: volume 20% → 50%');
    expect(told(songs(0.5, 0.5), songs(0.2, 0.2))).toBe('✅ BGM: volume 50% → 20%');
    expect(describeTimeline(readTimeline(songs(0.5, 0.2)), timelineWordsEn)).not.toContain('%');
  });

  it('tells the length of what was cut at its end, and the place of what was cut at its start', () => {
    expect(told(cut(2000, 8000), cut(2000, 3000))).toBe('✅ BGM: 8s → 3s');
    expect(told(cut(0, 8000), cut(2000, 6000))).toBe('✅ BGM: 0-8s → 2-8s');
  });

  it('counts clips of one name, and tells how many of them went', () => {
    expect(told({ t: [video(['a', 'a', 'a'])] }, { t: [video(['a'])] })).toBe(
      '✅ Video: 2 clips removed: a\n✅ Video: 15s → 5s',
    );
    expect(told({ t: [video(['a', 'b', 'c'])] }, { t: [video(['b', 'a', 'c'])] })).toBe(
      '✅ Video: new order',
    );
  });

  it('matches tracks of one kind by the names in them', () => {
    const [first, second] = [title('A'), title('B')];
    expect(told({ t: [first, second] }, { t: [title('B', { start: 1000 }), first] })).toBe(
      '✅ Title "B": 0-3s → 1-4s',
    );
  });

  it('tells one clip that moved among others by its name', () => {
    expect(told(captions(2000), captions(4000))).toBe('✅ Title "b": 2-3s → 4-5s');
  });

  it('tells it in Chinese', () => {
    expect(told(plain, { t: [video(['a'], 8000), music(0.2), title('海边')] }, timelineWordsZh)).toBe(
      '✅ 已添加标题：“海边”（0-3秒）\n✅ 视频：10秒 → 8秒\n✅ 背景音乐：音量 35% → 20%',
    );
  });

  it('tells a few of many changes and counts the others', () => {
    const many = { t: Array.from({ length: 12 }, (_, index) => video([`clip ${index}`])) };
    const lines = told({}, many).split('\n');
    expect(lines).toHaveLength(8);
    expect(lines.at(-1)).toBe('… and 5 more');
    expect(told({}, { t: many.t.slice(0, 8) }).split('\n')).toHaveLength(8);
  });

  it('finds no change exactly between timelines that say the same', () => {
    fc.assert(
      fc.property(anyDraft, anyDraft, (one, other) => {
        const [before, after] = [readTimeline(one), readTimeline(other)];
        expect(compareTimelines(before, readTimeline(structuredClone(one)))).toEqual([]);
        expect(compareTimelines(before, after).length > 0 || contents(before) === contents(after)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it('has words for every change of any draft, and few of them', () => {
    fc.assert(
      fc.property(anyDraft, anyDraft, fc.constantFrom(...catalogues), (one, other, words) => {
        const changes = compareTimelines(readTimeline(one), readTimeline(other));
        const text = describeChanges(changes, words);
        expect(text === '').toBe(changes.length === 0);
        expect(text.split('\n').length).toBeLessThanOrEqual(8);
        expect(text).not.toMatch(/undefined|NaN|null/u);
      }),
      { numRuns: 1000 },
    );
  });
});
