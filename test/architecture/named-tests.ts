/** Tables in guides whose last column names tests: which they are, and whether they exist. */
import { existsSync, readFileSync } from 'node:fs';

const root = new URL('../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');

export type Named = { readonly file: string; readonly words: string };

/** The last cell of a row: files in backticks, each with the words of some tests in quotes. */
const namedIn = (row: string): readonly Named[] => {
  const cell = row.split('|').at(-2) ?? '';
  return cell.split(';').flatMap((part) => {
    const file = /`([^`]+)`/u.exec(part)?.[1] ?? '';
    return [...part.matchAll(/"([^"]+)"/gu)].map(([, words = '']) => ({ file, words }));
  });
};

/** Names of tests and groups, as they stand in the source. */
const namesIn = (source: string): readonly string[] =>
  [
    ...source.matchAll(
      /\b(?:it|test|describe)(?:\.\w+(?:<[^()]{0,200}>)?\([\s\S]{0,4000}?\))?\(\s*(['"`])(.+?)\1,/gu,
    ),
  ].map(([, , name = '']) => name);

/** Whether a test of that file has these words in its name. */
export const isThere = ({ file, words }: Named): boolean =>
  existsSync(new URL(file, root)) && namesIn(read(file)).some((name) => name.includes(words));

/** The rows of all tables of a guide, heads left out: the first cell, and the tests that the last one names. */
export const rowsOf = (guide: string): readonly (readonly [string, readonly Named[]])[] => {
  const lines = read(guide).split('\n');
  const isHead = (_line: string, at: number): boolean => lines[at + 1]?.startsWith('| ---') ?? false;
  return lines
    .filter((line, at) => line.startsWith('| ') && !line.startsWith('| ---') && !isHead(line, at))
    .map((row) => [row.split('|')[1]?.trim() ?? '', namedIn(row)] as const);
};
