/** The tables of what the stand-ins keep to name tests: each of them has to exist. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const root = new URL('../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');

/** The cells of the last column of the first table whose head ends in "test". */
function testColumn(guide: string): string[] {
  const lines = guide.split('\n');
  const head = lines.findIndex((line) => /\|\s*test\s*\|$/u.test(line));
  const rows = lines.slice(head + 2);
  const end = rows.findIndex((line) => !line.startsWith('|'));
  return rows.slice(0, end).map((row) => row.split('|').at(-2)?.trim() ?? '');
}

/** Names of the groups of tests in one file. */
const groupsIn = (source: string): string[] =>
  [...source.matchAll(/^\s*describe\('(.+)',/gmu)].map(([, name]) => name ?? '');

/** "gateway: login; threads: rights, a DM" → what of it does not exist. A file alone means all of it. */
function missingIn(cell: string, folder: string): string[] {
  const files = readdirSync(new URL(folder, root));
  return cell.split(';').flatMap((part) => {
    const [file = '', names] = part.split(':').map((word) => word.trim());
    if (!files.includes(`${file}.test.ts`)) return [`${file}.test.ts`];
    if (names === undefined) return [];
    const groups = groupsIn(read(`${folder}${file}.test.ts`));
    const wanted = names.split(',').map((name) => name.trim());
    return wanted
      .filter((name) => !groups.some((group) => group.includes(name)))
      .map((name) => `${file}: ${name}`);
  });
}

describe.each(['discord', 'nemo'])('the guide to the %s stand-in', (name) => {
  const cells = testColumn(read(`playground/${name}/README.md`));
  const folder = `test/playground/${name}/`;

  it('has a table of rules', () => {
    expect(cells.length).toBeGreaterThan(10);
  });

  it.each(cells)('names tests that exist: %s', (cell) => {
    expect(missingIn(cell, folder)).toEqual([]);
  });

  it('would be caught naming a test that does not', () => {
    expect(missingIn('nothing; scenarios: nothing', folder)).toContain('nothing.test.ts');
    expect(missingIn(`${cells[0]}, nothing at all`, folder)).not.toEqual([]);
  });
});
