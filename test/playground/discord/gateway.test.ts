/** The gateway against the real discord.js, and bare sockets for what discord.js would never send. */
import { once } from 'node:events';
import {
  type ChatInputCommandInteraction,
  Client,
  Events,
  GatewayIntentBits,
  type Message,
  type MessageReaction,
  type Role,
} from 'discord.js';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import * as z from 'zod';
import { botToken, next, type Stage, start } from './stage.ts';

interface Bare {
  socket: WebSocket;
  frames: { op: number; d: unknown; s: number | null; t: string | null }[];
  closed: Promise<number>;
  send: (op: number, d: unknown) => void;
  frame: (op: number, event?: string) => Promise<{ d: unknown; s: number | null }>;
}

async function bare({ standIn }: Stage, query = '?v=10&encoding=json'): Promise<Bare> {
  const socket = new WebSocket(`${standIn.gatewayUrl}/${query}`);
  const frames: Bare['frames'] = [];
  socket.on('message', (data: Buffer) => frames.push(JSON.parse(data.toString())));
  const closed = once(socket, 'close').then(([code]) => Number(code));
  await once(socket, 'open');
  return {
    socket,
    frames,
    closed,
    send: (op, d) => socket.send(JSON.stringify({ op, d })),
    async frame(op, event) {
      for (;;) {
        const found = frames.find((frame) => frame.op === op && (event === undefined || frame.t === event));
        if (found !== undefined) return found;
        await once(socket, 'message');
      }
    },
  };
}

/** Identifies and gives the session's id. */
async function begin({ send, frames, frame }: Bare): Promise<string> {
  frames.length = 0;
  send(2, identify(1));
  return z.object({ session_id: z.string() }).parse((await frame(0, 'READY')).d).session_id;
}

/** Ends a connection, and waits until the stand-in has noticed. */
async function leave({ standIn }: Stage, { socket }: Bare, end: () => void): Promise<void> {
  const noticed = new Promise<void>((resolve) => {
    const stop = standIn.people.subscribe((change) => {
      if (change.type !== 'botPresence' || change.isOnline) return;
      stop();
      resolve();
    });
  });
  end();
  await Promise.all([noticed, once(socket, 'close')]);
}

const resume = (session_id: string, seq: number) => ({ token: botToken, session_id, seq });

const identify = (intents: number, more: object = {}) => ({
  token: botToken,
  intents,
  properties: {},
  ...more,
});

describe('login', () => {
  it('brings servers, channels, roles and the bot itself to the real discord.js', async () => {
    const stage = await start();
    const client = await stage.login();
    const guild = client.guilds.cache.get(stage.guildId);
    expect(guild?.name).toBe('Paradise Studio');
    expect(guild?.channels.cache.map((channel) => channel.name).toSorted()).toEqual([
      'general',
      'make-videos',
      'showcase',
      'staff',
    ]);
    expect(guild?.members.me?.id).toBe(client.user.id);
    expect(guild?.roles.everyone.id).toBe(stage.guildId);
    expect(client.application.id).toBe(client.user.id);
  });

  it('refuses a wrong token on REST and on the gateway', async () => {
    const stage = await start();
    const client = new Client({ rest: { api: stage.standIn.apiUrl }, intents: [] });
    await expect(client.login('some.other.token')).rejects.toThrow(/token/i);
    const { send, closed } = await bare(stage);
    send(2, { ...identify(1), token: 'other' });
    expect(await closed).toBe(4004);
  });

  it('closes with 4014 for a privileged intent that the application was not granted', async () => {
    const stage = await start({ hasMessageContentIntent: false });
    const { send, closed } = await bare(stage);
    send(2, identify(GatewayIntentBits.Guilds | GatewayIntentBits.MessageContent));
    expect(await closed).toBe(4014);
    const members = await bare(stage);
    members.send(2, identify(GatewayIntentBits.GuildMembers));
    expect(await members.closed).toBe(4014);
  });

  it.each([
    ['an intent that does not exist', 2, identify(1 << 30), 4013],
    ['a shard beyond the number of shards', 2, identify(1, { shard: [2, 2] }), 4010],
    ['an identify without a token', 2, { intents: 1 }, 4002],
    ['a frame before identifying', 3, {}, 4003],
    ['a resume with a wrong token', 6, { token: 'other', session_id: '1', seq: 0 }, 4004],
  ])('closes for %s', async (_what, op, data, code) => {
    const { send, closed } = await bare(await start());
    send(op, data);
    expect(await closed).toBe(code);
  });

  it('closes for another API version, a second identify, an unknown opcode, broken JSON and too many frames', async () => {
    const stage = await start();
    expect(await (await bare(stage, '?v=9&encoding=json')).closed).toBe(4012);
    const twice = await bare(stage);
    twice.send(2, identify(1));
    twice.send(2, identify(1));
    expect(await twice.closed).toBe(4005);
    const unknown = await bare(stage);
    unknown.send(2, identify(1));
    unknown.send(77, {});
    expect(await unknown.closed).toBe(4001);
    const broken = await bare(stage);
    broken.socket.send('{');
    expect(await broken.closed).toBe(4002);
    const fast = await bare(stage);
    for (let count = 0; count <= 120; count += 1) fast.send(1, null);
    expect(await fast.closed).toBe(4008);
  });

  it('answers 501 to compression and ETF instead of pretending', async () => {
    const { standIn } = await start();
    for (const query of ['?v=10&encoding=etf', '?v=10&encoding=json&compress=zlib-stream']) {
      const socket = new WebSocket(`${standIn.gatewayUrl}/${query}`);
      const [error] = await once(socket, 'error');
      expect(String(error)).toContain('501');
    }
  });

  it('acknowledges heartbeats until it is told to play dead', async () => {
    const stage = await start();
    const { send, frame, frames } = await bare(stage);
    expect((await frame(10)).d).toEqual({ heartbeat_interval: 41_250 });
    send(1, null);
    await frame(11);
    stage.standIn.faults.ignoreHeartbeats(true);
    send(1, null);
    send(2, identify(1));
    await frame(0, 'READY');
    expect(frames.filter(({ op }) => op === 11)).toHaveLength(1);
  });

  it('sends a server to the shard that it belongs to, and DMs to the first', async () => {
    const stage = await start();
    const own = Number((BigInt(stage.guildId) >> 22n) % 2n);
    const shards = await Promise.all([bare(stage), bare(stage)]);
    for (const [id, { send }] of shards.entries()) send(2, identify(1, { shard: [id, 2] }));
    await shards[own]?.frame(0, 'GUILD_CREATE');
    await shards[1 - own]?.frame(0, 'READY');
    expect(shards[1 - own]?.frames.map(({ t }) => t)).not.toContain('GUILD_CREATE');
  });
});

describe('events', () => {
  it('sends only what the intents ask for', async () => {
    const stage = await start();
    const { people, log } = stage.standIn;
    await stage.login({ intents: [GatewayIntentBits.Guilds] });
    const here = { userId: stage.userId('maya'), channelId: stage.channelId('general') };
    const message = await people.sendMessage({ ...here, content: 'hello' });
    await people.addReaction({ ...here, messageId: message.id, emoji: '👍' });
    await people.startTyping(here);
    await people.createThread({ ...here, name: 'A thread' });
    expect(log.dispatches().map(({ event }) => event)).toEqual(['READY', 'GUILD_CREATE', 'THREAD_CREATE']);
  });

  it('carries messages, edits, deletions, reactions and typing of people', async () => {
    const stage = await start();
    const { people } = stage.standIn;
    const client = await stage.login();
    const here = { userId: stage.userId('maya'), channelId: stage.channelId('general') };
    const created = next<Message>(client, Events.MessageCreate);
    const sent = await people.sendMessage({ ...here, content: 'hello' });
    expect((await created).member?.id).toBe(here.userId);
    const reacted = next<MessageReaction>(client, Events.MessageReactionAdd);
    await people.addReaction({ ...here, messageId: sent.id, emoji: '👍' });
    expect((await reacted).emoji.name).toBe('👍');
    const typed = next<{ user: { id: string } }>(client, Events.TypingStart);
    await people.startTyping(here);
    expect((await typed).user.id).toBe(here.userId);
    const edited = once(client, Events.MessageUpdate);
    await people.editMessage({ ...here, messageId: sent.id, content: 'hello again' });
    expect((await edited)[1].content).toBe('hello again');
    const deleted = next<Message>(client, Events.MessageDelete);
    await people.deleteMessage({ ...here, messageId: sent.id });
    expect((await deleted).id).toBe(sent.id);
  });

  it('says nothing of channels that the bot cannot see', async () => {
    const stage = await start();
    const { people, log } = stage.standIn;
    await stage.login();
    await people.sendMessage({
      userId: stage.userId('moss'),
      channelId: stage.channelId('staff'),
      content: 'secret',
    });
    expect(log.dispatches('MESSAGE_CREATE')).toEqual([]);
  });

  it('tells a bot of changed rights and of channels that go, also where it cannot look', async () => {
    const stage = await start();
    const { faults, log } = stage.standIn;
    const client = await stage.login();
    const gone = once(client, Events.ChannelDelete);
    faults.revoke(stage.channelId('general'), ['VIEW_CHANNEL']);
    faults.deleteChannel(stage.channelId('general'));
    expect((await gone)[0].id).toBe(stage.channelId('general'));
    expect(log.dispatches('CHANNEL_UPDATE')).toHaveLength(1);
  });

  it('tells a bot of its changed roles without the privileged intent', async () => {
    const stage = await start();
    const client = await stage.login();
    const updated = once(client, Events.GuildMemberUpdate);
    const { people } = stage.standIn;
    await people.setRoles({
      guildId: stage.guildId,
      userId: people.botId,
      roleIds: [people.ids.roles['creator'] ?? ''],
    });
    expect((await updated)[1].roles.cache.some((role: Role) => role.name === 'Creator')).toBe(true);
  });

  it('gives members on request', async () => {
    const stage = await start();
    const client = await stage.login();
    const guild = await client.guilds.fetch(stage.guildId);
    const member = await guild.members.fetch({ user: [stage.userId('maya')] });
    expect(member.first()?.user.username).toBe('maya');
  });
});

describe('message content without the intent', () => {
  const intents = [
    GatewayIntentBits.Guilds,
    GatewayIntentBits.GuildMessages,
    GatewayIntentBits.DirectMessages,
  ];

  async function stageWithoutContent() {
    const stage = await start({ hasMessageContentIntent: false });
    const client = await stage.login({ intents });
    const here = { userId: stage.userId('maya'), channelId: stage.channelId('general') };
    const heard = async (act: () => Promise<unknown>) => {
      const message = next<Message>(client, Events.MessageCreate, ({ author }) => author.id === here.userId);
      await act();
      return message;
    };
    return { ...stage, client, here, heard, people: stage.standIn.people };
  }

  const file = { name: 'cat.png', bytes: new Uint8Array([1, 2, 3]) };

  it('empties content and attachments of ordinary messages, on REST too', async () => {
    const { people, here, heard, client } = await stageWithoutContent();
    const message = await heard(() =>
      people.sendMessage({ ...here, content: 'a film please', files: [file] }),
    );
    expect([message.content, message.attachments.size]).toEqual(['', 0]);
    const channel = await client.channels.fetch(here.channelId);
    const fetched = channel?.isSendable() ? await channel.messages.fetch(message.id) : undefined;
    expect(fetched?.content).toBe('');
  });

  it('keeps them in DMs and in messages that mention the bot', async () => {
    const { people, here, heard } = await stageWithoutContent();
    const named = await heard(() =>
      people.sendMessage({ ...here, content: `<@${people.botId}> a film`, files: [file] }),
    );
    expect([named.content, named.attachments.size]).toEqual([`<@${people.botId}> a film`, 1]);
    const direct = await people.openDirectMessage(here.userId);
    const told = await heard(() =>
      people.sendMessage({ ...here, channelId: direct.id, content: 'in private' }),
    );
    expect(told.content).toBe('in private');
  });

  it('keeps them in replies with a ping to an ordinary message of the bot', async () => {
    const { people, here, heard, client } = await stageWithoutContent();
    const channel = await client.channels.fetch(here.channelId);
    const own = channel?.isSendable() ? await channel.send('what shall I make?') : undefined;
    expect(own?.content).toBe('what shall I make?');
    const reply = { ...here, content: 'cats', replyToId: own?.id };
    expect((await heard(() => people.sendMessage(reply))).content).toBe('cats');
    expect((await heard(() => people.sendMessage({ ...reply, pingsReplied: false }))).content).toBe('');
  });

  it('empties replies to an answer of the bot to an interaction', async () => {
    const { people, here, heard, client, guildId } = await stageWithoutContent();
    await client.application.commands.set([{ name: 'hello', description: 'Says hello' }], guildId);
    const called = next<ChatInputCommandInteraction>(client, Events.InteractionCreate);
    const { id } = await people.runCommand({ ...here, name: 'hello' });
    await (await called).reply('what shall I make?');
    const messageId = people.interaction(id)?.messageId ?? '';
    expect(
      (await heard(() => people.sendMessage({ ...here, content: 'cats', replyToId: messageId }))).content,
    ).toBe('');
  });
});

describe('lost connections', () => {
  it('replays what was missed when the real discord.js resumes', async () => {
    const stage = await start();
    const { people, faults, log } = stage.standIn;
    const client = await stage.login();
    const resumed = once(client, Events.ShardResume);
    const heard: string[] = [];
    client.on(Events.MessageCreate, ({ content }) => heard.push(content));
    faults.refuseGateway(true);
    faults.dropGateway();
    const here = { userId: stage.userId('maya'), channelId: stage.channelId('general') };
    for (const content of ['one', 'two', 'three']) await people.sendMessage({ ...here, content });
    faults.refuseGateway(false);
    await resumed;
    expect(heard).toEqual(['one', 'two', 'three']);
    expect(log.dispatches('READY')).toHaveLength(1);
  });

  it('refuses to resume a session that is lost', async () => {
    const stage = await start();
    const first = await bare(stage);
    const sessionId = await begin(first);
    stage.standIn.faults.dropGateway({ isResumable: false });
    await first.closed;
    const second = await bare(stage);
    second.send(6, resume(sessionId, 1));
    expect((await second.frame(9)).d).toBe(false);
    expect(await begin(second)).not.toBe(sessionId);
  });

  it('has the bot come back when it asks for it', async () => {
    const stage = await start();
    const client = await stage.login();
    const resumed = once(client, Events.ShardResume);
    stage.standIn.faults.askForReconnect();
    await resumed;
    expect(stage.standIn.log.dispatches('RESUMED')).toHaveLength(1);
  });

  it('gives a session up five minutes after its connection', async () => {
    const stage = await start();
    const first = await bare(stage);
    const sessionId = await begin(first);
    await leave(stage, first, () => first.socket.terminate());
    stage.clock.advance(5 * 60_000 + 1000);
    const late = await bare(stage);
    late.send(6, resume(sessionId, 1));
    expect((await late.frame(9)).d).toBe(false);
  });

  it('gives a session up when the bot says goodbye', async () => {
    const stage = await start();
    const first = await bare(stage);
    const sessionId = await begin(first);
    await leave(stage, first, () => first.socket.close(1000));
    const after = await bare(stage);
    after.send(6, resume(sessionId, 1));
    expect((await after.frame(9)).d).toBe(false);
  });

  it('closes with 4007 for a sequence that was never sent', async () => {
    const stage = await start();
    const first = await bare(stage);
    const sessionId = await begin(first);
    await leave(stage, first, () => first.socket.terminate());
    const second = await bare(stage);
    second.send(6, resume(sessionId, 999));
    expect(await second.closed).toBe(4007);
  });
});
