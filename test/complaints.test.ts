/** The table of complaints names tests: each of them has to exist. */
import { describe, expect, it } from 'vitest';
import { isThere, rowsOf } from './architecture/named-tests.ts';

const rows = rowsOf('docs/complaints.md');

describe('the table of complaints', () => {
  it('has an answer to each, shown by at least one test', () => {
    expect(rows.length).toBeGreaterThanOrEqual(30);
    expect(rows.filter(([, named]) => named.length === 0)).toEqual([]);
  });

  it.each(rows)('names tests that exist: %s', (_complaint, named) => {
    expect(named.filter((one) => !isThere(one))).toEqual([]);
  });

  it('would be caught naming a test or a file that does not', () => {
    expect(isThere({ file: 'test/complaints.test.ts', words: 'makes coffee' })).toBe(false);
    expect(isThere({ file: 'test/gone.test.ts', words: 'a' })).toBe(false);
    expect(isThere({ file: 'test/complaints.test.ts', words: 'names tests that exist' })).toBe(true);
  });
});
