/** `node bench/plot.ts < figures.jsonl > docs/images/staleness.svg`: how old the visible words are, over the number of running turns. */
import { text } from 'node:stream/consumers';

type Figure = {
  readonly subject: string;
  readonly turns: number;
  readonly seconds: number;
  readonly value: number;
};

const width = 760;
const height = 420;
const left = 70;
const right = 24;
const top = 48;
const bottom = 56;
const sizes = [1, 10, 100, 300, 1_000];
const ticks = [0.25, 0.5, 1, 2, 5, 10, 20];

const looks: Readonly<Record<string, { name: string; color: string; dash: string }>> = {
  makevideo: { name: 'Makevideo', color: '#1a7f5a', dash: '' },
  bound: { name: 'bound: max(1 s, turns ÷ 45) ÷ 2 + 80 ms', color: '#6b7280', dash: '3 4' },
  'each-second': { name: 'discord.js, one edit a second for each message', color: '#b45309', dash: '9 4' },
  'each-chunk': { name: 'discord.js, one edit for each piece', color: '#9f1239', dash: '2 3 8 3' },
};

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

/** Runs of thirty seconds; the bound comes with ours. */
const read = (line: string): readonly Figure[] => {
  const value: unknown = JSON.parse(line);
  if (!isRecord(value)) return [];
  const { subject, turns, seconds, stalenessMeanMs, boundMs } = value;
  if (typeof subject !== 'string' || typeof turns !== 'number' || seconds !== 30) return [];
  const figure = { subject, turns, seconds, value: Number(stalenessMeanMs) / 1_000 };
  return subject === 'makevideo'
    ? [figure, { ...figure, subject: 'bound', value: Number(boundMs) / 1_000 }]
    : [figure];
};

const between = (value: number, [from, to]: readonly [number, number], length: number): number =>
  (Math.log(value / from) / Math.log(to / from)) * length;

const xOf = (turns: number): number => left + between(turns, [1, 1_000], width - left - right);
const yOf = (seconds: number): number =>
  height - bottom - between(Math.max(0.25, seconds), [0.25, 20], height - top - bottom);

const label = (x: number, y: number, words: string, anchor = 'middle'): string =>
  `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}">${words}</text>`;

const lineOf = (subject: string, figures: readonly Figure[], index: number): string => {
  const look = looks[subject];
  if (look === undefined || figures.length === 0) return '';
  const points = figures
    .toSorted((one, other) => one.turns - other.turns)
    .map(({ turns, value }) => `${xOf(turns).toFixed(1)},${yOf(value).toFixed(1)}`);
  const dots = points.map(
    (point) => `<circle cx="${point.replace(',', '" cy="')}" r="3.5" fill="${look.color}"/>`,
  );
  const y = top + 6 + index * 20;
  const sample = `<path d="M${left + 14} ${y}h34" stroke="${look.color}" stroke-width="2.5" stroke-dasharray="${look.dash}"/>`;
  const line = `<polyline points="${points.join(' ')}" fill="none" stroke="${look.color}" stroke-width="2.5" stroke-dasharray="${look.dash}"/>`;
  return [line, ...dots, sample, label(left + 56, y + 4, look.name, 'start')].join('\n');
};

const grid = [
  ...ticks.map((seconds) => {
    const y = yOf(seconds).toFixed(1);
    return `<path d="M${left} ${y}H${width - right}" stroke="#d1d5db"/>${label(left - 8, Number(y) + 4, `${seconds} s`, 'end')}`;
  }),
  ...sizes.map((turns) => label(xOf(turns), height - bottom + 22, String(turns))),
  label((left + width - right) / 2, height - 12, 'running turns'),
  label(left - 8, 24, 'age of the oldest word that is not visible yet, mean', 'start'),
];

const figures = (await text(process.stdin))
  .split('\n')
  .flatMap((line) => (line.startsWith('{') ? read(line) : []));
const lines = Object.keys(looks).map((subject, index) =>
  lineOf(
    subject,
    figures.filter((figure) => figure.subject === subject),
    index,
  ),
);
process.stdout.write(
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" font-family="sans-serif" font-size="13" fill="#1f2937">
<title>Staleness of visible words over the number of running turns</title>
<rect width="${width}" height="${height}" rx="8" fill="#ffffff"/>
${[...grid, ...lines].join('\n')}
</svg>
`,
);
