// The draft keeps its promises through any chain of edits.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  applyEdit,
  audioSegment,
  composeDraft,
  draftHash,
  textTracks,
  videoSegments,
} from '../../../playground/nemo/draft.ts';
import type { Edit } from '../../../playground/nemo/instruction.ts';

// One seed, so that a failure is a failure for everyone; other seeds are tried by hand.
fc.configureGlobal({ seed: 20_261_122 });

const materials = ['beach', 'lake', 'city'].map((name) => ({
  id: name,
  filename: `${name}.jpg`,
  url: `http://cdn/${name}.jpg`,
  hash: name,
}));
const wishes = { materials, language: 'en', ratio: '16:9', durationMs: 10_000, title: 'Holiday' } as const;

const anyEdit: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({ kind: fc.constant('set title' as const), text: fc.string({ minLength: 1, maxLength: 20 }) }),
  fc.constant<Edit>({ kind: 'remove title' }),
  fc.record({
    kind: fc.constant('set music' as const),
    name: fc.constant(null),
    volume: fc.double({ min: 0, max: 1, noNaN: true }),
  }),
  fc.constant<Edit>({ kind: 'remove music' }),
  fc.record({ kind: fc.constant('change volume' as const), factor: fc.constantFrom(0.5, 1.5) }),
  fc.record({ kind: fc.constant('set length' as const), durationMs: fc.integer({ min: 0, max: 200_000 }) }),
  fc.record({ kind: fc.constant('scale length' as const), factor: fc.constantFrom(0.7, 1.4) }),
  fc.constant<Edit>({ kind: 'add captions' }),
  fc.constant<Edit>({ kind: 'set caption', text: 'hello world' }),
  fc.constant<Edit>({ kind: 'remove captions' }),
  fc.constant<Edit>({ kind: 'add pictures' }),
  fc.record({
    kind: fc.constant('remove picture' as const),
    place: fc.constantFrom(0, 1, 7, 'last' as const),
  }),
  fc.constant<Edit>({ kind: 'reverse pictures' }),
  fc.record({ kind: fc.constant('move to front' as const), place: fc.constantFrom(0, 2, 'last' as const) }),
  fc.record({
    kind: fc.constant('set ratio' as const),
    ratio: fc.constantFrom('16:9' as const, '9:16' as const, '1:1' as const),
  }),
);

describe('a draft', () => {
  test('adds its pictures up to exactly its length, in whole frames, after any edits', () => {
    fc.assert(
      fc.property(fc.array(anyEdit, { maxLength: 12 }), (edits) => {
        const draft = edits.reduce(
          (current, edit) => applyEdit(current, edit, materials),
          composeDraft(wishes),
        );
        const pictures = videoSegments(draft);
        expect(pictures.length).toBeGreaterThan(0);
        expect(pictures.reduce((sum, segment) => sum + segment.d, 0)).toBe(draft.d);
        expect(Math.abs((draft.d * 30) / 1000 - Math.round((draft.d * 30) / 1000))).toBeLessThan(0.02);
        expect(draft.d).toBeGreaterThanOrEqual(2000);
        expect(draft.d).toBeLessThanOrEqual(60_000);
        expect(audioSegment(draft)?.d ?? draft.d).toBe(draft.d);
        expect(pictures.map((segment) => segment.tr === null)).toEqual(
          pictures.map((_, index) => index === 0),
        );
        for (const track of textTracks(draft))
          expect(track.sg.reduce((sum, segment) => sum + segment.d, 0)).toBeLessThanOrEqual(draft.d);
      }),
      { numRuns: 150 },
    );
  });

  test('replaces a title instead of stacking a second one on it', () => {
    const once = applyEdit(composeDraft(wishes), { kind: 'set title', text: 'One' }, materials);
    const twice = applyEdit(once, { kind: 'set title', text: 'Two' }, materials);
    expect(textTracks(twice).map((track) => track.sg.map((segment) => segment.m.title))).toEqual([['Two']]);
  });

  test('captions pictures by names that tell something, and counts the others', () => {
    const named = ['sunny_beach.jpg', 'IMG_2034.JPG', 'image.png'].map((filename) => ({
      id: filename,
      filename,
      url: '',
      hash: '',
    }));
    const captionsIn = (language: string): string[] =>
      textTracks(
        applyEdit(composeDraft({ ...wishes, materials: named, language }), { kind: 'add captions' }, named),
      ).flatMap((track) => track.sg.map((segment) => segment.m.title));
    expect(captionsIn('en')).toEqual(['sunny beach', 'Moment 2', 'Moment 3']);
    expect(captionsIn('zh-CN')).toEqual(['sunny beach', '画面 2', '画面 3']);
  });

  test('adds only pictures that it does not show yet', () => {
    const draft = composeDraft({ ...wishes, materials: materials.slice(0, 2), durationMs: 6000 });
    const grown = applyEdit(draft, { kind: 'add pictures' }, materials);
    expect(videoSegments(grown).map((segment) => segment.src.asset)).toEqual(['beach', 'lake', 'city']);
    expect(grown.d).toBe(9000);
    expect(applyEdit(grown, { kind: 'add pictures' }, materials)).toBe(grown);
  });

  test('has the same hash in whatever order its keys come, and another when a value differs', () => {
    const draft = composeDraft(wishes);
    const shuffled: unknown = JSON.parse(
      JSON.stringify(Object.fromEntries(Object.entries(draft).toReversed())),
    );
    expect(draftHash(shuffled)).toBe(draftHash(draft));
    expect(draftHash({ ...draft, d: draft.d + 1 })).not.toBe(draftHash(draft));
  });
});
