/** The drawing of a timeline: complete, readable, bounded, and safe whatever strangers named their clips. */
import { Resvg } from '@resvg/resvg-js';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { timelineWordsEn } from '../../src/core/messages/timeline-en.ts';
import { timelineWordsZh } from '../../src/core/messages/timeline-zh.ts';
import type { Segment, Timeline, Track } from '../../src/core/timeline.ts';
import { drawTimeline, pictureColors } from '../../src/core/timeline-picture.ts';

const segment = (
  name: string | null,
  startS: number,
  endS: number,
  volume: number | null = null,
): Segment => ({
  name,
  startMs: startS * 1_000,
  endMs: endS * 1_000,
  volume,
});

const timelineOf = (...tracks: readonly Track[]): Timeline => ({
  tracks,
  durationMs: 0,
  width: null,
  height: null,
});

const film = timelineOf(
  { kind: 'video', segments: [segment('city timelapse', 0, 10)] },
  { kind: 'audio', segments: [segment('Lo-fi', 0, 10, 35)] },
  { kind: 'text', segments: [segment('Urban Dreams', 0, 5)] },
);

/** The words of a drawing, in order. */
const wordsOf = (svg: string | null): readonly string[] =>
  [...(svg ?? '').matchAll(/<text[^>]*>([^<]*)<\/text>/gu)].map(([, words = '']) =>
    words.replace(/&#(\d+);/gu, (_, code: string) => String.fromCodePoint(Number(code))),
  );

const drawn = (name: string): readonly string[] =>
  wordsOf(drawTimeline(timelineOf({ kind: 'video', segments: [segment(name, 0, 10)] }), timelineWordsEn));

/** A long title in a short piece, and the next one. */
const titles = (nextAtS: number) =>
  timelineOf(
    { kind: 'video', segments: [segment('beach', 0, 20)] },
    { kind: 'text', segments: [segment('Paradise Found', 0, 3), segment('The End', nextAtS, 20)] },
  );

/** Relative luminance and contrast (WCAG 2.2). */
const luminance = (color: string): number => {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return share <= 0.040_45 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};
const contrast = (one: string, other: string): number => {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
};

describe('the picture of a timeline', () => {
  it('shows each track as a lane with its pieces, over an axis that begins at zero', () => {
    expect(wordsOf(drawTimeline(film, timelineWordsEn))).toEqual([
      '0:00',
      '0:02',
      '0:04',
      '0:06',
      '0:08',
      '0:10',
      'Video',
      'city timelapse',
      'BGM',
      'Lo-fi 35%',
      'Title',
      '"Urban Dreams"',
    ]);
  });

  it('speaks Chinese', () => {
    expect(wordsOf(drawTimeline(film, timelineWordsZh))).toEqual(
      expect.arrayContaining(['视频', '背景音乐', '标题']),
    );
  });

  it('is not drawn where there is nothing to see', () => {
    expect(drawTimeline(timelineOf(), timelineWordsEn)).toBeNull();
    expect(drawTimeline(timelineOf({ kind: 'video', segments: [] }), timelineWordsEn)).toBeNull();
    expect(
      drawTimeline(timelineOf({ kind: 'text', segments: [segment('x', 0, 0)] }), timelineWordsEn),
    ).toBeNull();
  });

  it('says of an empty track that it is empty', () => {
    const withEmpty = timelineOf(...film.tracks, { kind: 'other', segments: [] });
    expect(wordsOf(drawTimeline(withEmpty, timelineWordsEn)).slice(-2)).toEqual(['Effects', 'empty']);
  });

  it('leaves out what its font cannot show, and a name of which nothing is left', () => {
    expect(drawn('Sunset ✨🌅 in Łódź')).toContain('Sunset in Łódź');
    expect(drawn('한국어')).not.toContain('한국어');
    expect(drawn('🎉').slice(-1)).toEqual(['Video']);
  });

  it('shortens a name to its bar and shows none in a bar that is too short for words', () => {
    const clips = timelineOf({
      kind: 'video',
      segments: [segment('a'.repeat(80), 0, 9), segment('bird', 9, 9.2)],
    });
    const shown = wordsOf(drawTimeline(clips, timelineWordsEn));
    expect(shown.at(-1)).toMatch(/^a{10,40}…$/u);
  });

  it('puts a name that is too long for its short piece behind it, where there is room up to the next piece', () => {
    expect(wordsOf(drawTimeline(titles(17), timelineWordsEn))).toContain('"Paradise Found"');
    expect(wordsOf(drawTimeline(titles(4), timelineWordsEn))).not.toContain('"Paradise Found"');
  });

  it.each([0.4, 1, 9, 59, 61, 119, 600, 3_599, 36_000, 86_400])(
    'gives a film of %d s between one and nine times, none over another',
    (seconds) => {
      const svg = drawTimeline(
        timelineOf({ kind: 'video', segments: [segment(null, 0, seconds)] }),
        timelineWordsEn,
      );
      const times = [...(svg ?? '').matchAll(/<text x="([\d.]+)" y="40"/gu)].map(([, x]) => Number(x));
      expect(times.length).toBeGreaterThanOrEqual(1);
      expect(times.length).toBeLessThanOrEqual(9);
      const gaps = times.slice(1).map((x, index) => x - (times[index] ?? 0));
      expect(Math.min(...gaps, 999)).toBeGreaterThan(60);
    },
  );

  it('is bounded: eight lanes, forty pieces a lane, the rest counted', () => {
    const long: Track = {
      kind: 'video',
      segments: Array.from({ length: 900 }, (_, index) => segment(`clip ${index}`, index, index + 1)),
    };
    const svg = drawTimeline(timelineOf(...Array.from({ length: 100 }, () => long)), timelineWordsEn) ?? '';
    expect(svg.match(/<svg /gu)).toHaveLength(1 + 8 * 41);
    expect(wordsOf(svg)).toEqual(expect.arrayContaining(['860 more', '… and 92 more']));
    expect(svg.length).toBeLessThan(100_000);
  });

  it('stays a sound document that refers to nothing outside, whatever the names are', () => {
    const name = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 80 }),
      fc.constantFrom(
        '</text><script>x</script>',
        ']]>',
        '&amp;',
        '"/><image href="https://example.com/"/>',
        '\uffff\u0000',
      ),
    );
    const track = fc.record({
      kind: fc.constantFrom('video' as const, 'audio' as const, 'text' as const, 'other' as const),
      segments: fc.array(
        fc.record({
          name: fc.option(name),
          startMs: fc.integer({ min: 0, max: 86_400_000 }),
          endMs: fc.integer({ min: 0, max: 86_400_000 }),
          volume: fc.option(fc.integer({ min: 0, max: 100 })),
        }),
        { maxLength: 6 },
      ),
    });
    fc.assert(
      fc.property(fc.array(track, { maxLength: 4 }), (tracks) => {
        const svg = drawTimeline(timelineOf(...tracks), timelineWordsEn);
        if (svg === null) return;
        expect(() => new Resvg(svg, { font: { loadSystemFonts: false } })).not.toThrow();
        expect(svg.replace(/>[^<>]*</gu, '><')).not.toMatch(/NaN|Infinity|href|script|image|="-|url\(/u);
      }),
      { numRuns: 300, seed: 20_261_122 },
    );
  });

  it('contrasts: words with their ground as WCAG asks of text, bars with the card as it asks of graphics', () => {
    const { card, axis, label, bars, barText } = pictureColors;
    const ofText = [axis, label, ...Object.values(bars)].map((color) => contrast(color, card));
    const inBars = Object.values(bars).map((color) => contrast(color, barText));
    expect(Math.min(...ofText, ...inBars)).toBeGreaterThanOrEqual(4.5);
  });
});
