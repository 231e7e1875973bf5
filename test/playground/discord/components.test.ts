/** Rules for buttons, selects and modals, and for registering commands. */
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { noLimits, type Stage, start } from './stage.ts';

const button = { type: 2, style: 1, label: 'Go', custom_id: 'go' };
const row = (...components: object[]) => ({ type: 1, components });
const select = { type: 3, custom_id: 'pick', options: [{ label: 'A', value: 'a' }] };

const channel = (id: string) => ({ id, type: 'channel' });

const handle = z.object({ id: z.string(), token: z.string() });

const post = async (components: unknown) => {
  const stage = await start(noLimits);
  return stage.raw('POST', `/channels/${stage.channelId('general')}/messages`, {
    content: 'a',
    components,
  });
};

async function open(data: object) {
  const stage = await start(noLimits);
  const { people } = stage.standIn;
  const app = `/applications/${people.botId}/commands`;
  await stage.raw('PUT', app, [{ name: 'edit', description: 'Edits' }]);
  const userId = stage.userId('maya');
  await stage.login();
  await people.runCommand({ userId, channelId: stage.channelId('general'), name: 'edit' });
  const { id, token } = handle.parse(stage.standIn.log.dispatches('INTERACTION_CREATE')[0]?.data);
  const answer = await stage.raw('POST', `/interactions/${id}/${token}/callback`, { type: 9, data });
  return { answer, modals: people.world(userId).modals };
}

const pathOf = (stage: Stage) => `/applications/${stage.standIn.people.botId}/commands`;

const put = async (...commands: object[]) => {
  const stage = await start(noLimits);
  return stage.raw('PUT', pathOf(stage), commands);
};

describe('components of a message', () => {
  it('are numbered and given back', async () => {
    const answer = await post([row(button, { ...button, custom_id: 'stop' }), row(select)]);
    expect(answer).toMatchObject({
      status: 200,
      body: {
        components: [
          { id: 1, components: [{ id: 2 }, { id: 3 }] },
          { id: 4, components: [{ id: 5 }] },
        ],
      },
    });
  });

  it('may have menus with something chosen already', async () => {
    const menu = {
      type: 8,
      custom_id: 'where',
      min_values: 0,
      max_values: 5,
      default_values: [channel('1')],
    };
    const answer = await post([row(menu)]);
    expect(answer).toMatchObject({ status: 200, body: { components: [{ components: [menu] }] } });
  });

  it.each([
    [
      'six rows',
      Array.from({ length: 6 }, (_, at) => row({ ...button, custom_id: `${at}` })),
      'components: BASE_TYPE_MAX_LENGTH',
    ],
    ['an empty row', [row()], 'components.0.components: BASE_TYPE_MIN_LENGTH'],
    [
      'six buttons in a row',
      [row(...Array.from({ length: 6 }, (_, at) => ({ ...button, custom_id: `${at}` })))],
      'components.0.components: BASE_TYPE_MAX_LENGTH',
    ],
    [
      'a select beside a button',
      [row(button, select)],
      'components.0.components.1: COMPONENT_LAYOUT_WIDTH_EXCEEDED',
    ],
    ['a button without a row', [button], 'components.0.type: BASE_TYPE_CHOICES'],
    [
      'a custom id used twice',
      [row(button), row(button)],
      'components.1.components.0.custom_id: COMPONENT_CUSTOM_ID_DUPLICATED',
    ],
    [
      'a custom id of 101 characters',
      [row({ ...button, custom_id: 'x'.repeat(101) })],
      'components.0.components.0.custom_id: BASE_TYPE_BAD_LENGTH',
    ],
    [
      'a label of 81 characters',
      [row({ ...button, label: 'x'.repeat(81) })],
      'components.0.components.0.label: BASE_TYPE_MAX_LENGTH',
    ],
    [
      'a button without id',
      [row({ type: 2, style: 1, label: 'a' })],
      'components.0.components.0.custom_id: BASE_TYPE_REQUIRED',
    ],
    [
      'a link without address',
      [row({ type: 2, style: 5, label: 'a' })],
      'components.0.components.0.url: BASE_TYPE_REQUIRED',
    ],
    [
      'a link of 513 characters',
      [row({ type: 2, style: 5, label: 'a', url: `https://e.org/${'x'.repeat(499)}` })],
      'components.0.components.0.url: BASE_TYPE_BAD_LENGTH',
    ],
    [
      'a link of another scheme',
      [row({ type: 2, style: 5, label: 'a', url: 'file://a' })],
      'components.0.components.0.url: URL_TYPE_INVALID_SCHEME',
    ],
    [
      'a button with neither label nor emoji',
      [row({ type: 2, style: 1, custom_id: 'a' })],
      'components.0.components.0.label: BUTTON_COMPONENT_INVALID_LABEL_OR_EMOJI',
    ],
    [
      'a button with id and address',
      [row({ ...button, style: 5, url: 'https://e.org' })],
      'components.0.components.0.custom_id: BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE',
    ],
    [
      '26 options',
      [row({ ...select, options: Array.from({ length: 26 }, (_, at) => ({ label: 'a', value: `${at}` })) })],
      'components.0.components.0.options: BASE_TYPE_MAX_LENGTH',
    ],
    [
      'an option value used twice',
      [row({ ...select, options: [select.options[0], select.options[0]] })],
      'components.0.components.0.options: SELECT_COMPONENT_OPTION_VALUE_DUPLICATED',
    ],
    [
      'more of a menu chosen already than may be chosen',
      [row({ type: 8, custom_id: 'a', max_values: 1, default_values: [channel('1'), channel('2')] })],
      'components.0.components.0.default_values: BASE_TYPE_BAD_LENGTH',
    ],
    [
      'a role chosen already in a menu of channels',
      [row({ type: 8, custom_id: 'a', default_values: [{ id: '1', type: 'role' }] })],
      'components.0.components.0.default_values: BASE_TYPE_CHOICES',
    ],
    [
      'a text input',
      [row({ type: 4, custom_id: 'a', style: 1, label: 'a' })],
      'components.0.components.0.type: UNION_TYPE_CHOICES',
    ],
  ])('refuse %s', async (_what, components, problem) => {
    const answer = await post(components);
    expect(answer).toMatchObject({ status: 400, code: 50035 });
    expect(answer.problems).toContain(problem);
  });
});

describe('modals', () => {
  const field = { type: 18, label: 'Words', component: { type: 4, custom_id: 'words', style: 2 } };
  const files = {
    type: 18,
    label: 'Files',
    component: { type: 19, custom_id: 'files', max_values: 10, file_types: ['image', '.mov'] },
  };

  it('open with words, fields and files', async () => {
    const { answer, modals } = await open({
      custom_id: 'm',
      title: 'Edit',
      components: [
        field,
        files,
        { type: 10, content: 'A hint' },
        { type: 1, components: [{ type: 4, custom_id: 'old', style: 1, label: 'Old' }] },
      ],
    });
    expect(answer.status).toBe(204);
    expect(modals).toMatchObject([
      { customId: 'm', title: 'Edit', rows: [{ type: 18 }, { type: 18 }, { type: 10 }, { type: 1 }] },
    ]);
  });

  it.each([
    ['a title of 46 characters', { title: 'x'.repeat(46) }, 'data.title: BASE_TYPE_BAD_LENGTH'],
    ['no field at all', { components: [] }, 'data.components: BASE_TYPE_MIN_LENGTH'],
    [
      'six rows',
      { components: Array.from({ length: 6 }, () => ({ type: 10, content: 'a' })) },
      'data.components: BASE_TYPE_MAX_LENGTH',
    ],
    [
      'a label of 46 characters',
      { components: [{ ...field, label: 'x'.repeat(46) }] },
      'data.components.0.label: BASE_TYPE_BAD_LENGTH',
    ],
    ['a button', { components: [row(button)] }, 'data.components.0.components.0.type: BASE_TYPE_CHOICES'],
    [
      'an id used twice',
      { components: [field, field] },
      'data.components.1.component.custom_id: COMPONENT_CUSTOM_ID_DUPLICATED',
    ],
    [
      'a disabled select',
      { components: [{ ...field, component: { ...select, disabled: true } }] },
      'data.components.0.component.disabled: COMPONENT_DISABLED_IN_MODAL',
    ],
    [
      'eleven files',
      { components: [{ ...files, component: { ...files.component, max_values: 11 } }] },
      'data.components.0.component.max_values: NUMBER_TYPE_MAX',
    ],
    [
      'a required field of which none need be given',
      { components: [{ ...files, component: { ...files.component, min_values: 0 } }] },
      'data.components.0.component.min_values: BASE_TYPE_BAD_VALUE',
    ],
  ])('refuse %s', async (_what, change, problem) => {
    const { answer, modals } = await open({ custom_id: 'm', title: 'Edit', components: [field], ...change });
    expect(answer.problems).toContain(problem);
    expect(modals).toEqual([]);
  });

  it('answer 501 to the fields that nobody plays here', async () => {
    const checkbox = { type: 18, label: 'a', component: { type: 23, custom_id: 'c' } };
    expect(
      (await open({ custom_id: 'm', title: 'Edit', components: [{ type: 10, content: 'a' }, checkbox] }))
        .answer.status,
    ).toBe(501);
  });
});

describe('commands', () => {
  const command = { name: 'makevideo', description: 'Makes a video' };
  const text = { type: 3, name: 'prompt', description: 'What to make' };

  it('are registered for all and for one server, and found by people in their place', async () => {
    const stage = await start(noLimits);
    const { people } = stage.standIn;
    const path = pathOf(stage);
    const own = `/applications/${people.botId}/guilds/${stage.guildId}/commands`;
    await stage.raw('PUT', path, [
      command,
      { type: 3, name: 'Make video' },
      { ...command, name: 'inside', contexts: [0] },
    ]);
    await stage.raw('PUT', own, [{ ...command, description: 'Of this server' }]);
    const names = (guildId: string | null) =>
      people.commands(guildId).map(({ name, description }) => `${name}: ${description}`);
    expect(names(stage.guildId)).toEqual([
      'makevideo: Of this server',
      'Make video: ',
      'inside: Makes a video',
    ]);
    expect(names(null)).toEqual(['makevideo: Makes a video', 'Make video: ']);
  });

  it('keep their id when a list is put again, and go when they are not in it', async () => {
    const stage = await start(noLimits);
    const path = pathOf(stage);
    await stage.raw('PUT', path, [command, { ...command, name: 'other' }]);
    const [before] = stage.standIn.people.commands(null);
    await stage.raw('PUT', path, [{ ...command, description: 'Changed' }]);
    expect(stage.standIn.people.commands(null)).toMatchObject([{ id: before?.id, description: 'Changed' }]);
  });

  it('are made, changed, read and deleted one by one', async () => {
    const stage = await start(noLimits);
    const path = pathOf(stage);
    const made = await stage.raw('POST', path, command);
    expect(made.status).toBe(201);
    expect((await stage.raw('POST', path, command)).status).toBe(200);
    const one = `${path}/${made.id}`;
    expect((await stage.raw('PATCH', one, { description: 'Changed' })).body).toMatchObject({
      name: 'makevideo',
      description: 'Changed',
    });
    expect((await stage.raw('GET', one)).body).toMatchObject({ description: 'Changed' });
    expect((await stage.raw('DELETE', one)).status).toBe(204);
    expect(await stage.raw('GET', one)).toMatchObject({ status: 404, code: 10063 });
    expect(await stage.raw('GET', '/applications/1/commands')).toMatchObject({ status: 403, code: 50001 });
  });

  it.each([
    ['capital letters', { ...command, name: 'MakeVideo' }, '0.name: APPLICATION_COMMAND_INVALID_NAME'],
    ['a space', { ...command, name: 'make video' }, '0.name: APPLICATION_COMMAND_INVALID_NAME'],
    ['33 characters', { ...command, name: 'x'.repeat(33) }, '0.name: APPLICATION_COMMAND_INVALID_NAME'],
    ['no description', { name: 'a' }, '0.description: BASE_TYPE_REQUIRED'],
    [
      'a description of 101 characters',
      { ...command, description: 'x'.repeat(101) },
      '0.description: BASE_TYPE_BAD_LENGTH',
    ],
    [
      '26 options',
      { ...command, options: Array.from({ length: 26 }, (_, at) => ({ ...text, name: `o${at}` })) },
      '0.options: BASE_TYPE_MAX_LENGTH',
    ],
    [
      'a required option after an optional one',
      { ...command, options: [text, { ...text, name: 'b', required: true }] },
      '0.options.1: APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID',
    ],
    [
      'an option name used twice',
      { ...command, options: [text, text] },
      '0.options.1.name: APPLICATION_COMMAND_OPTIONS_NAME_INVALID',
    ],
    [
      'a subcommand beside an option',
      {
        ...command,
        options: [
          { ...text, type: 1 },
          { ...text, name: 'b' },
        ],
      },
      '0.options.1: APPLICATION_COMMAND_OPTIONS_TYPE_INVALID',
    ],
    [
      '26 choices',
      {
        ...command,
        options: [
          { ...text, choices: Array.from({ length: 26 }, (_, at) => ({ name: `${at}`, value: `${at}` })) },
        ],
      },
      '0.options.0.choices: BASE_TYPE_MAX_LENGTH',
    ],
    [
      'choices with autocomplete',
      { ...command, options: [{ ...text, autocomplete: true, choices: [{ name: 'a', value: 'a' }] }] },
      '0.options.0: APPLICATION_COMMAND_AUTOCOMPLETE_INVALID',
    ],
    [
      'an unknown language',
      { ...command, name_localizations: { xx: 'a' } },
      '0.name_localizations.xx: BASE_TYPE_CHOICES',
    ],
    [
      'a bad translation',
      { ...command, name_localizations: { de: 'Nicht So' } },
      '0.name_localizations.de: APPLICATION_COMMAND_INVALID_NAME',
    ],
    [
      'a context menu with a description',
      { type: 3, name: 'a', description: 'b' },
      '0.description: APPLICATION_COMMAND_DESCRIPTION_INVALID',
    ],
    [
      'more than 8,000 characters',
      {
        ...command,
        options: Array.from({ length: 4 }, (_, at) => ({
          ...text,
          name: `o${at}`,
          choices: Array.from({ length: 25 }, (_, of) => ({
            name: `${of}${'x'.repeat(80)}`,
            value: `${of}`,
          })),
        })),
      },
      '0: APPLICATION_COMMAND_TOO_LARGE',
    ],
  ])('are refused with %s', async (_what, wrong, problem) => {
    const answer = await put(wrong);
    expect(answer).toMatchObject({ status: 400, code: 50035 });
    expect(answer.problems).toContain(problem);
  });

  it('are refused when two have one name, or when they are too many', async () => {
    expect((await put(command, command)).problems).toEqual(['1.name: APPLICATION_COMMANDS_DUPLICATE_NAME']);
    const many = (count: number, type: number) =>
      Array.from({ length: count }, (_, at) =>
        type === 1 ? { ...command, name: `c${at}` } : { type, name: `c${at}` },
      );
    expect(await put(...many(101, 1))).toMatchObject({ status: 400, code: 30032 });
    expect(await put(...many(16, 3))).toMatchObject({ status: 400, code: 30032 });
    expect((await put(...many(100, 1), ...many(15, 3))).status).toBe(200);
  });
});
