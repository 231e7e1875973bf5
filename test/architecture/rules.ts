/** What may know what, as functions from a file's facts to complaints (docs/architecture.md). Knows no disk. */
import type { Import, Source } from './source.ts';

/** Complaints about one file; none when it keeps the rule. */
export type Rule = (source: Source) => readonly string[];

/** `src/relay/intake.ts` → `relay`; files directly in src are rooms of their own: `app.ts`. */
const roomOf = (path: string): string => path.split('/')[1] ?? '';

const isIn = (source: Source, ...folders: readonly string[]): boolean =>
  folders.some((folder) => source.path.startsWith(folder));

const packageOf = (from: string): string => from.split('/', from.startsWith('@') ? 2 : 1).join('/');

const complainIf = (isWrong: boolean, complaint: string): string[] => (isWrong ? [complaint] : []);

const complainAbout = (
  source: Source,
  isWrong: (imported: Import) => boolean,
  because: string,
): readonly string[] =>
  source.imports.filter(isWrong).map(({ from }) => `${source.path} imports ${from}: ${because}`);

/** Rooms that a room may import beside itself. What wires them knows all of them and is therefore not in this table. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  core: [],
  ports: ['core'],
  relay: ['core', 'ports'],
  commands: ['core', 'ports'],
  nemo: ['core', 'ports'],
  sessions: ['core', 'ports'],
  lanes: ['core', 'ports'],
  discord: ['core', 'ports'],
  pictures: ['core', 'ports'],
  health: ['core', 'ports'],
  doctor: ['core', 'ports'],
};

/** What a file directly in src may import: its neighbours there and the inner rooms, never an adapter. */
const outerFiles = ['core', 'ports'];

/** Processes of their own that wire what they need: the bot (through app.ts) and the operator's tools. */
const isWiring = (path: string): boolean => /^src\/(app|[a-z]+-main)\.ts$/u.test(path);
const isProcess = (path: string): boolean => /^src\/([a-z]+-)?main\.ts$/u.test(path);

const rooms: Rule = (source) => {
  if (!isIn(source, 'src/') || isWiring(source.path)) return [];
  const room = roomOf(source.path);
  const allowed = room.endsWith('.ts') ? outerFiles : mayImport[room];
  if (allowed === undefined) return [`${source.path} is in a room that docs/architecture.md does not know`];
  const isWrong = ({ from, isRelative }: Import): boolean => {
    if (!isRelative || !from.startsWith('src/')) return false;
    const other = roomOf(from);
    return other !== room && !allowed.includes(other) && !(room.endsWith('.ts') && other.endsWith('.ts'));
  };
  return complainAbout(source, isWrong, `${room} must not know it`);
};

const portsAreTypes: Rule = (source) =>
  isIn(source, 'src/ports/')
    ? complainAbout(source, ({ isTypeOnly }) => !isTypeOnly, 'ports say types and carry no code of others')
    : [];

const impureNames = `
  Date Math.random process performance crypto console fetch globalThis Promise
  setTimeout setInterval setImmediate queueMicrotask clearTimeout clearInterval
`
  .trim()
  .split(/\s+/u);

const coreIsPure: Rule = (source) => {
  if (!isIn(source, 'src/core/')) return [];
  return [
    ...complainAbout(source, ({ isRelative }) => !isRelative, 'core stands on the language alone'),
    ...impureNames
      .filter((name) => source.names.has(name))
      .map((name) => `${source.path} uses ${name}: core is pure`),
    ...complainIf(source.isAsync, `${source.path} is asynchronous: core is pure`),
  ];
};

/** Packages and modules → the only folders or files of src that may import them. */
const packageHomes: readonly { readonly names: RegExp; readonly homes: readonly string[] }[] = [
  { names: /^(discord\.js|discord-api-types|@discordjs\/.+)$/u, homes: ['src/discord/'] },
  {
    names: /^(keyv|@keyv\/.+|node:sqlite|pg|pg-boss|better-sqlite3)$/u,
    homes: ['src/sessions/', 'src/lanes/'],
  },
  { names: /^(undici|eventsource-parser)$/u, homes: ['src/nemo/'] },
  { names: /^@resvg\/.+$/u, homes: ['src/pictures/'] },
  { names: /^prom-client$/u, homes: ['src/health/'] },
  { names: /^node:process$/u, homes: ['src/main.ts'] },
];

const homesOf = (from: string): readonly string[] | undefined =>
  packageHomes.find(({ names }) => names.test(packageOf(from)))?.homes;

const packages: Rule = (source) => {
  if (!isIn(source, 'src/')) return [];
  const isWrong = ({ from, isRelative }: Import): boolean => {
    const homes = isRelative ? undefined : homesOf(from);
    return homes !== undefined && !isIn(source, ...homes);
  };
  return complainAbout(source, isWrong, 'this package lives in another room');
};

/** Large, and of no use before the first request, the first file and the first picture. */
const latePackages = /^(undici|file-type|@resvg\/.+)$/u;

const isLoadedEarly = ({ from, isLate, isTypeOnly }: Import): boolean =>
  !isLate && !isTypeOnly && latePackages.test(packageOf(from));

const quickStart: Rule = (source) =>
  isIn(source, 'src/')
    ? complainAbout(source, isLoadedEarly, 'the start does without it, so it is loaded when it is needed')
    : [];

const globals: Rule = (source) => {
  if (!isIn(source, 'src/')) return [];
  return [
    ...complainIf(
      source.names.has('fetch') && !isIn(source, 'src/nemo/'),
      `${source.path} uses fetch: only src/nemo talks HTTP`,
    ),
    ...complainIf(
      source.names.has('process.env') && !isProcess(source.path),
      `${source.path} reads process.env: only the files that start a process do, everybody else is given values`,
    ),
  ];
};

/** The stand-ins and the bot share no code: a misreading of the wire must not cancel itself out. */
const separateHouses: Rule = (source) => {
  const houses = ['src/', 'playground/'];
  const own = houses.find((house) => isIn(source, house));
  if (own === undefined) return [];
  const strangers = [...houses, 'test/', 'bench/'].filter((house) => house !== own);
  const isWrong = ({ from, isRelative }: Import): boolean =>
    isRelative && strangers.some((house) => from.startsWith(house));
  return complainAbout(source, isWrong, `${own} imports nothing of ${strangers.join(', ')}`);
};

const namedExports: Rule = (source) => [
  ...complainIf(
    source.hasDefaultExport && !/\.(config|d)\.ts$/u.test(source.path),
    `${source.path} has a default export: exports carry names`,
  ),
  ...complainIf(
    source.isBarrel,
    `${source.path} only passes on what others export: import from the file itself`,
  ),
];

const vagueNames = /^(utils?|helpers?|managers?|services?|handlers?|common|misc|shared)$/u;

const fileNames: Rule = (source) => {
  const name = source.path.split('/').at(-1) ?? '';
  return [
    ...complainIf(
      name.split('.').some((part) => vagueNames.test(part)),
      `${source.path} has a name that says nothing`,
    ),
    ...complainIf(
      !/^[a-z\d]+(-[a-z\d]+)*(\.[a-z]+)+$/u.test(name),
      `${source.path} is not named in kebab-case`,
    ),
  ];
};

const lineCountMax = 400;

const sizes: Rule = (source) =>
  complainIf(
    isIn(source, 'src/', 'playground/', 'bench/') && source.text.split('\n').length > lineCountMax + 1,
    `${source.path} has more than ${lineCountMax} lines: it has more than one reason`,
  );

const openingLines: Rule = (source) =>
  complainIf(
    isIn(source, 'src/', 'playground/') && !/^(#!.*\n)?\/[*/]/u.test(source.text),
    `${source.path} does not open with a line that says what it is`,
  );

const plainObjects: Rule = (source) => {
  if (!isIn(source, 'src/', 'playground/')) return [];
  return [
    ...source.classes
      .filter(({ parent }) => parent?.endsWith('Error') !== true)
      .map(
        ({ name }) => `${source.path} has the class ${name}: classes are for errors, factories for the rest`,
      ),
    ...complainIf(
      source.hasModuleVariable,
      `${source.path} keeps state in the module: factories own their state`,
    ),
  ];
};

const banned = ['vi.mock', 'vi.doMock', 'vi.hoisted'];
const unrun = ['it', 'test', 'describe'].flatMap((name) => [`${name}.skip`, `${name}.only`, `${name}.todo`]);

const honestTests: Rule = (source) =>
  isIn(source, 'test/')
    ? [...banned, ...unrun]
        .filter((name) => source.names.has(name))
        .map((name) => `${source.path} uses ${name}`)
    : [];

/** Files of the bot that import the logger: it is known to one, everybody else is given a `Log`. */
export const loggerFiles = (sources: readonly Source[]): string[] =>
  sources
    .filter((source) => isIn(source, 'src/') && source.imports.some(({ from }) => packageOf(from) === 'pino'))
    .map(({ path }) => path);

/** Every rule by the name under which it is tested. */
export const rules = {
  rooms,
  portsAreTypes,
  coreIsPure,
  packages,
  quickStart,
  globals,
  separateHouses,
  namedExports,
  fileNames,
  sizes,
  openingLines,
  plainObjects,
  honestTests,
} as const satisfies Readonly<Record<string, Rule>>;
