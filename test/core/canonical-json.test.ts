/** One text for equal values. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../src/core/canonical-json.ts';

// One seed, so that a failure is a failure for everyone; other seeds are tried by hand.
fc.configureGlobal({ seed: 20_261_122 });

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
