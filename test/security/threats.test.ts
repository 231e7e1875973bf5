/** The threat model names tests: each of them has to exist, and each threat has one. */
import { describe, expect, it } from 'vitest';
import { isThere, rowsOf } from '../architecture/named-tests.ts';

const rows = rowsOf('docs/security.md');

describe('the threat model', () => {
  it('has an answer to each threat, shown by at least one test', () => {
    expect(rows.length).toBeGreaterThanOrEqual(25);
    expect(rows.filter(([, named]) => named.length === 0)).toEqual([]);
  });

  it.each(rows)('names tests that exist: %s', (_threat, named) => {
    expect(named.filter((one) => !isThere(one))).toEqual([]);
  });
});
