/** The table of complaints names tests: each of them has to exist. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const root = new URL('../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');

type Named = { readonly file: string; readonly words: string };

/** The last cell of each row: files in backticks, each with the words of some tests in quotes. */
const namedIn = (row: string): readonly Named[] => {
  const cell = row.split('|').at(-2) ?? '';
  return cell.split(';').flatMap((part) => {
    const file = /`([^`]+)`/u.exec(part)?.[1] ?? '';
    return [...part.matchAll(/"([^"]+)"/gu)].map(([, words = '']) => ({ file, words }));
  });
};

/** Names of tests and groups, as they stand in the source. */
const namesIn = (source: string): readonly string[] =>
  [...source.matchAll(/\b(?:it|test|describe)(?:\.\w+\([\s\S]{0,4000}?\))?\(\s*(['"`])(.+?)\1,/gu)].map(
    ([, , name = '']) => name,
  );

const isThere = ({ file, words }: Named): boolean =>
  existsSync(new URL(file, root)) && namesIn(read(file)).some((name) => name.includes(words));

const rows = read('docs/complaints.md')
  .split('\n')
  .filter((line) => line.startsWith('| '))
  .slice(2)
  .map((row) => [row.split('|')[1]?.trim() ?? '', namedIn(row)] as const);

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
