/** The shape of the repository: who may know whom, and guides that name only what exists. Each rule is tested with a wrong example. */
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { classifyRefusal, type ProblemKind, type RefusedCall } from '../src/core/problems.ts';
import { forbiddenIn, linksIn, pathsIn, scriptsIn } from './architecture/guides.ts';
import { isInRepository, listRepositoryFiles, readRepositoryFile } from './architecture/repository.ts';
import { loggerFiles, rules } from './architecture/rules.ts';
import { readSource } from './architecture/source.ts';

const repositoryFiles = listRepositoryFiles();

const sources = repositoryFiles
  .filter((path) => /^(src|playground|test|bench)\/.*\.ts$|^[^/]+\.ts$/u.test(path))
  .map((path) => readSource(path, readRepositoryFile(path)));

const { scripts, optionalDependencies } = z
  .object({
    scripts: z.record(z.string(), z.string()),
    optionalDependencies: z.record(z.string(), z.string()),
  })
  .parse(JSON.parse(readRepositoryFile('package.json')));

type RuleName = keyof typeof rules;

const complaintsAbout = (name: RuleName, path: string, text: string): readonly string[] =>
  rules[name](readSource(path, text));

const longFile = `/** Long. */\n${'export {};\n'.repeat(401)}`;

const wrong: readonly (readonly [RuleName, string, string])[] = [
  ['rooms', 'src/core/turn.ts', `import type { Chat } from '../ports/chat.ts';`],
  ['rooms', 'src/ports/chat.ts', `import type { Intake } from '../relay/intake.ts';`],
  ['rooms', 'src/relay/intake.ts', `export type A = import('../discord/client.ts').Client;`],
  ['rooms', 'src/nemo/http.ts', `export const late = () => import('../sessions/store.ts');`],
  ['rooms', 'src/discord/client.ts', `export { readConfig } from '../config.ts';`],
  ['rooms', 'src/config.ts', `import './relay/intake.ts';`],
  ['rooms', 'src/telegram/client.ts', ''],
  ['portsAreTypes', 'src/ports/chat.ts', `import { localeOf } from '../core/locale.ts';`],
  ['coreIsPure', 'src/core/turn.ts', `import { z } from 'zod';`],
  ['coreIsPure', 'src/core/turn.ts', `import { join } from 'node:path';`],
  ['coreIsPure', 'src/core/turn.ts', 'export const f = async () => {};'],
  ['coreIsPure', 'src/core/turn.ts', 'export const g = (p: Promise<void>) => p;'],
  ['coreIsPure', 'src/core/turn.ts', 'export const now = () => new Date();'],
  ['coreIsPure', 'src/core/turn.ts', 'export const dice = () => Math.random();'],
  ['coreIsPure', 'src/core/turn.ts', 'setTimeout(() => {}, 1);'],
  ['coreIsPure', 'src/core/turn.ts', `export const v = globalThis['process'];`],
  ['packages', 'src/relay/intake.ts', `import { Client } from 'discord.js';`],
  ['packages', 'src/nemo/accounts.ts', `import Keyv from 'keyv';`],
  ['packages', 'src/discord/client.ts', `import { DatabaseSync } from 'node:sqlite';`],
  ['packages', 'src/relay/intake.ts', `import { request } from 'undici';`],
  ['packages', 'src/commands/make.ts', `const lazy = await import('@keyv/postgres');`],
  ['packages', 'src/relay/delivery.ts', `const { render } = await import('@resvg/resvg-js');`],
  ['packages', 'src/relay/publisher.ts', `import { Counter } from 'prom-client';`],
  ['packages', 'src/config.ts', `import { env } from 'node:process';`],
  ['quickStart', 'src/nemo/http.ts', `import { Agent } from 'undici';`],
  ['quickStart', 'src/nemo/http.ts', `import { type Client } from 'undici';`],
  ['globals', 'src/discord/outbound.ts', `await fetch('x');`],
  ['globals', 'src/domain.ts', `export const key = process.env['STORE_SECRET'];`],
  ['globals', 'src/sessions/open.ts', `export const key = process.env['STORE_SECRET'];`],
  [
    'separateHouses',
    'playground/nemo/wire.ts',
    `import type { Timeline } from '../../src/core/timeline.ts';`,
  ],
  ['separateHouses', 'src/main.ts', `import '../playground/main.ts';`],
  ['separateHouses', 'src/main.ts', `import '../test/fixtures.ts';`],
  ['namedExports', 'src/relay/intake.ts', 'export default 1;'],
  ['namedExports', 'src/relay/intake.ts', `export * from './other.ts';`],
  ['namedExports', 'src/relay/index.ts', `export { a } from './a.ts'; export type { B } from './b.ts';`],
  ['fileNames', 'src/relay/helpers.ts', ''],
  ['fileNames', 'test/render.utils.ts', ''],
  ['fileNames', 'src/relay/turnRunner.ts', ''],
  ['sizes', 'src/relay/intake.ts', longFile],
  ['openingLines', 'src/relay/intake.ts', 'export {};'],
  ['plainObjects', 'src/relay/intake.ts', 'export class Intake {}'],
  ['plainObjects', 'playground/main.ts', 'let count = 0; export const next = () => (count += 1);'],
  ['honestTests', 'test/a.test.ts', `vi.mock('x');`],
  ['honestTests', 'test/a.test.ts', `it.skip('x', () => {});`],
];

const right: readonly (readonly [RuleName, string, string])[] = [
  ['rooms', 'src/app.ts', `import './discord/client.ts'; import './nemo/http.ts';`],
  [
    'rooms',
    'src/relay/intake.ts',
    `import '../core/turn.ts'; import '../ports/chat.ts'; import './publisher.ts';`,
  ],
  ['rooms', 'src/main.ts', `import './app.ts'; import type { Log } from './ports/log.ts';`],
  ['portsAreTypes', 'src/ports/chat.ts', `import type { Locale } from '../core/locale.ts';`],
  [
    'coreIsPure',
    'src/core/turn.ts',
    `// Date, process\nexport const f = (s: { process: 1 }) => s.process + 'setTimeout';`,
  ],
  ['packages', 'src/discord/client.ts', `import { Client } from 'discord.js'; import { z } from 'zod';`],
  [
    'quickStart',
    'src/nemo/http.ts',
    `import type { Client } from 'undici'; export const late = () => import('undici');`,
  ],
  ['globals', 'src/main.ts', 'export const environment = process.env;'],
  ['globals', 'src/doctor-main.ts', 'export const environment = process.env;'],
  ['rooms', 'src/doctor-main.ts', `import './discord/errors.ts'; import './sessions/open.ts';`],
  ['separateHouses', 'test/e2e/app.test.ts', `import '../../src/app.ts'; import '../../playground/main.ts';`],
  ['namedExports', 'vitest.config.ts', 'export default {};'],
  ['namedExports', 'src/nemo/foreign.d.ts', 'declare const foreign: string; export default foreign;'],
  ['plainObjects', 'src/ports/chat.ts', 'export class ChatError extends Error {}'],
];

describe('the rules themselves', () => {
  it.each(wrong)('%s complains about a wrong %s (%#)', (name, path, text) => {
    expect(complaintsAbout(name, path, text)).not.toEqual([]);
  });

  it.each(right)('%s leaves a right %s alone (%#)', (name, path, text) => {
    expect(complaintsAbout(name, path, text)).toEqual([]);
  });

  it('are all tried with a wrong example', () => {
    expect(new Set(wrong.map(([name]) => name))).toEqual(new Set(Object.keys(rules)));
  });
});

describe('the sources', () => {
  it.each(Object.entries(rules))('keep the rule %s', (_name, rule) => {
    expect(sources.flatMap(rule)).toEqual([]);
  });

  it('give the logger to one file alone', () => {
    expect(loggerFiles(sources).length).toBeLessThanOrEqual(1);
    const careless = ['src/log.ts', 'src/relay/intake.ts'].map((path) =>
      readSource(path, `import { pino } from 'pino';`),
    );
    expect(loggerFiles(careless)).toHaveLength(2);
  });

  it('are found at all', () => {
    expect(sources.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['src/core/turn.ts', 'vitest.config.ts']),
    );
  });
});

describe('the guides', () => {
  const guides = repositoryFiles.filter((path) =>
    /^(README|CONTRIBUTING|CHANGELOG)\.md$|^docs\/.*\.md$/u.test(path),
  );

  it.each(guides)('%s names and links only what exists', (guide) => {
    const text = readRepositoryFile(guide);
    const missing = [...pathsIn(text), ...linksIn(guide, text)].filter((path) => !isInRepository(path));
    expect(missing).toEqual([]);
  });

  it.each(guides)('%s tells only of npm scripts that exist', (guide) => {
    expect(scriptsIn(readRepositoryFile(guide)).filter((name) => scripts[name] === undefined)).toEqual([]);
  });

  it('are read with care: paths, links and scripts are recognised', () => {
    const text =
      'See `src/core/` and src/gone.ts. https://example.com/src/not-ours docs/decisions/NNNN-title.md';
    expect(pathsIn(text)).toEqual(['src/core', 'src/gone.ts']);
    expect(linksIn('docs/a.md', '[a](../README.md#top) [b](b.md) [c](https://example.com)')).toEqual([
      'README.md',
      'docs/b.md',
    ]);
    expect(scriptsIn('`npm run check:lint`, npm test && npm start')).toEqual(['check:lint', 'test', 'start']);
  });
});

describe("the seed's error codes", () => {
  const meaning: Readonly<Record<string, readonly [RefusedCall, ProblemKind]>> = {
    1001: ['stream', 'tokenRefused'],
    1002: ['stream', 'sessionLost'],
    2001: ['stream', 'outOfCredits'],
    4001: ['upload', 'unsupportedFile'],
    4002: ['upload', 'fileTooLarge'],
    400: ['token', 'clientIdMissing'],
    402: ['render', 'planBlocked'],
    429: ['stream', 'rateLimited'],
  };
  const list =
    readRepositoryFile('test/fixtures/seed.txt').split('### Error Codes')[1]?.split('\n## ')[0] ?? '';
  const codes = [...list.matchAll(/^- `(\d+)`/gmu)].map((match) => match[1] ?? '');

  it('are all known here, and 0 is success', () => {
    expect(codes.toSorted()).toEqual(['0', ...Object.keys(meaning)].toSorted());
  });

  it.each(Object.entries(meaning))('give %s its row in core/problems.ts', (code, [call, kind]) => {
    const asBody = classifyRefusal({ call, httpStatus: 200, bodyCode: Number(code), bindId: null });
    const asStatus = classifyRefusal({ call, httpStatus: Number(code), bodyCode: null, bindId: null });
    expect([asBody.kind, asStatus.kind]).toEqual([kind, kind]);
  });

  it('would miss a row that is not there', () => {
    expect(classifyRefusal({ call: 'stream', httpStatus: 200, bodyCode: 9999, bindId: null }).kind).toBe(
      'unknown',
    );
  });
});

describe('the ways to run it', () => {
  it("check a clean checkout with the README's own command", () => {
    const command = 'npm ci && npm test';
    expect(readRepositoryFile('README.md')).toContain(`\n${command}\n`);
    expect(readRepositoryFile('.ci/run')).toContain(`(${command})`);
  });

  it('use one version of Node in the image and in the packages', () => {
    const versions = [...readRepositoryFile('Dockerfile').matchAll(/^FROM node:([\d.]+)-slim/gmu)].map(
      ([, version]) => version,
    );
    expect(new Set([...versions, ...Object.values(optionalDependencies)]).size).toBe(1);
    expect(versions.length).toBeGreaterThan(0);
  });

  it('have a place on the map for every file of the core', () => {
    const files = repositoryFiles.filter((path) => /^src\/core\/[\w-]+\.ts$/u.test(path));
    const mapped = linksIn('docs/architecture.md', readRepositoryFile('docs/architecture.md'));
    expect(files.filter((path) => !mapped.includes(path))).toEqual([]);
    expect(mapped.filter((path, at) => path.startsWith('src/core/') && mapped.indexOf(path) !== at)).toEqual(
      [],
    );
  });

  it('list every decision', () => {
    const decisions = repositoryFiles.filter((path) => /^docs\/decisions\/\d{4}-/u.test(path));
    const listed = linksIn('docs/decisions/README.md', readRepositoryFile('docs/decisions/README.md'));
    expect(decisions.filter((path) => !listed.includes(path))).toEqual([]);
  });
});

describe('every file', () => {
  it('names no package registry and no path of a machine', () => {
    const found = repositoryFiles.flatMap((path) =>
      forbiddenIn(readRepositoryFile(path)).map((why) => `${path}: ${why}`),
    );
    expect(found).toEqual([]);
  });

  it.each([
    ['https://registry', '.example.org/x'],
    ['see npmjs', '.org'],
    ['"resolved"', ': "x"'],
    ['cp /ho', 'me/somebody/x'],
    ["open('/tm", "p/x')"],
  ])('would be caught with %s%s', (start, end) => {
    expect(forbiddenIn(start + end)).toHaveLength(1);
  });

  it.each(['https://example.com/work/shop', 'src/work/lanes', 'a/home/b'])('may say %s', (text) => {
    expect(forbiddenIn(text)).toEqual([]);
  });
});
