/** What people are told against what is registered: names, versions, the guide for members. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { commands } from '../../src/commands/index.ts';
import { version } from '../../src/commands/version.ts';
import { messagesFor } from '../../src/core/messages/messages.ts';
import type { SlashDefinition } from '../../src/ports/command-definition.ts';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

const slashDefinitions = commands.flatMap(({ definition }): SlashDefinition[] =>
  'translations' in definition ? [] : [definition],
);

/** `/makevideo`, `/nemo`, `/nemo credits` and so on. */
const registered = new Set(
  slashDefinitions.flatMap(({ name, subcommands }) => [
    `/${name}`,
    ...subcommands.map((subcommand) => `/${name} ${subcommand.name}`),
  ]),
);

const withSubcommands = new Set(
  slashDefinitions.flatMap(({ name, subcommands }) => (subcommands.length > 0 ? [name] : [])),
);

/** Commands in code marks; the word behind one counts only where it would be a subcommand. */
const commandsIn = (text: string): string[] =>
  [...text.matchAll(/`\/([a-z]+)(?: ([a-z]+))?[^`]*`/gu)].map(([, name = '', word]) =>
    word !== undefined && withSubcommands.has(name) ? `/${name} ${word}` : `/${name}`,
  );

describe('the guide for members', () => {
  const guide = read('docs/using.md');

  test('names only commands that are registered', () => {
    expect(commandsIn(guide).filter((name) => !registered.has(name))).toEqual([]);
  });

  test('names every command that is registered', () => {
    const named = new Set(commandsIn(guide));
    const unnamed = [...registered].filter((name) => !named.has(name) && name !== '/nemo');
    expect(unnamed).toEqual([]);
  });

  test('names every button of a result and the entry of the menu', () => {
    const { buttons } = messagesFor('en');
    for (const label of [buttons.edit, buttons.renderAgain, buttons.timeline, buttons.delete, 'Make video']) {
      expect(guide).toContain(`**${label}**`);
    }
  });

  test('would be caught with a command that does not exist', () => {
    expect(commandsIn('say `/nemo dance` or `/makevideo prompt: x`')).toEqual(['/nemo dance', '/makevideo']);
  });
});

describe.each(['en', 'zh'] as const)('the sentences in %s', (locale) => {
  const messages = messagesFor(locale);
  const context = {
    registerUrl: 'https://example.com/r',
    siteUrl: 'https://example.com',
    reference: 't1',
    isSent: true,
  };

  test('name only commands that are registered', () => {
    const texts = [
      messages.noProject,
      messages.textWithheld,
      messages.staleButton,
      messages.unknownCommand,
      messages.stillBusy,
      messages.resultDeleted,
      messages.account.connected(1),
      messages.about({ hearsWords: true, version }),
      ...Object.values(messages.problems).map((text) => text(context)),
    ];
    const named = texts.flatMap(commandsIn);
    expect(named.length).toBeGreaterThan(8);
    expect(named.filter((name) => !registered.has(name))).toEqual([]);
  });

  test('tell people of /nemo connect and operators of NEMO_TOKEN when there are no starter accounts', () => {
    const text = messages.problems.accountLimit(context);
    expect(text).toContain('`/nemo connect`');
    expect(text).toContain('NEMO_TOKEN');
  });

  test('keep to the limits of forms and messages', () => {
    const { editTitle, editWords, editFiles, connectTitle, connectToken, ...placeholders } = messages.forms;
    for (const label of [editTitle, editWords, editFiles, connectTitle, connectToken]) {
      expect(label.length).toBeLessThanOrEqual(45);
    }
    for (const text of Object.values(placeholders)) expect(text.length).toBeLessThanOrEqual(100);
    for (const hearsWords of [true, false]) {
      expect(messages.about({ hearsWords, version }).length).toBeLessThanOrEqual(2_000);
    }
  });

  test('describe every command', () => {
    for (const { description, subcommands } of slashDefinitions) {
      for (const text of [description, ...subcommands.map((one) => one.description)]) {
        expect(text[locale].length).toBeGreaterThan(0);
        expect(text[locale].length).toBeLessThanOrEqual(100);
      }
    }
  });
});

test('people are told the version of the package', () => {
  expect(version).toBe(z.object({ version: z.string() }).parse(JSON.parse(read('package.json'))).version);
});
