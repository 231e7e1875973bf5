/** Adds up what the crash tests saw, over all their files, and prints it as one line of JSON in the end (vitest `globalSetup`). */
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What is counted. `seed`: of a schedule that was drawn by chance. */
export type Figures = {
  readonly kills?: number;
  readonly cuts?: number;
  readonly failedWrites?: number;
  readonly stories?: number;
  readonly chargesDoubled?: number;
  readonly resultsLost?: number;
  readonly resultsDoubled?: number;
  readonly unsentAndSaidSo?: number;
  readonly takenBack?: number;
  readonly seed?: number;
};

const variable = 'CRASH_FIGURES';

/** Does nothing outside of `npm run test:crash`. */
export const countIn = (figures: Figures): void => {
  const path = process.env[variable];
  if (path !== undefined) appendFileSync(path, `${JSON.stringify(figures)}\n`);
};

const add = (sum: Record<string, number>, figures: Record<string, number>): Record<string, number> => {
  const added = Object.entries(figures).map(([name, count]): [string, number] => [
    name,
    name === 'seed' ? count : (sum[name] ?? 0) + count,
  ]);
  return { ...sum, ...Object.fromEntries(added) };
};

export const setup = (): (() => void) => {
  const folder = mkdtempSync(join(tmpdir(), 'makevideo-crash-'));
  const path = join(folder, 'figures');
  writeFileSync(path, '');
  process.env[variable] = path;
  return () => {
    const lines = readFileSync(path, 'utf8').split('\n').filter(Boolean);
    const sum = lines.map((line): Record<string, number> => JSON.parse(line)).reduce(add, {});
    process.stdout.write(`${JSON.stringify({ crash: sum })}\n`);
    rmSync(folder, { recursive: true });
  };
};
