/** compose.yaml against the configuration: a variable with a wrong name or value would be found by an operator otherwise. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { configDefaults, configVariableNames, readConfig } from '../../src/config.ts';

const lines = readFileSync(new URL('../../compose.yaml', import.meta.url), 'utf8').split('\n');

const depth = (line: string): number => line.length - line.trimStart().length;

/** The lines under a service or a key of the file itself, up to the next one of the same depth. */
const under = (key: string): readonly string[] => {
  const start = lines.findIndex((line) =>
    line
      .trimEnd()
      .replace(/^ {2}(?! )/u, '')
      .startsWith(`${key}:`),
  );
  if (start === -1) throw new Error(`compose.yaml has no ${key}.`);
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => line.trim() !== '' && depth(line) <= depth(lines[start] ?? ''));
  return end === -1 ? rest : rest.slice(0, end);
};

/** What a service sets by itself: names in capitals with one value. */
const variablesIn = (some: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    some.flatMap((line) => {
      const { name, value } = /^\s+(?<name>[A-Z][A-Z_]+): (?<value>.+)$/u.exec(line)?.groups ?? {};
      return name === undefined || value === undefined ? [] : [[name, value.replaceAll('"', '')] as const];
    }),
  );

const shared = variablesIn(under('x-shared'));
const environments = {
  bot: variablesIn(under('bot')),
  gateway: { ...shared, ...variablesIn(under('gateway')) },
  worker: { ...shared, ...variablesIn(under('worker')) },
};

/** As Compose reads `${NAME:-}`. */
const withPassword = (value: string): string =>
  value.replaceAll(/\$\{POSTGRES_PASSWORD:-\}/gu, 'letters0and0digits');

/** What people have in their .env. */
const own = { DISCORD_TOKEN: 'a.discord.token', STORE_SECRET: 'sixteen letters.' };

const read = (environment: Readonly<Record<string, string>>) => {
  const values = Object.entries(environment).map(([name, value]) => [name, withPassword(value)] as const);
  const config = readConfig({ ...own, ...Object.fromEntries(values) });
  if (!config.ok) throw new Error(config.message);
  return config.config;
};

describe('compose.yaml', () => {
  it('sets only variables that the bot reads', () => {
    const names = Object.values(environments).flatMap((environment) => Object.keys(environment));
    expect(names.length).toBeGreaterThan(5);
    expect(configVariableNames).toEqual(expect.arrayContaining(names));
  });

  it('runs everything in one process, or one gateway and two workers on one Postgres', () => {
    expect(read(environments.bot).roles).toEqual({ gateway: true, worker: true });
    expect(read(environments.gateway)).toMatchObject({
      roles: { gateway: true, worker: false },
      store: { url: 'postgres://makevideo:letters0and0digits@postgres/makevideo' },
    });
    expect(read(environments.worker).roles).toEqual({ gateway: false, worker: true });
    expect(under('worker').join('\n')).toMatch(/replicas: 2$/mu);
  });

  it("shares one bot's requests a second among its processes", () => {
    const { gateway, worker } = environments;
    const inAll = read(gateway).discord.requestsPerSecond + 2 * read(worker).discord.requestsPerSecond;
    expect(inAll).toBe(Number(configDefaults['DISCORD_REQUESTS_PER_SECOND']));
  });

  it('starts the processes of one way only: each service belongs to one profile', () => {
    const services = ['bot', 'gateway', 'worker', 'postgres'];
    const profiles = services.map((name) => /profiles: \[(\w+)\]/u.exec(under(name).join('\n'))?.[1]);
    expect(profiles).toEqual(['single', 'cluster', 'cluster', 'cluster']);
  });
});
