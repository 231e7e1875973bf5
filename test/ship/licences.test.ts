/** What the bot is made of may be used by everybody: the licences of the lock file, and docs/licences.md, which lists them. */
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

const root = new URL('../../', import.meta.url);
const read = (path: string): Promise<string> => readFile(new URL(path, root), 'utf8');

const lockShape = z.object({
  packages: z.record(
    z.string(),
    z.object({
      license: z.string().optional(),
      dev: z.boolean().optional(),
      devOptional: z.boolean().optional(),
    }),
  ),
});

/** They ask for nothing but their own text. */
const permissive = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'ISC',
  'MIT',
  'OFL-1.1',
  'WTFPL',
]);

/** In the bot, unmodified and loaded as packages of their own, which is all that their licences ask for. */
const inTheBot = new Map([
  ['libheif-js', 'LGPL-3.0'],
  ['@resvg/resvg-js', 'MPL-2.0'],
]);

/** Only in development and in the playground: nothing of theirs is in what an operator runs. */
const inDevelopment = new Set([
  'LGPL-3.0-or-later',
  'LGPL-2.1',
  'GPLv3',
  'MPL-2.0',
  'CC-BY-3.0',
  'CC-BY-4.0',
  'CC BY-SA 4.0',
]);

const nameOf = (path: string): string =>
  path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);

/** "(MIT OR CC0-1.0)" offers a choice, "MIT AND OFL-1.1" asks for both. */
const isAllowed = (licence: string, allowed: ReadonlySet<string>): boolean =>
  licence
    .replaceAll(/[()]/gu, '')
    .split(' OR ')
    .some((choice) => choice.split(' AND ').every((one) => allowed.has(one)));

const lock = lockShape.parse(JSON.parse(await read('package-lock.json')));
const packages = Object.entries(lock.packages)
  .filter(([path]) => path !== '')
  .map(([path, { license = 'none', dev = false, devOptional = false }]) => ({
    name: nameOf(path),
    licence: license,
    isInTheBot: !dev && !devOptional,
  }));

/** One package of many platforms is one line of the list. */
const familyOf = (name: string): string => (name.startsWith('@resvg/resvg-js-') ? '@resvg/resvg-js' : name);

describe('the licence', () => {
  it('of every package in the bot is permissive, or one of the named exceptions', () => {
    const others = packages.filter(
      ({ name, licence, isInTheBot }) =>
        isInTheBot && !isAllowed(licence, permissive) && inTheBot.get(familyOf(name)) !== licence,
    );
    expect(others).toEqual([]);
  });

  it('of every package for development is one that may be used so', () => {
    const known = new Set([...permissive, ...inDevelopment]);
    const others = packages.filter(
      // A build for one platform names its licence by an address; the others of its family name the same one.
      ({ name, licence }) =>
        !isAllowed(licence, known) && !name.startsWith('@ffmpeg-installer/') && !inTheBot.has(name),
    );
    expect(others).toEqual([]);
  });

  it('of each package in the bot is listed', async () => {
    const listed = [...(await read('docs/licences.md')).matchAll(/^\| `([^`]+)` \| ([^|]+) \|/gmu)].map(
      ([, name, licence]) => `${name} ${licence?.trim()}`,
    );
    const there = packages
      .filter(({ isInTheBot }) => isInTheBot)
      .map(({ name, licence }) => `${familyOf(name)} ${licence}`);
    expect(listed).toEqual([...new Set(there)].toSorted());
  });
});
