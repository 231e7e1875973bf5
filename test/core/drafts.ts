/** Drafts for the tests of timelines: a few plain tracks, and drafts of every kind, right and wrong. */
import * as fc from 'fast-check';

export const video = (names: readonly (string | null)[], durationMs = 5000, extra = {}) => ({
  tt: 0,
  sg: names.map((title) => ({ d: durationMs, ...(title !== null && { m: { title } }), ...extra })),
});
export const title = (text: string, extra = {}) => ({
  tt: 7,
  sg: [{ d: 3000, m: { title: text }, ...extra }],
});

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
export const anyDraft: fc.Arbitrary<unknown> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record(
      { d: anyNumber, t: fc.array(anyTrack, { maxLength: 6 }), m: fc.jsonValue() },
      { requiredKeys: [] },
    ),
  },
  { weight: 1, arbitrary: fc.jsonValue() },
);
