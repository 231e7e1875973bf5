import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../src/core/canonical-json.ts';
import { escapeForeignText, shortenText } from '../../src/core/foreign-text.ts';
import { timelineWordsEn } from '../../src/core/messages/timeline-en.ts';
import { timelineWordsZh } from '../../src/core/messages/timeline-zh.ts';
import { isExportable, readTimeline, type Timeline } from '../../src/core/timeline.ts';
import { describeChanges } from '../../src/core/timeline-change-words.ts';
import { compareTimelines } from '../../src/core/timeline-changes.ts';
import { describeTimeline } from '../../src/core/timeline-words.ts';

// One seed, so that a failure is a failure for everyone; other seeds are tried by hand.
fc.configureGlobal({ seed: 20_261_122 });

const catalogues = [timelineWordsEn, timelineWordsZh];

const video = (names: readonly (string | null)[], durationMs = 5000, extra = {}) => ({
  tt: 0,
  sg: names.map((title) => ({ d: durationMs, ...(title !== null && { m: { title } }), ...extra })),
});
const music = (volume: number | null, durationMs = 10_000) => ({
  tt: 1,
  sg: [{ d: durationMs, m: { title: 'Lo-fi', ...(volume !== null && { volume }) } }],
});
const title = (text: string, extra = {}) => ({ tt: 7, sg: [{ d: 3000, m: { title: text }, ...extra }] });
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
const seedDraft = { d: 10_000, t: [video(['city timelapse'], 10_000), music(0.35), title('Urban Dreams')] };

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

/** Drafts of the documented keys with values of every kind, right and wrong. */
const anyNumber = fc.oneof(
  fc.integer({ min: 0, max: 20_000 }),
  fc.constantFrom<unknown>(-5, 1e12, Number.NaN, Number.POSITIVE_INFINITY, '3000', '-1', 'x', null, [], {}),
);
const anyName = fc.oneof(
  fc.constantFrom('a', 'b', '@everyone', '**x**', '', 'x'.repeat(500)),
  fc.string({ unit: 'binary' }),
  fc.constant(null),
);
const anySegment = fc.oneof(
  fc.record(
    {
      d: anyNumber,
      m: fc.record({ title: anyName, volume: anyNumber }, { requiredKeys: [] }),
      start: anyNumber,
    },
    { requiredKeys: [] },
  ),
  fc.jsonValue(),
);
const anyTrack = fc.oneof(
  fc.record(
    {
      tt: fc.constantFrom<unknown>(0, 1, 7, 9, '0', null),
      sg: fc.oneof(fc.array(anySegment, { maxLength: 6 }), fc.jsonValue()),
      d: anyNumber,
    },
    { requiredKeys: [] },
  ),
  fc.jsonValue(),
);
const anyDraft: fc.Arbitrary<unknown> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record(
      { d: anyNumber, t: fc.array(anyTrack, { maxLength: 6 }), m: fc.jsonValue() },
      { requiredKeys: [] },
    ),
  },
  { weight: 1, arbitrary: fc.jsonValue() },
);

describe('readTimeline', () => {
  it.each([undefined, null, {}, [], '', 'draft', 7, { t: null }, { t: {} }, { t: [null, 5, 'x'] }])(
    'reads an empty timeline from %j',
    (draft) => {
      expect(readTimeline(draft)).toEqual({ tracks: [], durationMs: 0, width: null, height: null });
    },
  );

  it('reads tracks, names, times, volumes and the size', () => {
    expect(readTimeline({ ...seedDraft, m: { title: 'Film', width: 1080, height: 1920 } })).toEqual({
      tracks: [
        { kind: 'video', segments: [{ name: 'city timelapse', startMs: 0, endMs: 10_000, volume: null }] },
        { kind: 'audio', segments: [{ name: 'Lo-fi', startMs: 0, endMs: 10_000, volume: 35 }] },
        { kind: 'text', segments: [{ name: 'Urban Dreams', startMs: 0, endMs: 3000, volume: null }] },
      ],
      durationMs: 10_000,
      width: 1080,
      height: 1920,
    });
  });

  it("takes a segment's duration from itself, else its track, else the draft", () => {
    const draft = {
      d: 9000,
      t: [
        { tt: 0, d: 4000, sg: [{ d: 2000 }, {}] },
        { tt: 1, sg: [{ d: -1 }] },
      ],
    };
    const [first, second] = readTimeline(draft).tracks;
    expect(first?.segments.map(({ startMs, endMs }) => [startMs, endMs])).toEqual([
      [0, 2000],
      [2000, 6000],
    ]);
    expect(second?.segments.map(({ startMs, endMs }) => [startMs, endMs])).toEqual([[0, 9000]]);
  });

  it('starts a segment where it says, unless that is before the one before it', () => {
    const draft = {
      t: [
        {
          tt: 7,
          sg: [
            { d: 1000, start: 2000 },
            { d: 1000, m: { start: 5000 } },
            { d: 1000, start: 100 },
          ],
        },
      ],
    };
    expect(readTimeline(draft).tracks[0]?.segments.map(({ startMs }) => startMs)).toEqual([2000, 5000, 6000]);
  });

  it('is as long as its longest track where the draft does not say', () => {
    expect(readTimeline({ t: [video(['a', 'b'], 2000), title('x')] }).durationMs).toBe(4000);
  });

  it.each([
    [0.35, 35],
    [1, 100],
    [0, 0],
    [35, 35],
    [250, 100],
    ['0.5', 50],
    [-1, null],
    ['loud', null],
    [null, null],
  ])('reads the volume %j as %j percent', (volume, percent) => {
    expect(readTimeline({ t: [{ tt: 1, sg: [{ volume }] }] }).tracks[0]?.segments[0]?.volume).toBe(percent);
  });

  it.each([
    [{ m: { title: 'a' }, name: 'b' }, 'a'],
    [{ name: ' a\n\tb ' }, 'a b'],
    [{ m: { text: 'words', title: 'id 7' } }, 'words'],
    [{ content: 'words' }, 'words'],
    [{ title: 'https://example.com/a.mp4' }, null],
    [{ title: '\u202e\u0000' }, null],
    [{ title: 5 }, null],
    [{ m: 'title' }, null],
    [{}, null],
  ])('finds in %j the name %j', (segment, name) => {
    expect(readTimeline({ t: [{ tt: 7, sg: [segment] }] }).tracks[0]?.segments[0]?.name).toBe(name);
  });

  it.each([
    ['3000', 3000],
    ['12.5', 13],
    ['1000000', 1_000_000],
    [' 3000', 7000],
    ['3000ms', 7000],
    ['t3000', 7000],
    [-1, 7000],
    [0, 0],
    [true, 7000],
    [Number.POSITIVE_INFINITY, 7000],
    [1e12, 86_400_000],
  ])('reads the duration %j as %j ms, of a draft of 7 s', (d, endMs) => {
    expect(readTimeline({ d: 7000, t: [{ tt: 0, sg: [{ d }] }] }).tracks[0]?.segments[0]?.endMs).toBe(endMs);
  });

  it.each([
    [1, 1],
    [16_384, 16_384],
    ['1080', 1080],
    [1079.6, 1080],
    [0, null],
    [0.5, null],
    [-5, null],
    [16_385, null],
    ['wide', null],
  ])('reads the width %j as %j', (width, read) => {
    expect(readTimeline({ m: { width } })).toMatchObject({ width: read, height: null });
    expect(readTimeline({ height: width })).toMatchObject({ width: null, height: read });
  });

  it('is as long as it says, unless it says nothing or zero', () => {
    const track = video(['a'], 4000);
    expect(readTimeline({ d: 9000, t: [track] }).durationMs).toBe(9000);
    expect(readTimeline({ d: 0, t: [track] }).durationMs).toBe(4000);
    expect(readTimeline({ t: [{ tt: 3, sg: [{ d: 500 }] }, track] }).tracks[0]?.kind).toBe('other');
    expect(readTimeline({ t: [{ sg: [{ d: 500 }] }] }).tracks[0]?.kind).toBe('other');
  });

  it('takes two segments that start together for what they are', () => {
    const draft = {
      t: [
        {
          tt: 7,
          sg: [
            { d: 1000, start: 500 },
            { d: 2000, start: 500 },
          ],
        },
      ],
    };
    expect(readTimeline(draft).tracks[0]?.segments.map(({ startMs }) => startMs)).toEqual([500, 500]);
  });

  it('prefers the words of a title, and the name of anything else', () => {
    const segment = { m: { text: 'words', title: 'name' } };
    const nameOf = (tt: number) => readTimeline({ t: [{ tt, sg: [segment] }] }).tracks[0]?.segments[0]?.name;
    expect(nameOf(7)).toBe('words');
    expect(nameOf(0)).toBe('name');
    const blank = { m: { title: ' ', name: 'second' } };
    expect(readTimeline({ t: [{ tt: 0, sg: [blank] }] }).tracks[0]?.segments[0]?.name).toBe('second');
  });

  it('reads no more than a film can have', () => {
    const draft = {
      t: Array.from({ length: 100_000 }, () => ({
        tt: 0,
        sg: Array.from({ length: 20 }, () => ({ d: 10 })),
      })),
    };
    const { tracks } = readTimeline(draft);
    expect(tracks).toHaveLength(100);
    expect(tracks.flatMap(({ segments }) => segments)).toHaveLength(1000);
  });

  it('survives megabytes of name and nesting of any depth', () => {
    const deep: unknown = JSON.parse(`${'{"m":'.repeat(50_000)}1${'}'.repeat(50_000)}`);
    const { tracks } = readTimeline({
      t: [{ tt: 0, sg: [deep, { m: { title: 'a '.repeat(2_500_000) } }] }],
      m: deep,
    });
    expect(tracks[0]?.segments[1]?.name?.length).toBeLessThanOrEqual(80);
  });

  it('never throws, changes nothing, and gives finite times in their order', () => {
    fc.assert(
      fc.property(anyDraft, (draft) => {
        const copy = structuredClone(draft);
        const { tracks, durationMs } = readTimeline(draft);
        expect(draft).toEqual(copy);
        expect(durationMs).toSatisfy(
          (value: number) => Number.isInteger(value) && value >= 0 && value <= 86_400_000,
        );
        for (const { segments } of tracks) {
          for (const [index, { startMs, endMs, volume }] of segments.entries()) {
            expect(
              [0, segments[index - 1]?.startMs ?? 0, startMs, endMs, 86_400_000].every(
                (time, at, all) => time >= (all[at - 1] ?? 0),
              ),
            ).toBe(true);
            expect(volume === null || (volume >= 0 && volume <= 100)).toBe(true);
          }
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe('isExportable', () => {
  it.each([
    [{}, false],
    [{ t: [] }, false],
    [{ t: [{ tt: 0, sg: [] }] }, false],
    [{ t: [{ tt: 0, sg: [] }, { sg: [{}] }] }, true],
    [seedDraft, true],
  ])('says of %j %j', (draft, answer) => {
    expect(isExportable(readTimeline(draft))).toBe(answer);
  });
});

describe('describeTimeline', () => {
  it('says it as the protocol does', () => {
    expect(describeTimeline(readTimeline(seedDraft), timelineWordsEn)).toBe(
      'Timeline (3 tracks): 1. Video: city timelapse (0-10s) 2. BGM: Lo-fi (0-10s, 35%) 3. Title: "Urban Dreams" (0-3s)',
    );
  });

  it('says it with a track a line', () => {
    expect(
      describeTimeline(readTimeline(seedDraft), timelineWordsEn, { layout: 'lines' }).split('\n'),
    ).toEqual([
      'Timeline (3 tracks):',
      '1. Video: city timelapse (0-10s)',
      '2. BGM: Lo-fi (0-10s, 35%)',
      '3. Title: "Urban Dreams" (0-3s)',
    ]);
  });

  it('says it in Chinese', () => {
    expect(describeTimeline(readTimeline(seedDraft), timelineWordsZh, { layout: 'lines' })).toBe(
      '时间线（3 条轨道）：\n1. 视频：city timelapse（0-10秒）\n2. 背景音乐：Lo-fi（0-10秒，35%）\n3. 标题：“Urban Dreams”（0-3秒）',
    );
  });

  it.each([
    [{ t: [] }, 'The timeline is still empty.'],
    [{ t: [video([null], 2500)] }, 'Timeline (1 track): 1. Video (0-2.5s)'],
    [{ t: [video([null, null], 2500)] }, 'Timeline (1 track): 1. Video: 2 clips (0-5s)'],
    [
      { t: [video(['a', 'b', 'a', 'c', 'd', 'e'], 1000)] },
      'Timeline (1 track): 1. Video: a, b, c, 2 more (0-6s)',
    ],
    [{ t: [{ tt: 0, sg: [] }] }, 'Timeline (1 track): 1. Video (empty)'],
    [{ t: [{ tt: 42, sg: [{ d: 1000 }] }] }, 'Timeline (1 track): 1. Effects (0-1s)'],
    [{ t: [video(['a'], 5000, { volume: 100 })] }, 'Timeline (1 track): 1. Video: a (0-5s)'],
    [{ t: [{ tt: 42, sg: [{ d: 1000, volume: 20 }] }] }, 'Timeline (1 track): 1. Effects (0-1s)'],
    [{ t: [video(['a'], 5000, { volume: 20 })] }, 'Timeline (1 track): 1. Video: a (0-5s, 20%)'],
    [{ t: [video(['a'], 119_900)] }, 'Timeline (1 track): 1. Video: a (0-119.9s)'],
    [{ t: [video(['a'], 125_000)] }, 'Timeline (1 track): 1. Video: a (0:00-2:05)'],
    [{ t: [video(['a'], 3_725_000)] }, 'Timeline (1 track): 1. Video: a (0:00-1:02:05)'],
  ])('says of %j %j', (draft, text) => {
    expect(describeTimeline(readTimeline(draft), timelineWordsEn)).toBe(text);
  });

  it('shows names as letters, without Markdown, mentions and addresses', () => {
    const draft = { t: [title('**b** <@123> @everyone `x` [a](https://example.com)')] };
    expect(describeTimeline(readTimeline(draft), timelineWordsEn)).toBe(
      String.raw`Timeline (1 track): 1. Title: "\*\*b\*\* \<@123> @${'\u200b'}everyone \`x\` \[a\](https:\//example.…" (0-3s)`,
    );
  });

  it('fits a message with any draft, and counts what it leaves out', () => {
    fc.assert(
      fc.property(anyDraft, fc.constantFrom(...catalogues), (draft, words) => {
        const text = describeTimeline(readTimeline(draft), words, { layout: 'lines' });
        expect(text.length).toBeLessThanOrEqual(1500);
        expect(text).not.toContain('undefined');
      }),
    );
    const many = {
      t: Array.from({ length: 90 }, (_, index) => video([`clip number ${index} with a long name`])),
    };
    expect(describeTimeline(readTimeline(many), timelineWordsEn)).toMatch(/ … and \d\d more$/u);
  });
});

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

describe('canonicalJson', () => {
  it('sorts the keys of every object and leaves arrays in their order', () => {
    expect(canonicalJson({ b: [2, 1, { z: null, a: 'x"' }], a: true, c: undefined })).toBe(
      '{"a":true,"b":[2,1,{"a":"x\\"","z":null}]}',
    );
  });

  it('writes null for what JSON does not have', () => {
    expect(canonicalJson(undefined)).toBe('null');
    expect(canonicalJson([Number.NaN, undefined])).toBe('[null,null]');
  });

  it('is one text for equal values and another for others', () => {
    const shuffled = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(shuffled);
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(
        Object.entries(value)
          .toReversed()
          .map(([key, member]) => [key, shuffled(member)]),
      );
    };
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        const text = canonicalJson(value);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(canonicalJson(shuffled(value))).toBe(text);
      }),
    );
  });

  it('goes as deep as a parser does', () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    expect(canonicalJson(JSON.parse(deep))).toBe(deep);
  });
});

describe('foreign text', () => {
  it('is escaped at the beginning of lines too', () => {
    expect(escapeForeignText('# a\n- b\n> c\n+ d')).toBe('\\# a\n\\- b\n\\> c\n\\+ d');
  });

  it('is shortened between letters, never inside of them', () => {
    expect(shortenText('abcdef', 6)).toBe('abcdef');
    expect(shortenText('abcdef', 5)).toBe('abcd…');
    expect(shortenText('ab 👨‍👩‍👧‍👦 c', 8)).toBe('ab…');
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 12 }), (text, lengthMax) => {
        expect(shortenText(text, lengthMax).length).toBeLessThanOrEqual(lengthMax);
        expect(shortenText(text, lengthMax).isWellFormed()).toBe(text.isWellFormed());
      }),
    );
  });
});
