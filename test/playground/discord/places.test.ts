/** Kinds of places: posts, voice chats, private threads, servers without the bot, and leaving one. */
import type { BaseInteraction, Message, ThreadChannel } from 'discord.js';
import { describe, expect, it } from 'vitest';
import { everyoneDefault } from '../../../playground/discord/world-seed.ts';
import { manyPlaces } from '../../fixtures/many-places.ts';
import { next, noLimits, start } from './stage.ts';

const open = async () => {
  const stage = await start({ ...noLimits, world: manyPlaces });
  const client = await stage.login();
  return { ...stage, ...stage.standIn, client };
};

const registered = [
  { name: 'everywhere', description: 'x', integration_types: [0, 1], contexts: [0, 1, 2] },
  { name: 'athome', description: 'x' },
];

const register = (stage: Awaited<ReturnType<typeof open>>) =>
  stage.raw('PUT', `/applications/${stage.people.botId}/commands`, registered);

describe('a post', () => {
  it.each(['ideas', 'gallery'])('in %s is a thread whose first message has its id', async (channel) => {
    const { client, people, userId, channelId, raw } = await open();
    const heard = next<ThreadChannel>(client, 'threadCreate');
    const said = next<Message>(client, 'messageCreate');
    const post = await people.createPost({
      userId: userId('maya'),
      channelId: channelId(channel),
      name: 'Cats',
      content: 'a film about cats',
    });
    expect([(await heard).id, (await said).id, (await said).channelId]).toEqual([post.id, post.id, post.id]);
    expect((await raw('POST', `/channels/${post.id}/messages`, { content: 'hello' })).status).toBe(200);
  });

  it('is the only thing that a forum takes', async () => {
    const { people, userId, channelId, raw } = await open();
    const refused = await raw('POST', `/channels/${channelId('ideas')}/messages`, { content: 'hello' });
    expect(refused).toMatchObject({ status: 400, code: 40058 });
    const post = { userId: userId('maya'), channelId: channelId('general'), name: 'Cats', content: 'cats' };
    await expect(people.createPost(post)).rejects.toMatchObject({ code: 50024 });
  });
});

describe('the chat of a voice channel', () => {
  it.each(['lounge', 'theatre'])('takes messages in %s and no threads', async (channel) => {
    const { people, userId, channelId, raw } = await open();
    const where = { userId: userId('maya'), channelId: channelId(channel) };
    const { id } = await people.sendMessage({ ...where, content: 'hello' });
    const path = `/channels/${where.channelId}/messages`;
    expect(await raw('POST', `${path}/${id}/threads`, { name: 'x' })).toMatchObject({ code: 50024 });
    expect((await raw('POST', path, { content: 'hello' })).status).toBe(200);
  });
});

describe('a private thread', () => {
  it('is hidden from a bot without MANAGE_THREADS until somebody names it there', async () => {
    const stage = await start({
      ...noLimits,
      world: {
        ...manyPlaces,
        guilds: manyPlaces.guilds.map((guild) => ({
          ...guild,
          bot: [],
          everyone: [...everyoneDefault, 'CREATE_PRIVATE_THREADS'],
        })),
      },
    });
    const { people } = stage.standIn;
    const userId = stage.userId('maya');
    const thread = await people.createThread({
      userId,
      channelId: stage.channelId('general'),
      name: 'Between us',
      isPrivate: true,
    });
    const path = `/channels/${thread.id}/messages`;
    expect(await stage.raw('POST', path, { content: 'hi' })).toMatchObject({ status: 403, code: 50001 });
    await people.sendMessage({ userId, channelId: thread.id, content: `<@${people.botId}> come in` });
    expect((await stage.raw('POST', path, { content: 'hi' })).status).toBe(200);
  });
});

describe('a server without the bot', () => {
  it('is not told to it, and cannot be written in', async () => {
    const { client, channelId, raw } = await open();
    expect(client.guilds.cache.size).toBe(1);
    const refused = await raw('POST', `/channels/${channelId('abroad')}/messages`, { content: 'x' });
    expect(refused).toMatchObject({ status: 403, code: 50001 });
  });

  it('offers commands to those alone who installed the application for themselves', async () => {
    const stage = await open();
    await register(stage);
    const { client, people, userId, channelId } = stage;
    const pavo = { userId: userId('pavo'), channelId: channelId('abroad') };
    await expect(people.runCommand({ ...pavo, name: 'everywhere' })).rejects.toMatchObject({ code: 10063 });
    await people.installApp(pavo.userId);
    await expect(people.runCommand({ ...pavo, name: 'athome' })).rejects.toMatchObject({ code: 10063 });
    const heard = next<BaseInteraction>(client, 'interactionCreate');
    await people.runCommand({ ...pavo, name: 'everywhere' });
    const interaction = await heard;
    expect(interaction.guild).toBeNull();
    expect(interaction.authorizingIntegrationOwners).toMatchObject({ guildId: null, userId: pavo.userId });
  });

  it('takes five follow-ups and no sixth', async () => {
    const stage = await open();
    await register(stage);
    const { client, people, userId, channelId, raw, clock } = stage;
    await people.installApp(userId('pavo'));
    const heard = next<BaseInteraction>(client, 'interactionCreate');
    await people.runCommand({ userId: userId('pavo'), channelId: channelId('abroad'), name: 'everywhere' });
    const { id, token } = await heard;
    await raw('POST', `/interactions/${id}/${token}/callback`, { type: 4, data: { content: 'yes' } });
    const answers = [];
    for (let index = 0; index < 6; index += 1) {
      clock.advance(2_000);
      answers.push(await raw('POST', `/webhooks/${people.botId}/${token}`, { content: String(index) }));
    }
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 400]);
    expect(answers.at(-1)?.code).toBe(40094);
  });

  it('gives no direct messages to people whom nothing connects with the bot', async () => {
    const { guildId, people, userId, raw } = await open();
    const direct = await people.openDirectMessage(userId('maya'));
    const write = () => raw('POST', `/channels/${direct.id}/messages`, { content: 'hi' });
    expect((await write()).status).toBe(200);
    await people.removeBot(guildId);
    expect(await write()).toMatchObject({ status: 403, code: 50278 });
    await people.installApp(userId('maya'));
    expect((await write()).status).toBe(200);
  });
});

describe('leaving a server', () => {
  it('is told once, and nothing of it afterwards', async () => {
    const { client, guildId, people, userId, channelId, log, raw } = await open();
    const left = next(client, 'guildDelete');
    await people.removeBot(guildId);
    await left;
    await people.sendMessage({ userId: userId('maya'), channelId: channelId('general'), content: 'alone' });
    expect(log.dispatches('MESSAGE_CREATE')).toEqual([]);
    const refused = await raw('POST', `/channels/${channelId('general')}/messages`, { content: 'x' });
    expect(refused).toMatchObject({ status: 403, code: 50001 });
  });
});

describe('events that come twice', () => {
  it('are the same, with the same number', async () => {
    const { client, people, userId, channelId, faults } = await open();
    const where = { userId: userId('maya'), channelId: channelId('general') };
    type Dispatch = { t: string; s: number; d: { id: string } };
    const heard = () => next<Dispatch>(client, 'raw', ({ t }) => t === 'MESSAGE_CREATE');
    const once = heard();
    await people.sendMessage({ ...where, content: 'twice' });
    const first = await once;
    const again = heard();
    faults.repeatEvents(1);
    expect(await again).toMatchObject({ s: first.s, d: { id: first.d.id } });
  });
});
