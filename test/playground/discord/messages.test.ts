/** Messages: rules, lists, nonces, mentions, files. discord.js where it can, plain HTTP where it would not send the wrong thing. */
import { Events, type Message, MessageFlags } from 'discord.js';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { DiscordStandInOptions } from '../../../playground/discord/contract.ts';
import { next, noLimits, start } from './stage.ts';

const mentionsForm = z.object({
  mentions: z.array(z.object({ id: z.string() })),
  mention_roles: z.array(z.string()),
  mention_everyone: z.boolean(),
});

async function startIn(key: string, options: Partial<DiscordStandInOptions> = {}) {
  const stage = await start({ ...noLimits, ...options });
  const channelId = stage.channelId(key);
  const path = `/channels/${channelId}/messages`;
  return {
    ...stage,
    ...stage.standIn,
    channelId,
    path,
    post: (body: unknown) => stage.raw('POST', path, body),
    patch: (messageId: string, body: unknown) => stage.raw('PATCH', `${path}/${messageId}`, body),
  };
}

describe('creating', () => {
  it('gives the message back and sends it to the bot, with its nonce', async () => {
    const stage = await startIn('general');
    const client = await stage.login();
    const heard = next<Message>(client, Events.MessageCreate);
    const channel = await client.channels.fetch(stage.channelId);
    const sent = channel?.isSendable() ? await channel.send({ content: ' hello ', nonce: 'n1' }) : undefined;
    expect([sent?.content, sent?.nonce, sent?.author.id]).toEqual(['hello', 'n1', client.user.id]);
    expect((await heard).nonce).toBe('n1');
  });

  it.each([
    ['2,001 characters', { content: 'x'.repeat(2001) }, 'content: BASE_TYPE_MAX_LENGTH'],
    ['a number for words', { content: 7 }, 'content: STRING_TYPE_CONVERT'],
    ['a nonce of 26 characters', { content: 'a', nonce: 'x'.repeat(26) }, 'nonce: UNION_TYPE_CHOICES'],
    [
      '11 embeds',
      { embeds: Array.from({ length: 11 }, () => ({ title: 'a' })) },
      'embeds: BASE_TYPE_MAX_LENGTH',
    ],
    [
      'a long embed',
      { embeds: [{ description: 'x'.repeat(4097) }] },
      'embeds.0.description: BASE_TYPE_MAX_LENGTH',
    ],
    [
      'embeds of more than 6,000 characters',
      { embeds: [{ description: 'x'.repeat(4000) }, { description: 'x'.repeat(2001) }] },
      'embeds: MAX_EMBED_SIZE_EXCEEDED',
    ],
    [
      'an embed with a strange address',
      { embeds: [{ url: 'ftp://a' }] },
      'embeds.0.url: URL_TYPE_INVALID_SCHEME',
    ],
    [
      'mentions that contradict each other',
      { content: 'a', allowed_mentions: { parse: ['users'], users: ['1'] } },
      'allowed_mentions: MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE',
    ],
    [
      'an unknown kind of mention',
      { content: 'a', allowed_mentions: { parse: ['all'] } },
      'allowed_mentions.parse.0: BASE_TYPE_CHOICES',
    ],
    [
      'a reply to nothing',
      { content: 'a', message_reference: { message_id: '123' } },
      'message_reference: REPLIES_UNKNOWN_MESSAGE',
    ],
  ])('refuses %s', async (_what, body, problem) => {
    const { post } = await startIn('general');
    expect(await post(body)).toMatchObject({ status: 400, code: 50035, problems: [problem] });
  });

  it('counts characters, not UTF-16 units', async () => {
    const { post } = await startIn('general');
    expect((await post({ content: '🎬'.repeat(2000) })).status).toBe(200);
    expect((await post({ content: '🎬'.repeat(2001) })).code).toBe(50035);
  });

  it.each([[{}], [{ content: '' }], [{ content: '  \n ' }], [{ embeds: [] }]])(
    'refuses the empty message %j',
    async (body) => {
      const { post } = await startIn('general');
      expect(await post(body)).toMatchObject({ status: 400, code: 50006 });
    },
  );

  it.each([
    ['components v2', { flags: 1 << 15, components: [{ type: 10, content: 'a' }] }],
    ['a component of the newer kind', { content: 'a', components: [{ type: 17, components: [] }] }],
    ['polls', { poll: { question: { text: 'a' } } }],
    ['stickers', { sticker_ids: ['1'] }],
    ['forwarding', { message_reference: { type: 1, message_id: '1', channel_id: '1' } }],
  ])('answers 501 to %s, which nobody plays here', async (_what, body) => {
    const { post } = await startIn('general');
    expect((await post(body)).status).toBe(501);
  });

  it('refuses broken JSON and other content types', async () => {
    const { standIn, path, raw } = await startIn('general');
    const response = await fetch(`${standIn.apiUrl}/v10${path}`, {
      method: 'POST',
      headers: { authorization: 'Bot stand-in.bot.token', 'content-type': 'application/json' },
      body: '{"content":',
    });
    expect(await response.json()).toMatchObject({ code: 50109 });
    expect(await raw('POST', path, { content: 'a' }, { 'content-type': 'text/plain' })).toMatchObject({
      status: 400,
      code: 50035,
    });
  });

  it('shows a reply with the message answered, and null when that is gone', async () => {
    const { post, raw, path } = await startIn('general');
    const first = await post({ content: 'first' });
    const reply = await post({ content: 'second', message_reference: { message_id: first.id } });
    expect(reply.body).toMatchObject({
      type: 19,
      referenced_message: { content: 'first' },
      mentions: [{ bot: true }],
    });
    await raw('DELETE', `${path}/${first.id}`);
    expect((await raw('GET', `${path}/${reply.id}`)).body).toMatchObject({ referenced_message: null });
    const gone = { message_id: first.id, fail_if_not_exists: false };
    expect((await post({ content: 'third', message_reference: gone })).body).toMatchObject({ type: 0 });
  });

  it('pings nobody for a silent message', async () => {
    const { post, log, channelId, userId } = await startIn('general');
    const content = `<@${userId('maya')}>`;
    await post({ content, flags: MessageFlags.SuppressNotifications });
    await post({ content });
    const pinged = log.messages(channelId).map(({ versions }) => versions[0]?.pinged.userIds);
    expect(pinged).toEqual([[], [userId('maya')]]);
  });
});

describe('nonces', () => {
  const body = { content: 'once', nonce: 'turn-1', enforce_nonce: true };

  it('give the first message back and make no second one', async () => {
    const { post, log, channelId, standIn, login } = await startIn('general');
    await login();
    const first = await post(body);
    const second = await post({ ...body, content: 'another text' });
    expect(second.body).toEqual(first.body);
    expect(log.messages(channelId)).toHaveLength(1);
    expect(standIn.log.dispatches('MESSAGE_CREATE')).toHaveLength(1);
  });

  it('hold for minutes, not for ever', async () => {
    const { post, log, channelId, clock } = await startIn('general');
    await post(body);
    clock.advance(4 * 60_000);
    await post(body);
    expect(log.messages(channelId)).toHaveLength(1);
    clock.advance(6 * 60_000);
    await post(body);
    expect(log.messages(channelId)).toHaveLength(2);
  });

  it('do nothing when they are not enforced', async () => {
    const { post, log, channelId } = await startIn('general');
    await post({ content: 'a', nonce: 'x' });
    await post({ content: 'b', nonce: 'x' });
    expect(log.messages(channelId)).toHaveLength(2);
  });

  it('fail with 10008 when the first message was deleted meanwhile', async () => {
    const { post, raw, path } = await startIn('general');
    const first = await post(body);
    await raw('DELETE', `${path}/${first.id}`);
    expect(await post(body)).toMatchObject({ status: 404, code: 10008 });
  });

  it('protect a retry after an answer that got lost', async () => {
    const { login, faults, log, channelId } = await startIn('general');
    const client = await login();
    const channel = await client.channels.fetch(channelId);
    faults.next({ method: 'POST', route: /\/messages$/, effect: { afterwards: 'reset' } });
    const sent = channel?.isSendable()
      ? await channel.send({ content: 'once', nonce: 'k', enforceNonce: true })
      : undefined;
    expect(log.requests({ method: 'POST', route: /\/messages$/ }).map(({ status }) => status)).toEqual([
      null,
      200,
    ]);
    expect(log.messages(channelId).map(({ id }) => id)).toEqual([sent?.id]);
  });
});

describe('mentions', () => {
  it('are read in all three kinds by default, and by what is allowed', async () => {
    const { post, userId, standIn } = await startIn('general');
    const role = standIn.people.ids.roles['moderator'] ?? '';
    const [maya, lin] = [userId('maya'), userId('lin')];
    const content = `<@${maya}> <@!${lin}> <@&${role}> @everyone`;
    const ids = async (more: object) => {
      const { body } = await post({ content, ...more });
      return mentionsForm.parse(body);
    };
    expect(await ids({})).toMatchObject({ mentions: [{ id: maya }, { id: lin }], mention_roles: [role] });
    const none = await ids({ allowed_mentions: { parse: [] } });
    expect([none.mentions, none.mention_roles, none.mention_everyone]).toEqual([[], [], false]);
    const one = await ids({ allowed_mentions: { parse: [], users: [lin] } });
    expect(one.mentions.map(({ id }) => id)).toEqual([lin]);
  });

  it.each([
    [['VIEW_CHANNEL', 'SEND_MESSAGES'], false],
    [['ADMINISTRATOR'], true],
  ])(
    'of everyone and of roles that are not mentionable need the right to it: %j',
    async (rights, isHeard) => {
      const stage = await startIn('room', {
        world: {
          people: [{ key: 'owner', username: 'owner', displayName: 'Owner', locale: 'en-US' }],
          guilds: [
            {
              key: 'g',
              name: 'G',
              ownerKey: 'owner',
              bot: rights,
              roles: [{ key: 'crew', name: 'Crew', permissions: [] }],
              members: { owner: ['crew'] },
              channels: [{ key: 'room', name: 'room' }],
            },
          ],
        },
      });
      const crew = stage.people.ids.roles['crew'] ?? '';
      await stage.post({ content: `@everyone <@&${crew}>` });
      const [history] = stage.log.messages(stage.channelId);
      expect(history?.versions[0]?.pinged).toMatchObject({
        everyone: isHeard,
        roleIds: isHeard ? [crew] : [],
      });
    },
  );

  it('are read again with the default when an edit does not say what is allowed, and ping nobody', async () => {
    const { post, patch, userId, log, channelId } = await startIn('general');
    const content = `<@${userId('maya')}>`;
    const { id } = await post({ content, allowed_mentions: { parse: [] } });
    await patch(id, { content: `${content}!` });
    await patch(id, { content, allowed_mentions: { parse: [] } });
    const [history] = log.messages(channelId);
    expect(history?.versions.map(({ message }) => message.mentions.length)).toEqual([0, 1, 0]);
    expect(history?.versions.flatMap(({ pinged }) => pinged.userIds)).toEqual([]);
  });
});

describe('editing and deleting', () => {
  it('replaces what is given and keeps the rest, in one message with all its versions', async () => {
    const { login, channelId, log } = await startIn('general');
    const client = await login();
    const channel = await client.channels.fetch(channelId);
    if (!channel?.isSendable()) throw new Error('no channel');
    const message = await channel.send({ content: 'one', embeds: [{ title: 'kept' }] });
    await message.edit({ content: 'two' });
    const edited = await message.edit({ content: 'three' });
    expect([edited.embeds[0]?.title, edited.editedAt === null]).toEqual(['kept', false]);
    const [history] = log.messages(channelId);
    expect(history?.versions.map((version) => version.message.content)).toEqual(['one', 'two', 'three']);
    await message.delete();
    expect(log.messages(channelId)[0]?.deletedAtMs).toEqual(expect.any(Number));
  });

  it('refuses to empty a message', async () => {
    const { post, patch } = await startIn('general');
    const { id } = await post({ content: 'a' });
    expect(await patch(id, { content: null })).toMatchObject({ status: 400, code: 50006 });
  });

  it("leaves other people's words alone, but may hide embeds with the right to manage messages", async () => {
    const { patch, raw, path, people, userId, channelId } = await startIn('general');
    const { id } = await people.sendMessage({ userId: userId('maya'), channelId, content: 'mine' });
    expect(await patch(id, { content: 'yours' })).toMatchObject({ status: 403, code: 50005 });
    expect(await patch(id, { flags: MessageFlags.SuppressEmbeds })).toMatchObject({
      status: 403,
      code: 50005,
    });
    expect(await raw('DELETE', `${path}/${id}`)).toMatchObject({ status: 403, code: 50013 });
    await people.setPermissions({ channelId, targetId: people.botId, allow: ['MANAGE_MESSAGES'] });
    expect((await patch(id, { flags: MessageFlags.SuppressEmbeds })).body).toMatchObject({
      flags: 4,
      content: 'mine',
    });
    expect((await raw('DELETE', `${path}/${id}`)).status).toBe(204);
  });

  it('knows no message that is deleted, elsewhere, or for one person only', async () => {
    const { post, patch, raw, path, channelId, standIn } = await startIn('general');
    const { id } = await post({ content: 'a' });
    const other = standIn.people.ids.channels['showcase'];
    expect(await raw('PATCH', `/channels/${other}/messages/${id}`, { content: 'b' })).toMatchObject({
      code: 10008,
    });
    standIn.faults.deleteMessage(channelId, id);
    for (const answer of [
      await patch(id, { content: 'b' }),
      await raw('GET', `${path}/${id}`),
      await raw('DELETE', `${path}/${id}`),
    ]) {
      expect(answer).toMatchObject({ status: 404, code: 10008 });
    }
  });

  it('throttles edits of messages older than an hour with 30046', async () => {
    const { post, patch, clock } = await startIn('general');
    const { id } = await post({ content: 'old' });
    clock.advance(3_600_000 + 1000);
    for (let count = 1; count <= 3; count += 1)
      expect((await patch(id, { content: `${count}` })).status).toBe(200);
    const refused = await patch(id, { content: '4' });
    expect(refused).toMatchObject({ status: 429, code: 30046, body: { retry_after: expect.any(Number) } });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    clock.advance(20_000);
    expect((await patch(id, { content: '5' })).status).toBe(200);
  });
});

describe('lists', () => {
  it('give pages before, after and around a message, newest first', async () => {
    const { post, raw, path, clock } = await startIn('general');
    const ids: string[] = [];
    for (let count = 0; count < 5; count += 1) ids.push((await post({ content: `${count}` })).id);
    const page = async (query: string) => {
      const { body } = await raw('GET', `${path}?${query}`);
      return z
        .array(z.object({ content: z.string() }))
        .parse(body)
        .map(({ content }) => content)
        .join('');
    };
    expect(await page('limit=2')).toBe('43');
    expect(await page(`limit=2&before=${ids[3]}`)).toBe('21');
    expect(await page(`limit=2&after=${ids[0]}`)).toBe('21');
    expect(await page(`limit=3&around=${ids[2]}`)).toBe('321');
    clock.advance(1000);
    expect(await raw('GET', `${path}?limit=101`)).toMatchObject({ status: 400, code: 50035 });
    expect(await raw('GET', `${path}?before=1&after=2`)).toMatchObject({ status: 400, code: 50035 });
  });

  it('are empty without the right to the past, where one message is an error', async () => {
    const { post, raw, path, faults, channelId } = await startIn('general');
    const { id } = await post({ content: 'a' });
    faults.revoke(channelId, ['READ_MESSAGE_HISTORY']);
    expect(await raw('GET', path)).toMatchObject({ status: 200, body: [] });
    expect(await raw('GET', `${path}/${id}`)).toMatchObject({ status: 403, code: 50013 });
  });
});

describe('reactions', () => {
  it('are counted for all and marked for the one who looks', async () => {
    const { login, people, userId, channelId, raw } = await startIn('general');
    const client = await login();
    const here = { userId: userId('maya'), channelId };
    const { id } = await people.sendMessage({ ...here, content: 'a' });
    await people.addReaction({ ...here, messageId: id, emoji: '👍' });
    const channel = await client.channels.fetch(channelId);
    const message = channel?.isSendable() ? await channel.messages.fetch(id) : undefined;
    await message?.react('👍');
    expect((await raw('GET', `/channels/${channelId}/messages/${id}`)).body).toMatchObject({
      reactions: [{ count: 2, me: true, emoji: { name: '👍' } }],
    });
    await message?.reactions.cache.get('👍')?.users.remove();
    const seen = people.world(here.userId).messages[channelId]?.find((one) => one.id === id);
    expect(seen?.reactions).toEqual([{ count: 1, me: true, emoji: { id: null, name: '👍' } }]);
  });

  it('must be emojis', async () => {
    const { post, raw, path } = await startIn('general');
    const { id } = await post({ content: 'a' });
    expect(await raw('PUT', `${path}/${id}/reactions/abc/@me`)).toMatchObject({ status: 400, code: 10014 });
  });
});
