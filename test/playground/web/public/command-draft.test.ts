import { describe, expect, test } from 'vitest';
import type { Command, CommandOption } from '../../../../playground/discord/shapes.ts';
import {
  beginDraft,
  type CommandDraft,
  commandInput,
  listChoices,
  matchChoices,
  missingFile,
  withFiles,
  withValue,
} from '../../../../playground/web/public/command-draft.ts';

const option = (type: number, name: string, more: Partial<CommandOption> = {}): CommandOption => ({
  type,
  name,
  description: `${name} of it`,
  ...more,
});
const command = (name: string, more: Partial<Command> = {}): Command => ({
  id: '1',
  application_id: '2',
  version: '3',
  type: 1,
  name,
  description: `${name}!`,
  default_member_permissions: null,
  nsfw: false,
  ...more,
});

const makevideo = command('makevideo', {
  name_localizations: { 'zh-CN': '做视频' },
  description_localizations: { 'zh-CN': '做一个视频' },
  options: [
    option(3, 'prompt', { required: true }),
    option(11, 'image1', { required: true }),
    option(11, 'image2'),
    option(5, 'quiet'),
  ],
});
const nemo = command('nemo', {
  options: [
    option(1, 'credits'),
    option(2, 'admin', { options: [option(1, 'reset', { options: [option(6, 'who')] })] }),
  ],
});
const all = [nemo, makevideo, command('Make video', { type: 3 })];

function draftOf(label: string): CommandDraft {
  const choice = listChoices(all, 'en-US').find((choice) => choice.label === label);
  if (choice === undefined) throw new Error(`no ${label}`);
  return beginDraft(choice);
}
const file = (name: string): File => new File(['x'], name);

const labelsFor = (typed: string) =>
  matchChoices(listChoices(all, 'en-US'), typed).map((choice) => choice.label);

describe('the list', () => {
  test('shows subcommands one by one, and no commands of messages', () => {
    const labels = listChoices(all, 'en-US').map((choice) => choice.label);
    expect(labels).toEqual(['/makevideo', '/nemo admin reset', '/nemo credits']);
  });

  test('speaks the person’s language where the bot does', () => {
    expect(listChoices([makevideo], 'zh-CN')[0]).toMatchObject({
      label: '/做视频',
      description: '做一个视频',
    });
    expect(listChoices([makevideo], 'de')[0]).toMatchObject({ label: '/makevideo' });
  });

  test('is narrowed by what is typed, beginnings first', () => {
    expect(labelsFor('/')).toHaveLength(3);
    expect(labelsFor('/NEMO c')).toEqual(['/nemo credits']);
    expect(labelsFor('/mo')).toEqual(['/nemo admin reset', '/nemo credits']);
    expect(labelsFor('/usr/bin')).toEqual([]);
  });
});

describe('a command that is being filled in', () => {
  test('becomes what the server takes', () => {
    const draft = withFiles(withValue(draftOf('/makevideo'), 'prompt', 'a film'), [file('a.png')]);
    const input = commandInput(withValue(draft, 'quiet', false));
    expect(input).toEqual({
      name: 'makevideo',
      options: { prompt: 'a film', quiet: false, image1: draft.files[0] },
    });
  });

  test('names its subcommand and group', () => {
    const input = commandInput(withValue(draftOf('/nemo admin reset'), 'who', '7'));
    expect(input).toEqual({
      name: 'nemo',
      subcommandGroup: 'admin',
      subcommand: 'reset',
      options: { who: '7' },
    });
  });

  test('forgets a field that was emptied', () => {
    const draft = withValue(withValue(draftOf('/makevideo'), 'prompt', 'a film'), 'prompt', '');
    expect(commandInput(draft)).toMatchObject({ options: {} });
  });

  test('takes as many files as it has options for, and misses the required ones', () => {
    const empty = draftOf('/makevideo');
    expect(missingFile(empty)?.name).toBe('image1');
    const full = withFiles(empty, [file('a'), file('b'), file('c')]);
    expect(full.files.map((one) => one.name)).toEqual(['a', 'b']);
    expect(missingFile(full)).toBeNull();
    expect(missingFile(draftOf('/nemo credits'))).toBeNull();
  });
});
