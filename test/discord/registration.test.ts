import { ApplicationCommandOptionType, ApplicationCommandType, RequestMethod } from 'discord.js';
import { expect, test } from 'vitest';
import type { CallDiscord } from '../../src/discord/call.ts';
import { commandBody, registerCommands } from '../../src/discord/registration.ts';
import { ChatError } from '../../src/ports/chat.ts';
import type { CommandDefinition, SlashDefinition } from '../../src/ports/command-definition.ts';
import { createLogRecorder } from './log-recorder.ts';

const both = (en: string, zh: string) => ({ en, zh });

const makevideo: CommandDefinition = {
  name: 'makevideo',
  description: both('Make a video', '制作视频'),
  options: [
    {
      kind: 'text',
      name: 'prompt',
      translations: { zh: '描述' },
      description: both('What to make', '要做什么'),
      isRequired: true,
      lengthMax: 2000,
    },
    {
      kind: 'file',
      name: 'image1',
      translations: { zh: '图片1' },
      description: both('A picture', '图片'),
      isRequired: false,
    },
    {
      kind: 'choice',
      name: 'ratio',
      translations: { zh: '画面比例' },
      description: both('Shape', '画面比例'),
      isRequired: false,
      choices: [{ value: '9:16', name: both('Tall', '竖屏') }],
    },
  ],
  subcommands: [],
};
const nemo: CommandDefinition = {
  name: 'nemo',
  description: both('More', '更多'),
  options: [],
  subcommands: [{ name: 'credits', description: both('Credits left', '剩余积分') }],
};

test('describes a command in English and in both kinds of Chinese', () => {
  expect(commandBody(makevideo, null)).toMatchObject({
    name: 'makevideo',
    description: 'Make a video',
    description_localizations: { 'zh-CN': '制作视频', 'zh-TW': '制作视频' },
    integration_types: [0, 1],
    contexts: [0, 1, 2],
    options: [
      {
        type: ApplicationCommandOptionType.String,
        name: 'prompt',
        name_localizations: { 'zh-CN': '描述', 'zh-TW': '描述' },
        required: true,
        max_length: 2000,
      },
      {
        type: ApplicationCommandOptionType.Attachment,
        name: 'image1',
        required: false,
        file_types: expect.arrayContaining(['image', '.heic']),
      },
      {
        type: ApplicationCommandOptionType.String,
        choices: [{ name: 'Tall', name_localizations: { 'zh-CN': '竖屏' }, value: '9:16' }],
      },
    ],
  });
});

test('lists at most ten kinds of files, as Discord asks', () => {
  const [, image] = commandBody(makevideo, null).options ?? [];
  expect(image && 'file_types' in image ? image.file_types?.length : 0).toBeLessThanOrEqual(10);
});

test('gives the command of one server no contexts, which only global commands have', () => {
  expect(commandBody(nemo, '7')).not.toHaveProperty('contexts');
  expect(commandBody(nemo, '7').options).toMatchObject([
    { type: ApplicationCommandOptionType.Subcommand, name: 'credits', description: 'Credits left' },
  ]);
});

test('puts an entry into the menu of messages, under its name in each language', () => {
  expect(commandBody({ name: 'Make video', translations: { zh: '制作视频' } }, null)).toEqual({
    type: ApplicationCommandType.Message,
    name: 'Make video',
    name_localizations: { 'zh-CN': '制作视频', 'zh-TW': '制作视频' },
    integration_types: [0, 1],
    contexts: [0, 1, 2],
  });
});

/** What Discord answers for a command: more than was sent, defaults left out or null, nothing in our order. */
const asRegistered = (definition: SlashDefinition): object => {
  const { options, ...body } = commandBody(definition, null);
  return {
    id: '9',
    application_id: '8',
    version: '7',
    default_member_permissions: null,
    nsfw: false,
    ...body,
    name_localizations: null,
    options: options?.map(({ required, ...option }) => ({
      ...option,
      ...(required === true && { required }),
    })),
  };
};

const record = (present: unknown): { call: CallDiscord; puts: unknown[] } => {
  const puts: unknown[] = [];
  const call: CallDiscord = ({ method, body }, { answer }) => {
    if (method === RequestMethod.Put) puts.push(body);
    return Promise.resolve(answer.parse(present));
  };
  return { call, puts };
};

const register = (call: CallDiscord, commands: readonly CommandDefinition[]): Promise<void> =>
  registerCommands(commands, {
    applicationId: '8',
    guildId: null,
    call,
    log: createLogRecorder().log,
    signal: new AbortController().signal,
  });

test('leaves commands alone that are registered already, in whatever order Discord lists them', async () => {
  const { call, puts } = record([asRegistered(nemo), asRegistered(makevideo)]);
  await register(call, [makevideo, nemo]);
  expect(puts).toEqual([]);
});

test('leaves an entry of the menu alone that is registered already', async () => {
  const menu: CommandDefinition = { name: 'Make video', translations: { zh: '制作视频' } };
  const { call, puts } = record([{ id: '9', description: '', options: null, ...commandBody(menu, null) }]);
  await register(call, [menu]);
  expect(puts).toEqual([]);
  await register(call, [{ ...menu, translations: { zh: '做视频' } }]);
  expect(puts).toHaveLength(1);
});

test.each<[string, CommandDefinition]>([
  ['a description', { ...makevideo, description: both('Make a film', '制作视频') }],
  ['a translation', { ...makevideo, description: both('Make a video', '做视频') }],
  ['the options', { ...makevideo, options: makevideo.options.slice(1) }],
  ['the order of options', { ...makevideo, options: makevideo.options.toReversed() }],
])('registers again when %s changed', async (_what, changed) => {
  const { call, puts } = record([asRegistered(makevideo), asRegistered(nemo)]);
  await register(call, [changed, nemo]);
  expect(puts).toHaveLength(1);
});

test('registers again when a command is new, gone, or not readable', async () => {
  for (const present of [
    [],
    [asRegistered(makevideo), asRegistered(nemo), asRegistered({ ...nemo, name: 'old' })],
  ]) {
    const { call, puts } = record(present);
    await register(call, [makevideo, nemo]);
    expect(puts).toHaveLength(1);
  }
});

const refuse: CallDiscord = () => Promise.reject(new ChatError('forbidden', { message: 'no' }));

test('passes on that Discord refused', async () => {
  await expect(register(refuse, [nemo])).rejects.toMatchObject({ kind: 'forbidden' });
});

test('registers everything when what is there cannot be read', async () => {
  const { call, puts } = record([]);
  const broken: typeof call = (request, options) =>
    typeof request !== 'function' && request.method === RequestMethod.Get
      ? Promise.reject(new ChatError('unavailable', { message: '500' }))
      : call(request, options);
  await register(broken, [makevideo]);
  expect(puts).toHaveLength(1);
});

test('registers for servers alone where Discord does not take commands for people, and says so', async () => {
  const { log, lines } = createLogRecorder();
  const { call, puts } = record([]);
  const serversOnly: typeof call = (request, options) => {
    const isForPeople = JSON.stringify(request.body ?? null).includes('"integration_types":[0,1]');
    return isForPeople
      ? Promise.reject(new ChatError('refused', { message: '50035' }))
      : call(request, options);
  };
  const { signal } = new AbortController();
  await registerCommands([makevideo], {
    applicationId: '8',
    guildId: null,
    call: serversOnly,
    log,
    signal,
  });
  expect(puts).toEqual([[expect.objectContaining({ integration_types: [0], contexts: [0, 1] })]]);
  expect(lines.map(({ level }) => level)).toEqual(['warn', 'info']);
});
