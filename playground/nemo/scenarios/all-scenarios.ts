// The list of every scenario; a new one is a line in one of the files below. It must not know how they are played.
import { readdir, readFile } from 'node:fs/promises';
import { answerScenarios } from './answer-scenarios.ts';
import { renderScenarios } from './render-scenarios.ts';
import type { Scenario } from './scenario.ts';
import type { ScenarioGroup } from './scenario-group.ts';
import { turnScenarios } from './turn-scenarios.ts';
import { wireScenarios } from './wire-scenarios.ts';

const capturesDirectory = new URL('../captures/', import.meta.url);

/** Every scenario, the recorded streams among them as `capture:<file name without .sse>`. */
export async function loadScenarios(): Promise<Scenario[]> {
  const files = (await readdir(capturesDirectory)).filter((file) => file.endsWith('.sse')).sort();
  const captures = await Promise.all(files.map(loadCapture));
  const healthy = { name: 'default', about: 'A healthy backend in the shape of the recorded streams.' };
  return [
    healthy,
    ...inGroup('turn', turnScenarios),
    ...inGroup('answer', answerScenarios),
    ...inGroup('render', renderScenarios),
    ...inGroup('wire', wireScenarios),
    ...inGroup('capture', captures),
  ];
}

const inGroup = (group: ScenarioGroup, scenarios: readonly Scenario[]): Scenario[] =>
  scenarios.map((scenario) => ({ ...scenario, group }));

async function loadCapture(file: string): Promise<Scenario> {
  const text = await readFile(new URL(file, capturesDirectory), 'utf8');
  const name = file.replace(/\.sse$/, '');
  return {
    name: `capture:${name}`,
    about: `Sends the recorded stream ${name} byte for byte; nothing is stored.`,
    // A recorded cut must be a cut again.
    turn: { steps: () => [{ do: 'bytes', text }, { do: name.includes('drop') ? 'cut' : 'end' }] },
  };
}
