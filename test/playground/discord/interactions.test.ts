/** Interactions of every kind, and every answer to them, with the real discord.js where it can. */
import {
  type AutocompleteInteraction,
  type BaseInteraction,
  ButtonStyle,
  type ChatInputCommandInteraction,
  type Client,
  ComponentType,
  type MessageComponentInteraction,
  MessageFlags,
  type ModalSubmitInteraction,
} from 'discord.js';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { DiscordStandInOptions } from '../../../playground/discord/contract.ts';
import { next, noLimits, start } from './stage.ts';

const commands = [
  {
    name: 'makevideo',
    description: 'Makes a video',
    options: [
      { type: 3, name: 'prompt', description: 'What to make', required: true, max_length: 20 },
      { type: 11, name: 'image1', description: 'A picture', file_types: ['image', '.heic'] },
      { type: 3, name: 'ratio', description: 'Shape', choices: [{ name: 'Tall', value: '9:16' }] },
      { type: 4, name: 'seconds', description: 'Length', min_value: 1, max_value: 60 },
      { type: 5, name: 'music', description: 'With music' },
      { type: 6, name: 'who', description: 'For whom' },
      { type: 7, name: 'where', description: 'Where to' },
      { type: 8, name: 'crew', description: 'Which role' },
    ],
  },
  {
    name: 'nemo',
    description: 'More',
    options: [
      {
        type: 2,
        name: 'more',
        description: 'More still',
        options: [
          {
            type: 1,
            name: 'share',
            description: 'Share',
            options: [
              { type: 9, name: 'with', description: 'With whom', required: true },
              { type: 10, name: 'part', description: 'How much' },
            ],
          },
        ],
      },
      {
        type: 1,
        name: 'settings',
        description: 'Settings',
        options: [{ type: 3, name: 'key', description: 'Which', autocomplete: true }],
      },
    ],
  },
  { name: 'admin', description: 'For few', default_member_permissions: '32' },
  { type: 3, name: 'Make video' },
];

const handle = z.object({ id: z.string(), token: z.string() });

async function startWithCommands(options: Partial<DiscordStandInOptions> = {}) {
  const stage = await start({ ...noLimits, ...options });
  const { people, log } = stage.standIn;
  await stage.raw('PUT', `/applications/${people.botId}/commands`, commands);
  const here = { userId: stage.userId('lin'), channelId: stage.channelId('general') };
  return {
    ...stage,
    ...stage.standIn,
    here,
    /** Answers the newest interaction over plain HTTP. */
    callback: async (body: unknown, query = '') => {
      const { id, token } = handle.parse(log.dispatches('INTERACTION_CREATE').at(-1)?.data);
      return stage.raw('POST', `/interactions/${id}/${token}/callback${query}`, body, { authorization: '' });
    },
    hook: (method: string, path: string, body?: unknown) => {
      const { token } = handle.parse(log.dispatches('INTERACTION_CREATE').at(-1)?.data);
      return stage.raw(method, `/webhooks/${people.botId}/${token}${path}`, body, { authorization: '' });
    },
    makeVideo: () => people.runCommand({ ...here, name: 'makevideo', options: { prompt: 'cats' } }),
  };
}

function nextOf<Kind extends BaseInteraction>(client: Client): Promise<Kind> {
  return next<Kind>(client, 'interactionCreate');
}

describe('a slash command', () => {
  it('arrives with its options, files, languages, rights and limits', async () => {
    const { login, people, here, guildId, userId, channelId } = await startWithCommands();
    const client = await login();
    const heard = nextOf<ChatInputCommandInteraction<'cached'>>(client);
    const role = people.ids.roles['creator'] ?? '';
    await people.runCommand({
      ...here,
      name: 'makevideo',
      options: {
        prompt: 'cats',
        image1: { name: 'my cat.PNG', bytes: new Uint8Array([1, 2, 3]) },
        ratio: '9:16',
        seconds: 8,
        music: true,
        who: userId('maya'),
        where: channelId('showcase'),
        crew: role,
      },
    });
    const interaction = await heard;
    const { options } = interaction;
    expect([options.getString('prompt'), options.getString('ratio'), options.getInteger('seconds')]).toEqual([
      'cats',
      '9:16',
      8,
    ]);
    expect([options.getBoolean('music'), options.getMember('who')?.id, options.getRole('crew')?.id]).toEqual([
      true,
      userId('maya'),
      role,
    ]);
    expect(options.getChannel('where')?.id).toBe(channelId('showcase'));
    const file = options.getAttachment('image1', true);
    expect([file.name, file.contentType, file.size, file.ephemeral]).toEqual([
      'my_cat.PNG',
      'image/png',
      3,
      true,
    ]);
    expect(file.url).toContain('/ephemeral-attachments/');
    expect((await fetch(file.url)).status).toBe(200);
    expect([interaction.locale, interaction.guildLocale, interaction.guildId]).toEqual([
      'zh-CN',
      'en-US',
      guildId,
    ]);
    expect(interaction.attachmentSizeLimit).toBe(10 * 1024 * 1024);
    expect(interaction.appPermissions.has('SendMessages')).toBe(true);
    expect([interaction.context, interaction.member.user.id]).toEqual([0, here.userId]);
    expect(interaction.authorizingIntegrationOwners.guildId).toBe(guildId);
  });

  it('arrives with its group and subcommand, and with people or roles', async () => {
    const { login, people, here, userId } = await startWithCommands();
    const client = await login();
    const share = { ...here, name: 'nemo', subcommandGroup: 'more', subcommand: 'share' };
    const heard = nextOf<ChatInputCommandInteraction>(client);
    await people.runCommand({ ...share, options: { with: userId('maya'), part: 0.5 } });
    const interaction = await heard;
    const { options } = interaction;
    await interaction.reply('Shared.');
    expect(people.world(here.userId).messages[here.channelId]?.at(-1)?.interaction_metadata?.name).toBe(
      'nemo more share',
    );
    expect([options.getSubcommandGroup(), options.getSubcommand(), options.getNumber('part')]).toEqual([
      'more',
      'share',
      0.5,
    ]);
    expect(options.getMentionable('with', true)).toMatchObject({ id: userId('maya') });
    const again = nextOf<ChatInputCommandInteraction>(client);
    const role = people.ids.roles['creator'] ?? '';
    await people.runCommand({ ...share, options: { with: role } });
    expect((await again).options.getMentionable('with', true)).toMatchObject({ id: role });
    await expect(people.runCommand({ ...share, options: { with: '1' } })).rejects.toMatchObject({
      code: 10013,
    });
    await expect(people.runCommand({ ...share, subcommand: 'other' })).rejects.toMatchObject({ code: 50035 });
    await expect(people.runCommand({ ...here, name: 'nemo' })).rejects.toMatchObject({ code: 50035 });
  });

  it('arrives from a DM with the user and no server', async () => {
    const { login, people, here } = await startWithCommands();
    const client = await login();
    const heard = nextOf<ChatInputCommandInteraction>(client);
    const { id: channelId } = await people.openDirectMessage(here.userId);
    await people.runCommand({ ...here, channelId, name: 'makevideo', options: { prompt: 'cats' } });
    const interaction = await heard;
    expect([interaction.guildId, interaction.user.id, interaction.context]).toEqual([null, here.userId, 1]);
  });

  it.each([
    ['a missing required option', { options: {} }],
    ['an option that is not there', { options: { prompt: 'a', other: 'b' } }],
    ['words that are too long', { options: { prompt: 'x'.repeat(21) } }],
    ['another choice', { options: { prompt: 'a', ratio: '1:1' } }],
    ['a number out of range', { options: { prompt: 'a', seconds: 61 } }],
    ['a fraction', { options: { prompt: 'a', seconds: 1.5 } }],
    [
      'a file of another type',
      { options: { prompt: 'a', image1: { name: 'a.pdf', bytes: new Uint8Array(1) } } },
    ],
  ])('is not sent with %s', async (_what, input) => {
    const { people, here, log } = await startWithCommands();
    await expect(people.runCommand({ ...here, name: 'makevideo', ...input })).rejects.toMatchObject({
      code: 50035,
    });
    expect(log.dispatches('INTERACTION_CREATE')).toEqual([]);
  });

  it('is hidden from people without the rights it asks for, and from channels where commands are denied', async () => {
    const { people, here, userId, guildId } = await startWithCommands();
    await expect(people.runCommand({ ...here, name: 'admin' })).rejects.toMatchObject({ code: 10063 });
    await expect(
      people.runCommand({ ...here, userId: userId('moss'), name: 'admin' }),
    ).resolves.toMatchObject({ state: 'pending' });
    await people.setPermissions({
      channelId: here.channelId,
      targetId: guildId,
      deny: ['USE_APPLICATION_COMMANDS'],
    });
    await expect(
      people.runCommand({ ...here, name: 'makevideo', options: { prompt: 'a' } }),
    ).rejects.toMatchObject({ code: 50013 });
  });

  it('offers choices while somebody types, and none when the bot is silent', async () => {
    const typing = { name: 'nemo', subcommand: 'settings', options: { key: 'la' }, focused: 'key' };
    const silent = await startWithCommands({ acknowledgeWithinMs: 50 });
    await silent.login();
    expect(await silent.people.autocomplete({ ...silent.here, ...typing })).toEqual([]);
    const { login, people, here } = await startWithCommands();
    const client = await login();
    const heard = nextOf<AutocompleteInteraction>(client);
    const choices = people.autocomplete({ ...here, ...typing });
    const interaction = await heard;
    const { value } = interaction.options.getFocused(true);
    await interaction.respond([{ name: `${value}nguage`, value: 'language' }]);
    expect(await choices).toEqual([{ name: 'language', value: 'language' }]);
  });
});

describe('the first answer', () => {
  it('is a message that everybody sees', async () => {
    const { login, people, here, makeVideo, channelId } = await startWithCommands();
    const client = await login();
    const heard = nextOf<ChatInputCommandInteraction>(client);
    const { id } = await makeVideo();
    const response = await (await heard).reply({ content: 'Connecting...', withResponse: true });
    const message = response.resource?.message;
    expect(message?.content).toBe('Connecting...');
    expect(response.interaction).toMatchObject({
      responseMessageId: message?.id,
      responseMessageEphemeral: false,
    });
    expect(people.interaction(id)).toMatchObject({ state: 'answered', messageId: message?.id });
    expect(people.world(here.userId).messages[channelId('general')]?.at(-1)).toMatchObject({
      type: 20,
      content: 'Connecting...',
      interaction_metadata: { name: 'makevideo', user: { id: here.userId } },
    });
  });

  it('may be a deferral that shows "thinking…" until it is edited', async () => {
    const { login, people, here, makeVideo } = await startWithCommands();
    const client = await login();
    const heard = nextOf<ChatInputCommandInteraction>(client);
    const { id } = await makeVideo();
    const interaction = await heard;
    await interaction.deferReply();
    expect(people.interaction(id)?.state).toBe('thinking');
    const newest = () => people.world(here.userId).messages[here.channelId]?.at(-1);
    expect(newest()?.flags).toBe(128);
    await interaction.editReply('Ready.');
    expect(newest()).toMatchObject({ flags: 0, content: 'Ready.' });
    expect(people.interaction(id)?.state).toBe('answered');
  });

  it('for one person is seen by that person only, is told to no bot, and is out of reach for the channel', async () => {
    const { login, people, here, makeVideo, userId, raw, log } = await startWithCommands();
    const client = await login();
    const heard = nextOf<ChatInputCommandInteraction>(client);
    await makeVideo();
    const interaction = await heard;
    await interaction.reply({ content: 'psst', flags: MessageFlags.Ephemeral });
    const seenBy = (person: string) =>
      people.world(person).messages[here.channelId]?.filter(({ content }) => content === 'psst') ?? [];
    const [own] = seenBy(here.userId);
    expect(own?.flags).toBe(64);
    expect(seenBy(userId('maya'))).toEqual([]);
    expect(log.dispatches('MESSAGE_CREATE')).toEqual([]);
    const path = `/channels/${here.channelId}/messages`;
    expect((await raw('GET', path)).body).toEqual([]);
    expect(await raw('PATCH', `${path}/${own?.id}`, { content: 'a' })).toMatchObject({
      status: 404,
      code: 10008,
    });
    await interaction.editReply('hush');
    await people.dismissEphemeral({ userId: here.userId, messageId: own?.id ?? '' });
    await expect(interaction.editReply('gone')).rejects.toMatchObject({ code: 10008 });
  });

  it('can be given once: the second is 40060', async () => {
    const { login, makeVideo, callback } = await startWithCommands();
    await login();
    await makeVideo();
    const body = { type: 4, data: { content: 'a' } };
    expect((await callback(body)).status).toBe(204);
    expect(await callback(body)).toMatchObject({ status: 400, code: 40060 });
  });

  it('comes too late after the deadline: 10062, and the person is told', async () => {
    const { login, makeVideo, callback, people } = await startWithCommands({ acknowledgeWithinMs: 50 });
    await login();
    const { id } = await makeVideo();
    const failed = await people.until('the failure', () => people.interaction(id)?.failure);
    expect(failed).toBe('The application did not respond');
    expect(await callback({ type: 5 })).toMatchObject({ status: 404, code: 10062 });
  });

  it.each([
    ['an update where there is no message', { type: 7, data: { content: 'a' } }, 'type: BASE_TYPE_CHOICES'],
    ['choices for a command', { type: 8, data: { choices: [] } }, 'type: BASE_TYPE_CHOICES'],
    ['a type that does not exist', { type: 99 }, 'type: BASE_TYPE_CHOICES'],
    [
      'another flag than EPHEMERAL in a deferral',
      { type: 5, data: { flags: 4 } },
      'data.flags: BASE_TYPE_CHOICES',
    ],
    [
      'too many words',
      { type: 4, data: { content: 'x'.repeat(2001) } },
      'data.content: BASE_TYPE_MAX_LENGTH',
    ],
  ])('is refused for %s, and may then still be given', async (_what, body, problem) => {
    const { login, makeVideo, callback } = await startWithCommands();
    await login();
    await makeVideo();
    expect(await callback(body)).toMatchObject({ status: 400, code: 50035, problems: [problem] });
    expect((await callback({ type: 5 })).status).toBe(204);
  });

  it('pings users by default, and no roles and not everyone', async () => {
    const { login, makeVideo, callback, people, here, log, userId } = await startWithCommands();
    await login();
    await makeVideo();
    await callback({
      type: 4,
      data: { content: `<@${userId('maya')}> <@&${people.ids.roles['creator']}> @everyone` },
    });
    const [history] = log.messages(here.channelId);
    expect(history?.versions[0]?.pinged).toEqual({ userIds: [userId('maya')], roleIds: [], everyone: false });
  });

  it('carries files, and so does its edit', async () => {
    const { login, makeVideo, people, here } = await startWithCommands();
    const client = await login();
    const heard = nextOf<ChatInputCommandInteraction>(client);
    await makeVideo();
    const interaction = await heard;
    await interaction.reply({
      files: [{ attachment: Buffer.from('a'), name: 'a.txt' }],
      flags: MessageFlags.Ephemeral,
    });
    await interaction.editReply({ files: [{ attachment: Buffer.from('b'), name: 'b.txt' }] });
    const [shown] = people.world(here.userId).messages[here.channelId] ?? [];
    expect(shown?.attachments.map(({ filename }) => filename)).toEqual(['b.txt']);
    expect(shown?.attachments[0]?.url).toContain('/ephemeral-attachments/');
  });

  it('that was put off fails with its token when nothing follows', async () => {
    const { login, makeVideo, callback, people } = await startWithCommands({ interactionTokenLifeMs: 60 });
    await login();
    const states: unknown[] = [];
    people.subscribe((change) => {
      if (change.type === 'interaction') states.push(change.interaction.state);
    });
    const { id } = await makeVideo();
    await callback({ type: 5 });
    expect(states).toContain('thinking');
    expect(await people.until('the failure', () => people.interaction(id)?.failure)).toBe(
      'The application did not respond',
    );
  });

  it('needs no rights in the channel', async () => {
    const { login, makeVideo, callback, faults, here } = await startWithCommands();
    await login();
    faults.revoke(here.channelId, ['SEND_MESSAGES', 'EMBED_LINKS']);
    await makeVideo();
    expect((await callback({ type: 4, data: { embeds: [{ title: 'a' }] } })).status).toBe(204);
  });
});

describe('the token', () => {
  it('allows follow-ups, reading, editing and deleting', async () => {
    const { login, makeVideo, people, here } = await startWithCommands();
    const client = await login();
    const heard = nextOf<ChatInputCommandInteraction>(client);
    await makeVideo();
    const interaction = await heard;
    await interaction.reply('one');
    const second = await interaction.followUp('two');
    await second.edit('two, edited');
    expect((await interaction.fetchReply()).content).toBe('one');
    await interaction.deleteReply();
    const shown = people.world(here.userId).messages[here.channelId]?.map(({ content }) => content);
    expect(shown).toEqual(['two, edited']);
  });

  it('has the first follow-up take the place of "thinking…"', async () => {
    const { login, makeVideo, people, here } = await startWithCommands();
    const client = await login();
    const heard = nextOf<ChatInputCommandInteraction>(client);
    await makeVideo();
    const interaction = await heard;
    await interaction.deferReply({ flags: MessageFlags.Ephemeral });
    await interaction.followUp('here you are');
    expect(people.world(here.userId).messages[here.channelId]).toMatchObject([
      { content: 'here you are', flags: 64 },
    ]);
  });

  it('is of no use before the first answer, after 15 minutes, and for messages of others', async () => {
    const { login, makeVideo, callback, hook, clock, people, here } = await startWithCommands();
    await login();
    await makeVideo();
    expect(await hook('POST', '', { content: 'a' })).toMatchObject({ status: 404, code: 10015 });
    await callback({ type: 4, data: { content: 'a' } });
    const other = await people.sendMessage({ ...here, content: 'mine' });
    expect(await hook('PATCH', `/messages/${other.id}`, { content: 'yours' })).toMatchObject({
      status: 404,
      code: 10008,
    });
    expect((await hook('PATCH', '/messages/%40original', { content: 'b' })).status).toBe(200);
    clock.advance(15 * 60_000 + 1);
    expect(await hook('PATCH', '/messages/@original', { content: 'c' })).toMatchObject({
      status: 401,
      code: 50027,
    });
  });

  it('knows no nonces', async () => {
    const { login, makeVideo, callback, hook, log, here } = await startWithCommands();
    await login();
    await makeVideo();
    await callback({ type: 4, data: { content: 'a' } });
    for (const content of ['b', 'c']) await hook('POST', '', { content, nonce: 'n', enforce_nonce: true });
    expect(log.messages(here.channelId)).toHaveLength(3);
  });

  it('is in no log', async () => {
    const { login, makeVideo, callback, log } = await startWithCommands();
    await login();
    await makeVideo();
    await callback({ type: 5 });
    expect(log.requests({ route: /callback/ })[0]?.path).toMatch(/^\/interactions\/\d+\/\*\*\*\/callback$/);
  });

  it('lets the message be edited as an ordinary one for ever after', async () => {
    const { login, makeVideo, callback, raw, clock, log, here } = await startWithCommands();
    await login();
    await makeVideo();
    await callback({ type: 5 });
    const [history] = log.messages(here.channelId);
    clock.advance(20 * 60_000);
    const path = `/channels/${here.channelId}/messages/${history?.id}`;
    expect((await raw('PATCH', path, { content: 'late, but here' })).body).toMatchObject({
      content: 'late, but here',
      flags: 0,
    });
  });
});

const label = (customId: string, type: 5 | 6 | 8 | 3) => ({
  type: ComponentType.Label as const,
  label: customId,
  component:
    type === 3
      ? { type, custom_id: customId, required: false, options: [{ label: 'A', value: 'a' }] }
      : { type, custom_id: customId },
});

describe('components and modals', () => {
  const rows = [
    {
      type: ComponentType.ActionRow,
      components: [
        { type: ComponentType.Button, style: ButtonStyle.Primary, label: 'Edit', customId: 'edit' },
        {
          type: ComponentType.Button,
          style: ButtonStyle.Secondary,
          label: 'No',
          customId: 'no',
          disabled: true,
        },
        { type: ComponentType.Button, style: ButtonStyle.Link, label: 'Web', url: 'https://example.org' },
      ],
    },
    {
      type: ComponentType.ActionRow,
      components: [
        {
          type: ComponentType.StringSelect,
          customId: 'pick',
          options: [{ label: 'A', value: 'a' }],
          maxValues: 1,
        },
      ],
    },
  ] as const;

  async function startWithMessage() {
    const stage = await startWithCommands();
    const client = await stage.login();
    const channel = await client.channels.fetch(stage.here.channelId);
    if (!channel?.isSendable()) throw new Error('no channel');
    const message = await channel.send({ content: 'a result', components: rows });
    const press = async () => {
      const heard = nextOf<MessageComponentInteraction>(client);
      await stage.people.pressButton({ userId: stage.here.userId, messageId: message.id, customId: 'edit' });
      return heard;
    };
    return { ...stage, client, message, press };
  }

  it('tell the bot what was pressed and where', async () => {
    const { press, message, here } = await startWithMessage();
    const interaction = await press();
    expect([interaction.customId, interaction.isButton(), interaction.user.id]).toEqual([
      'edit',
      true,
      here.userId,
    ]);
    expect([interaction.message.id, interaction.message.content]).toEqual([message.id, 'a result']);
  });

  it('may update their message at once, or after an acknowledgement that shows nothing', async () => {
    const { press, message, log, here } = await startWithMessage();
    await (await press()).update('changed');
    const later = await press();
    await later.deferUpdate();
    await later.editReply('changed again');
    await later.followUp('and a new one');
    const histories = log.messages(here.channelId);
    expect(histories[0]?.versions.map((version) => version.message.content)).toEqual([
      'a result',
      'changed',
      'changed again',
    ]);
    expect(histories.map(({ id }) => id === message.id)).toEqual([true, false]);
  });

  it('may answer with a new message that quotes theirs', async () => {
    const { press, message } = await startWithMessage();
    const { resource } = await (await press()).reply({ content: 'ok', withResponse: true });
    expect(resource?.message?.reference?.messageId).toBe(message.id);
  });

  it('cannot be pressed when they are disabled, links, not there, or when the message is gone', async () => {
    const { people, message, here, faults } = await startWithMessage();
    const press = (customId: string) =>
      people.pressButton({ userId: here.userId, messageId: message.id, customId });
    await expect(press('no')).rejects.toMatchObject({ code: 50035 });
    await expect(press('other')).rejects.toMatchObject({ code: 50035 });
    await expect(press('pick')).rejects.toMatchObject({ code: 50024 });
    faults.deleteMessage(here.channelId, message.id);
    await expect(press('edit')).rejects.toMatchObject({ code: 10008 });
  });

  it('give the values of a select that are offered, and no others', async () => {
    const { client, people, message, here } = await startWithMessage();
    const choose = (values: string[]) =>
      people.chooseSelect({ userId: here.userId, messageId: message.id, customId: 'pick', values });
    await expect(choose(['b'])).rejects.toMatchObject({ code: 50035 });
    await expect(choose([])).rejects.toMatchObject({ code: 50035 });
    const heard = nextOf<MessageComponentInteraction>(client);
    await choose(['a']);
    const interaction = await heard;
    expect(interaction.isStringSelectMenu() && interaction.values).toEqual(['a']);
  });

  it('open a modal whose words and files come back with the message it came from', async () => {
    const { press, client, people, here, message } = await startWithMessage();
    await (await press()).showModal({
      custom_id: 'words',
      title: 'Edit',
      components: [
        {
          type: ComponentType.Label,
          label: 'Words',
          component: { type: ComponentType.TextInput, custom_id: 'text', style: 2, max_length: 10 },
        },
        {
          type: ComponentType.Label,
          label: 'Files',
          component: { type: ComponentType.FileUpload, custom_id: 'files', required: false, max_values: 2 },
        },
      ],
    });
    const modal = people.world(here.userId).modals[0];
    const submit = (fields: Parameters<typeof people.submitModal>[0]['fields']) =>
      people.submitModal({ userId: here.userId, modalId: modal?.modalId ?? '', fields });
    const file = { name: 'cat.png', bytes: new Uint8Array([7]) };
    await expect(submit({ text: '' })).rejects.toMatchObject({ code: 50035 });
    await expect(submit({ text: 'x'.repeat(11) })).rejects.toMatchObject({ code: 50035 });
    await expect(submit({ text: 'a', files: [file, file, file] })).rejects.toMatchObject({ code: 50035 });
    const heard = nextOf<ModalSubmitInteraction>(client);
    await submit({ text: 'slower', files: [file] });
    const interaction = await heard;
    expect([interaction.customId, interaction.fields.getTextInputValue('text')]).toEqual(['words', 'slower']);
    expect(interaction.fields.getUploadedFiles('files')?.map(({ name, size }) => [name, size])).toEqual([
      ['cat.png', 1],
    ]);
    expect([interaction.isFromMessage(), interaction.message?.id]).toEqual([true, message.id]);
    expect(people.world(here.userId).modals).toEqual([]);
    await interaction.deferUpdate();
    await expect(submit({ text: 'again' })).rejects.toMatchObject({ code: 10008 });
  });

  it('bring people, roles and channels that a select of a modal names', async () => {
    const { press, people, here, client, userId, channelId } = await startWithMessage();
    await (await press()).showModal({
      custom_id: 'm',
      title: 'M',
      components: [label('who', 5), label('crew', 6), label('where', 8), label('what', 3)],
    });
    const { modalId = '' } = people.world(here.userId).modals[0] ?? {};
    const role = people.ids.roles['creator'] ?? '';
    const fields = { who: [userId('maya')], crew: [role], where: [channelId('showcase')] };
    await expect(
      people.submitModal({ userId: here.userId, modalId, fields: { ...fields, who: [] } }),
    ).rejects.toMatchObject({ code: 50035 });
    const heard = nextOf<ModalSubmitInteraction>(client);
    await people.submitModal({ userId: here.userId, modalId, fields });
    const { fields: got } = await heard;
    expect([...(got.getSelectedUsers('who')?.keys() ?? [])]).toEqual([userId('maya')]);
    expect([...(got.getSelectedRoles('crew')?.keys() ?? [])]).toEqual([role]);
    expect([...(got.getSelectedChannels('where')?.keys() ?? [])]).toEqual([channelId('showcase')]);
    expect(got.getStringSelectValues('what')).toEqual([]);
  });

  it('let a person walk away from a modal, and a modal answer no modal', async () => {
    const { press, people, here, callback } = await startWithMessage();
    const interaction = await press();
    const field = {
      type: ComponentType.Label,
      label: 'a',
      component: { type: ComponentType.TextInput, custom_id: 't', style: 1 },
    } as const;
    await interaction.showModal({ custom_id: 'm', title: 'M', components: [field] });
    const { modalId = '' } = people.world(here.userId).modals[0] ?? {};
    await people.submitModal({ userId: here.userId, modalId, fields: { t: 'x' } });
    const body = { type: 9, data: { custom_id: 'n', title: 'N', components: [{ type: 10, content: 'a' }] } };
    expect(await callback(body)).toMatchObject({ status: 400, problems: ['type: BASE_TYPE_CHOICES'] });
    await (await press()).showModal({ custom_id: 'm', title: 'M', components: [field] });
    await people.dismissModal({
      userId: here.userId,
      modalId: people.world(here.userId).modals[0]?.modalId ?? '',
    });
    expect(people.world(here.userId).modals).toEqual([]);
  });
});

describe('a message command', () => {
  it('brings the whole message, also without the content intent', async () => {
    const { login, people, here, userId } = await startWithCommands({ hasMessageContentIntent: false });
    const client = await login({ intents: ['Guilds', 'GuildMessages'] });
    const file = { name: 'cat.png', bytes: new Uint8Array([7]) };
    const message = await people.sendMessage({
      ...here,
      userId: userId('maya'),
      content: 'my cat',
      files: [file],
    });
    const heard = next<BaseInteraction>(client, 'interactionCreate');
    await people.runMessageCommand({ ...here, messageId: message.id, name: 'Make video' });
    const interaction = await heard;
    if (!interaction.isMessageContextMenuCommand()) throw new Error('another kind');
    expect([interaction.targetMessage.content, interaction.targetMessage.attachments.size]).toEqual([
      'my cat',
      1,
    ]);
    const { resource } = await interaction.reply({ content: 'ok', withResponse: true });
    expect([resource?.message?.type, resource?.message?.reference?.messageId]).toEqual([23, message.id]);
  });
});
