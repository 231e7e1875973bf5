/** A draft as we read it, and in words. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { timelineWordsEn } from '../../src/core/messages/timeline-en.ts';
import { timelineWordsZh } from '../../src/core/messages/timeline-zh.ts';
import { isExportable, readTimeline, readTitle } from '../../src/core/timeline.ts';
import { describeTimeline } from '../../src/core/timeline-words.ts';
import { anyDraft, title, video } from './drafts.ts';

// One seed, so that a failure is a failure for everyone; other seeds are tried by hand.
fc.configureGlobal({ seed: 20_261_122 });

const catalogues = [timelineWordsEn, timelineWordsZh];

const seedDraft = {
  d: 10_000,
  t: [
    video(['city timelapse'], 10_000),
    { tt: 1, sg: [{ d: 10_000, m: { title: 'Lo-fi', volume: 0.35 } }] },
    title('Urban Dreams'),
  ],
};

describe('readTitle', () => {
  it.each([
    [{ m: { title: ' Urban\nDreams ' } }, 'Urban Dreams'],
    [{ title: 'Urban Dreams' }, 'Urban Dreams'],
    [{ m: { title: 'https://cdn.example.com/a.mp4' } }, null],
    [{ m: { title: 7 } }, null],
    [seedDraft, null],
    [null, null],
  ])('reads of %j the title %j', (draft, name) => {
    expect(readTitle(draft)).toBe(name);
  });
});

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
