/** Dashboard and alerts name only what the code measures, and every alert is explained. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { metricTable } from '../../src/health/metric-table.ts';
import { createMetrics } from '../../src/health/metrics.ts';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

const dashboard = z
  .object({
    panels: z.array(z.object({ title: z.string(), targets: z.array(z.object({ expr: z.string() })) })),
  })
  .parse(JSON.parse(read('docs/dashboards/makevideo.json')));

const alerts = read('docs/dashboards/alerts.yaml');

/** Expressions of the rules, folded ones too: everything from `expr:` to the next key. */
const alertExpressions = alerts
  .split(/^ {6}- alert: /mu)
  .slice(1)
  .map((rule) => ({
    name: rule.split('\n')[0] ?? '',
    expr: /^ {8}expr: ([\s\S]*?)^ {8}\w+:/mu.exec(rule)?.[1] ?? '',
  }));

const histogramEndings = ['_bucket', '_sum', '_count'];

/** Names as Prometheus stores them: of ours from the table, of the process from prom-client itself. */
const knownNames = async (): Promise<Map<string, readonly string[]>> => {
  const metrics = createMetrics();
  const { text } = await metrics.print();
  metrics.close();
  const known = new Map<string, readonly string[]>([['up', []]]);
  for (const [, name = ''] of text.matchAll(/^# TYPE (\S+) /gmu)) known.set(name, []);
  for (const [name, { kind, labels }] of Object.entries(metricTable)) {
    const endings = kind === 'histogram' ? histogramEndings : [''];
    for (const ending of endings) known.set(`${name}${ending}`, Object.keys(labels));
  }
  return known;
};

const namesIn = (expr: string): string[] =>
  expr.match(/\b(?:makevideo|nodejs|process)_[a-z\d_]+\b|\bup\b/gu) ?? [];

/** `name{label="…"}` → its labels. */
const selectorsIn = (expr: string): { name: string; labels: string[] }[] =>
  [...expr.matchAll(/\b([a-z_\d]+)\{([^}]*)\}/gu)].map(([, name = '', inside = '']) => ({
    name,
    labels: [...inside.matchAll(/([a-z]+)\s*(?:=~|!=|=)/gu)].map(([, label]) => label ?? ''),
  }));

const everyExpression = [
  ...dashboard.panels.flatMap(({ title, targets }) => targets.map(({ expr }) => [title, expr] as const)),
  ...alertExpressions.map(({ name, expr }) => [name, expr] as const),
];

/** Given by Prometheus itself to everything that it asks. */
const labelsOfPrometheus = ['instance', 'job'];

describe('an expression of the dashboard or of an alert', () => {
  it.each(everyExpression)('%s names metrics that the code has: %s', async (_title, expr) => {
    const known = await knownNames();
    expect(namesIn(expr)).not.toEqual([]);
    expect(namesIn(expr).filter((name) => !known.has(name))).toEqual([]);
    for (const { name, labels } of selectorsIn(expr))
      expect(
        labels.filter((label) => ![...labelsOfPrometheus, ...(known.get(name) ?? [])].includes(label)),
      ).toEqual([]);
  });

  it('would be caught with a name or a label that is not there', async () => {
    const known = await knownNames();
    expect(namesIn('rate(makevideo_turn_total[5m])').every((name) => known.has(name))).toBe(false);
    expect(selectorsIn('makevideo_turns_total{result="x"}')).toEqual([
      { name: 'makevideo_turns_total', labels: ['result'] },
    ]);
  });
});

describe('the metrics', () => {
  it('are all shown on the dashboard', () => {
    const shown = new Set(
      dashboard.panels.flatMap(({ targets }) => targets.flatMap(({ expr }) => namesIn(expr))),
    );
    const isShown = (name: string): boolean =>
      [name, ...histogramEndings.map((ending) => name + ending)].some((one) => shown.has(one));
    expect(Object.keys(metricTable).filter((name) => !isShown(name))).toEqual([]);
  });

  it.each(Object.entries(metricTable))(
    '%s is named by the conventions and explained',
    (name, { kind, help }) => {
      expect(name).toMatch(/^makevideo_[a-z_]+$/u);
      expect(name.endsWith('_total')).toBe(kind === 'counter');
      expect(name.endsWith('_seconds') || kind !== 'histogram').toBe(true);
      expect(help).toMatch(/^[A-Z\d].*\.$/u);
    },
  );
});

describe('every alert', () => {
  it.each(alertExpressions.map(({ name }) => name))('%s has its section in docs/operating.md', (name) => {
    expect(read('docs/operating.md')).toContain(`### ${name}\n`);
  });
});
