/** Threads, DMs and rights in channels. */
import { ChannelType, type TextChannel, type ThreadChannel } from 'discord.js';
import { describe, expect, it } from 'vitest';
import type { Overwrite } from '../../../playground/discord/shapes.ts';
import { createDiscordStandIn } from '../../../playground/discord/stand-in.ts';
import { botToken, next, noLimits, start } from './stage.ts';

async function startInChannel() {
  const stage = await start(noLimits);
  const client = await stage.login();
  const channel = await client.channels.fetch(stage.channelId('general'));
  if (channel?.type !== ChannelType.GuildText) throw new Error('no channel');
  const textChannel: TextChannel = channel;
  return {
    ...stage,
    ...stage.standIn,
    client,
    channel: textChannel,
    path: `/channels/${channel.id}`,
    maya: { userId: stage.userId('maya'), channelId: channel.id },
  };
}

async function startInThread() {
  const stage = await startInChannel();
  const thread = await stage.channel.threads.create({ name: 'A film' });
  return {
    ...stage,
    thread,
    threadPath: `/channels/${thread.id}`,
    mayaThere: { ...stage.maya, channelId: thread.id },
  };
}

describe('a thread on a message', () => {
  it('has the id of the message, marks it, and begins with a line that quotes it', async () => {
    const { channel, people, maya, raw, path, client } = await startInChannel();
    const { id } = await people.sendMessage({ ...maya, content: 'make a film' });
    const heard = next<ThreadChannel>(client, 'threadCreate');
    const message = await channel.messages.fetch(id);
    const thread = await message.startThread({ name: 'A film', autoArchiveDuration: 1440 });
    expect([thread.id, thread.ownerId, (await heard).id]).toEqual([id, client.user.id, id]);
    expect((await raw('GET', `${path}/messages/${id}`)).body).toMatchObject({
      flags: 32,
      thread: { id, name: 'A film' },
    });
    const lines = await thread.messages.fetch();
    expect(lines.map(({ type, system }) => [type, system])).toEqual([[21, true]]);
    expect((await raw('GET', `/channels/${id}/messages`)).body).toMatchObject([
      { referenced_message: { content: 'make a film' } },
    ]);
  });

  it('can be made once: the second try is 160004', async () => {
    const { people, maya, raw, path } = await startInChannel();
    const { id } = await people.sendMessage({ ...maya, content: 'a' });
    const create = () => raw('POST', `${path}/messages/${id}/threads`, { name: 'a' });
    expect((await create()).status).toBe(201);
    expect(await create()).toMatchObject({ status: 400, code: 160004 });
  });

  it.each([
    ['no name', {}, 'name: BASE_TYPE_REQUIRED'],
    ['an empty name', { name: '' }, 'name: BASE_TYPE_BAD_LENGTH'],
    ['a name of 101 characters', { name: 'x'.repeat(101) }, 'name: BASE_TYPE_BAD_LENGTH'],
    [
      'another archive time',
      { name: 'a', auto_archive_duration: 61 },
      'auto_archive_duration: BASE_TYPE_CHOICES',
    ],
  ])('is refused with %s', async (_what, body, problem) => {
    const { people, maya, raw, path } = await startInChannel();
    const { id } = await people.sendMessage({ ...maya, content: 'a' });
    const answer = await raw('POST', `${path}/messages/${id}/threads`, body);
    expect(answer).toMatchObject({ status: 400, code: 50035, problems: [problem] });
  });

  it('needs a message, a channel that has threads, and the right', async () => {
    const { raw, path, people, maya, faults, channel } = await startInChannel();
    expect(await raw('POST', `${path}/messages/123/threads`, { name: 'a' })).toMatchObject({
      status: 404,
      code: 10008,
    });
    const direct = await people.openDirectMessage(maya.userId);
    expect(await raw('POST', `/channels/${direct.id}/threads`, { name: 'a', type: 11 })).toMatchObject({
      status: 400,
      code: 50024,
    });
    faults.revoke(channel.id, ['CREATE_PUBLIC_THREADS']);
    expect(await raw('POST', `${path}/threads`, { name: 'a', type: 11 })).toMatchObject({
      status: 403,
      code: 50013,
    });
  });
});

describe('a free-standing thread', () => {
  it('is announced in the channel by a line of its own', async () => {
    const { channel, people, maya, client } = await startInChannel();
    const thread = await channel.threads.create({ name: 'Alone' });
    const [line] = people.world(maya.userId).messages[channel.id] ?? [];
    expect(line).toMatchObject({
      type: 18,
      content: 'Alone',
      author: { id: client.user.id },
      message_reference: { channel_id: thread.id },
    });
  });

  it('of a person is made under the same rules', async () => {
    const { people, maya, guildId } = await startInChannel();
    await expect(people.createThread({ ...maya, name: '' })).rejects.toMatchObject({ code: 50035 });
    await expect(people.createThread({ ...maya, name: 'a', messageId: '1' })).rejects.toMatchObject({
      code: 10008,
    });
    await people.setPermissions({
      channelId: maya.channelId,
      targetId: guildId,
      deny: ['CREATE_PUBLIC_THREADS'],
    });
    await expect(people.createThread({ ...maya, name: 'a' })).rejects.toMatchObject({ code: 50013 });
  });

  it('may be private: seen by its members, and by those who manage threads', async () => {
    const { channel, people, maya, userId } = await startInChannel();
    const thread = await channel.threads.create({ name: 'Private', type: ChannelType.PrivateThread });
    const threadsOf = (id: string) => people.world(id).guilds[0]?.threads.map(({ name }) => name);
    expect([threadsOf(maya.userId), threadsOf(userId('moss'))]).toEqual([[], ['Private']]);
    await thread.members.add(maya.userId);
    expect(threadsOf(maya.userId)).toEqual(['Private']);
    await thread.members.remove(maya.userId);
    expect(threadsOf(maya.userId)).toEqual([]);
    expect(people.world(userId('moss')).messages[channel.id]).toEqual([]);
  });
});

describe('in a thread', () => {
  it('who writes or is pinged joins, and messages are counted', async () => {
    const { thread, people, userId, mayaThere, raw, threadPath } = await startInThread();
    await people.sendMessage({ ...mayaThere, content: 'hello' });
    await thread.send(`<@${userId('lin')}>`);
    const view = people.world(mayaThere.userId).guilds[0]?.threads[0];
    expect(view?.members.map(({ user_id }) => user_id)).toEqual([
      people.botId,
      mayaThere.userId,
      userId('lin'),
    ]);
    expect((await raw('GET', threadPath)).body).toMatchObject({
      message_count: 2,
      member_count: 3,
      member: { user_id: people.botId },
    });
  });

  it('an archived one refuses edits, reactions and commands, and wakes when somebody sends', async () => {
    const { thread, raw, threadPath, people, mayaThere } = await startInThread();
    const message = await thread.send('a');
    await thread.setArchived(true);
    const path = `${threadPath}/messages/${message.id}`;
    expect(await raw('PATCH', path, { content: 'b' })).toMatchObject({ status: 400, code: 50083 });
    expect(await raw('PUT', `${path}/reactions/%F0%9F%91%8D/@me`)).toMatchObject({ code: 50083 });
    expect(await raw('PATCH', threadPath, { name: 'b' })).toMatchObject({ code: 50083 });
    await expect(people.runCommand({ ...mayaThere, name: 'a' })).rejects.toMatchObject({ code: 50083 });
    await thread.send('c');
    expect((await raw('GET', threadPath)).body).toMatchObject({ thread_metadata: { archived: false } });
    expect((await raw('PATCH', path, { content: 'b' })).status).toBe(200);
  });

  it('a locked one is for those who manage threads', async () => {
    const { thread, people, mayaThere, raw, threadPath, channel, faults } = await startInThread();
    await people.setThread({ threadId: thread.id, isArchived: true, isLocked: true });
    await expect(people.sendMessage({ ...mayaThere, content: 'a' })).rejects.toMatchObject({ code: 160005 });
    expect((await raw('POST', `${threadPath}/messages`, { content: 'a' })).status).toBe(200);
    await people.setThread({ threadId: thread.id, isArchived: true, isLocked: true });
    faults.revoke(channel.id, ['MANAGE_THREADS']);
    expect(await raw('POST', `${threadPath}/messages`, { content: 'a' })).toMatchObject({
      status: 400,
      code: 160005,
    });
    expect(await raw('PATCH', threadPath, { archived: false })).toMatchObject({ status: 403, code: 50013 });
  });

  it('a maker of one may rename it and not lock it; others need the right', async () => {
    const { people, maya, raw, faults, channel, threadPath } = await startInThread();
    const theirs = await people.createThread({ ...maya, name: 'Theirs' });
    faults.revoke(channel.id, ['MANAGE_THREADS']);
    expect((await raw('PATCH', threadPath, { name: 'Renamed' })).body).toMatchObject({ name: 'Renamed' });
    expect(await raw('PATCH', threadPath, { locked: true })).toMatchObject({ code: 50013 });
    expect(await raw('PATCH', `/channels/${theirs.id}`, { name: 'Mine' })).toMatchObject({ code: 50013 });
    expect(await raw('DELETE', `/channels/${theirs.id}`)).toMatchObject({ code: 50013 });
  });

  it('sending has its own right, and ends with the channel', async () => {
    const { thread, people, maya, faults, channel, raw, threadPath, client } = await startInThread();
    faults.revoke(channel.id, ['SEND_MESSAGES']);
    expect((await raw('POST', `${threadPath}/messages`, { content: 'a' })).status).toBe(200);
    faults.revoke(channel.id, ['SEND_MESSAGES_IN_THREADS']);
    expect(await raw('POST', `${threadPath}/messages`, { content: 'a' })).toMatchObject({
      status: 403,
      code: 50013,
    });
    const gone = next<ThreadChannel>(client, 'threadDelete', ({ id }) => id === thread.id);
    await people.deleteChannel(channel.id);
    expect((await gone).id).toBe(thread.id);
    expect(await raw('GET', threadPath)).toMatchObject({ status: 404, code: 10003 });
    await expect(people.sendMessage({ ...maya, content: 'a' })).rejects.toMatchObject({ code: 10003 });
  });

  it('active ones are listed, and archived ones elsewhere', async () => {
    const { thread, raw, guildId, path } = await startInThread();
    const names = async (at: string) => JSON.stringify((await raw('GET', at)).body);
    expect(await names(`/guilds/${guildId}/threads/active`)).toContain('A film');
    await thread.setArchived(true);
    expect(await names(`/guilds/${guildId}/threads/active`)).not.toContain('A film');
    expect(await names(`${path}/threads/archived/public`)).toContain('A film');
    expect(await raw('GET', `/channels/${thread.id}/thread-members/1`)).toMatchObject({
      status: 404,
      code: 10013,
    });
  });
});

describe('rights', () => {
  it.each([
    ['VIEW_CHANNEL', 'POST', 50001],
    ['SEND_MESSAGES', 'POST', 50013],
  ])('without %s the bot gets %s → %i', async (right, method, code) => {
    const { raw, path, faults, channel } = await startInChannel();
    faults.revoke(channel.id, [right]);
    expect(await raw(method, `${path}/messages`, { content: 'a' })).toMatchObject({ status: 403, code });
  });

  it('ask for ATTACH_FILES and EMBED_LINKS when a message has them', async () => {
    const { raw, path, faults, channel } = await startInChannel();
    const form = new FormData();
    form.append('files[0]', new Blob(['abc']), 'a.txt');
    faults.revoke(channel.id, ['ATTACH_FILES', 'EMBED_LINKS']);
    expect(await raw('POST', `${path}/messages`, form)).toMatchObject({ status: 403, code: 50013 });
    expect(await raw('POST', `${path}/messages`, { embeds: [{ title: 'a' }] })).toMatchObject({
      status: 403,
      code: 50013,
    });
    expect((await raw('POST', `${path}/messages`, { content: 'a' })).status).toBe(200);
  });

  it('are denied by a role, given back to a member, and all given to the owner', async () => {
    const { people, maya, guildId, userId, channel } = await startInChannel();
    const speak = (id: string) => people.sendMessage({ ...maya, userId: id, content: 'a' });
    await people.setPermissions({ channelId: channel.id, targetId: guildId, deny: ['SEND_MESSAGES'] });
    await expect(speak(maya.userId)).rejects.toMatchObject({ code: 50013 });
    await people.setPermissions({ channelId: channel.id, targetId: maya.userId, allow: ['SEND_MESSAGES'] });
    await expect(speak(maya.userId)).resolves.toMatchObject({ content: 'a' });
    await expect(speak(userId('ada'))).resolves.toMatchObject({ content: 'a' });
    const overwrites = people
      .world(maya.userId)
      .guilds[0]?.channels.find(({ id }) => id === channel.id)?.permission_overwrites;
    expect(overwrites?.map(({ type }: Overwrite) => type)).toEqual([0, 1]);
  });

  it('are refused by name when no such right exists', async () => {
    const { people, channel } = await startInChannel();
    await expect(
      people.setPermissions({ channelId: channel.id, targetId: people.botId, allow: ['FLY'] }),
    ).rejects.toThrow(RangeError);
  });
});

describe('a forum', () => {
  it('takes no plain messages, and its posts are not played', async () => {
    const { raw, channelId } = await start({
      world: {
        people: [{ key: 'o', username: 'o', displayName: 'O', locale: 'en-US' }],
        guilds: [
          {
            key: 'g',
            name: 'G',
            ownerKey: 'o',
            members: { o: [] },
            channels: [{ key: 'forum', name: 'forum', kind: 'forum' }],
          },
        ],
      },
    });
    const path = `/channels/${channelId('forum')}`;
    expect(await raw('POST', `${path}/messages`, { content: 'a' })).toMatchObject({
      status: 400,
      code: 40058,
    });
    expect((await raw('POST', `${path}/threads`, { name: 'a', message: { content: 'b' } })).status).toBe(501);
  });
});

describe('a DM', () => {
  it('that somebody opens is news for their client alone, and none for the bot', async () => {
    const { people, maya, log, userId } = await startInChannel();
    const heard: string[] = [];
    people.subscribe((change) => heard.push(`maya ${change.type}`), maya.userId);
    people.subscribe((change) => heard.push(`lin ${change.type}`), userId('lin'));
    await people.openDirectMessage(maya.userId);
    await people.openDirectMessage(maya.userId);
    expect(heard).toEqual(['maya channelCreated']);
    expect(log.dispatches('CHANNEL_CREATE')).toEqual([]);
  });

  it('is opened by the bot, and refuses the bot when the person closed it', async () => {
    const { client, people, maya } = await startInChannel();
    const user = await client.users.fetch(maya.userId);
    const sent = await user.send('your film is ready');
    expect(people.world(maya.userId).messages[sent.channelId]?.map(({ content }) => content)).toEqual([
      'your film is ready',
    ]);
    await people.setDirectMessages(maya.userId, false);
    await expect(user.send('again')).rejects.toMatchObject({ status: 403, code: 50007 });
    await people.setDirectMessages(maya.userId, true);
    await expect(user.send('again')).resolves.toMatchObject({ content: 'again' });
  });

  it('is seen by its person and by nobody else', async () => {
    const { people, maya, userId } = await startInChannel();
    const { id } = await people.openDirectMessage(maya.userId);
    expect(people.world(maya.userId).directMessages).toMatchObject([
      { id, recipients: [{ id: people.botId }] },
    ]);
    expect(people.world(userId('lin')).directMessages).toEqual([]);
    await expect(
      people.sendMessage({ userId: userId('lin'), channelId: id, content: 'a' }),
    ).rejects.toMatchObject({ code: 50001 });
  });
});

describe('a world in words', () => {
  it('is refused when it names somebody who is not in it', async () => {
    const world = {
      people: [],
      guilds: [{ key: 'g', name: 'G', ownerKey: 'nobody', members: {}, channels: [] }],
    };
    const clock = { nowMs: () => Date.now() };
    await expect(createDiscordStandIn({ botToken, clock, world })).rejects.toThrow('"nobody"');
  });
});
