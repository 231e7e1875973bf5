/** What the file of a finished video is called. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { filmNameOf } from '../../src/core/film-name.ts';

describe('the name of a film', () => {
  it.each([
    ['Urban Dreams', 'Urban-Dreams.mp4'],
    ["Maya's trip: day 2", 'Mayas-trip-day-2.mp4'],
    ['  ../../etc/passwd\u0000', 'etc-passwd.mp4'],
    ['🎬 Café 🎬', 'Café.mp4'],
    ['harbour.jpg', 'harbour.mp4'],
    ['东京 2024', '东京-2024.mp4'],
    ['城市夜景', 'video_城市夜景.mp4'],
    ['🎬🎬', 'video.mp4'],
    ['', 'video.mp4'],
    [null, 'video.mp4'],
    [
      'turn my photos into a short video with smooth transitions and background music',
      'turn-my-photos-into-a-short-video-with-smooth.mp4',
    ],
    ['海'.repeat(70), `video_${'海'.repeat(48)}.mp4`],
  ])('for %j is %s', (title, name) => {
    expect(filmNameOf(title)).toBe(name);
  });

  it('is short, of letters, digits and dashes, and has something in ASCII before its end, whatever the title', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (title) => {
        const name = filmNameOf(title);
        expect(name.length).toBeLessThanOrEqual(60);
        expect(name.isWellFormed()).toBe(true);
        expect(name).toMatch(/^(?=.*[a-z0-9].*\.mp4$)[\p{L}\p{M}\p{N}][\p{L}\p{M}\p{N}_-]*\.mp4$/iu);
      }),
    );
  });
});
