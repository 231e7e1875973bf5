import { type Client, Events, GatewayDispatchEvents } from 'discord.js';
import { afterEach, expect, test } from 'vitest';
import { createReadAttachments } from '../../src/discord/attachments.ts';
import { createClient } from '../../src/discord/client.ts';
import { createEvents } from '../../src/discord/events.ts';
import { createPeople } from '../../src/discord/places.ts';
import { createRefusalGuard } from '../../src/discord/refusal-guard.ts';
import { createRequestWatch } from '../../src/discord/requests.ts';
import type { AnsweredAt, IncomingMessage } from '../../src/ports/chat.ts';
import { createLogRecorder, type LogLine } from './log-recorder.ts';
import { botToken, idOf, realClock, startStandIn, until } from './stage.ts';

const opened: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0)) await close();
});

const ignore = (): Promise<void> => Promise.resolve();

/** A client of which the test can make forget; through the room's front door nobody gets at its caches. */
const openClient = async (onMessage: (message: IncomingMessage) => Promise<void>) => {
  const standIn = await startStandIn();
  const { log, lines } = createLogRecorder();
  const client: Client = createClient(
    {
      token: botToken,
      apiUrl: standIn.apiUrl,
      guildId: null,
      wantsMessageContent: true,
      requestsPerSecond: 45,
      wordsIntervalMs: 1_000,
      attachmentHosts: [],
      shards: 'auto',
      hearsEvents: true,
    },
    {
      hasMessageContent: true,
      makeRequest: createRequestWatch(createRefusalGuard({ clock: realClock, log })).makeRequest,
    },
  );
  opened.push(async () => {
    await client.destroy();
    await standIn.close();
  });
  const events = createEvents({
    interactions: { handle: () => Promise.resolve() },
    inbound: {
      people: createPeople(),
      readAttachments: createReadAttachments([], log),
      hasMessageContent: () => true,
    },
    log,
    clock: realClock,
  });
  const deleted: AnsweredAt[] = [];
  events.handOverTo({
    onMessage,
    onGap: () => Promise.resolve(),
    onMessageEdited: ignore,
    onMessageDeleted: async (at) => void deleted.push(at),
    onInteraction: ignore,
  });
  events.listen(client);
  const ready = new Promise((resolve) => client.once(Events.ClientReady, resolve));
  await client.login(botToken);
  await ready;
  return { standIn, client, lines, deleted };
};

const forget = (client: Client, channelId: string): void => {
  client.channels.cache.delete(channelId);
  for (const guild of client.guilds.cache.values()) guild.channels.cache.delete(channelId);
};

test('hears a message of a thread that discord.js does not know, once', async () => {
  const messages: IncomingMessage[] = [];
  const { standIn, client } = await openClient((message) => {
    messages.push(message);
    return Promise.resolve();
  });
  const userId = idOf(standIn.people.ids.users, 'maya');
  const channelId = idOf(standIn.people.ids.channels, 'general');
  const thread = await standIn.people.createThread({ userId, channelId, name: 'Old project' });
  await until('the thread', () => client.channels.cache.has(thread.id));
  forget(client, thread.id);
  await standIn.people.sendMessage({ userId, channelId: thread.id, content: 'still there?' });
  await until('the message', () => messages.length > 0);
  await standIn.people.sendMessage({ userId, channelId: thread.id, content: 'good' });
  await until('the next message', () => messages.some(({ text }) => text === 'good'));
  expect(messages).toMatchObject([
    { text: 'still there?', place: { kind: 'thread', parentChannelId: channelId }, person: { id: userId } },
    { text: 'good', place: { kind: 'thread', parentChannelId: channelId } },
  ]);
});

const failures = (lines: readonly LogLine[]) => lines.filter(({ level }) => level === 'error');

test('goes on after a message that could not be handled', async () => {
  let handled = 0;
  const { standIn, lines } = await openClient(() => {
    handled += 1;
    return Promise.reject(new Error('a bug'));
  });
  const userId = idOf(standIn.people.ids.users, 'maya');
  const channelId = idOf(standIn.people.ids.channels, 'general');
  for (const content of ['one', 'two']) await standIn.people.sendMessage({ userId, channelId, content });
  await until('both failures', () => failures(lines).length === 2);
  expect(handled).toBe(2);
  expect(failures(lines)[0]?.fields).toMatchObject({ messageId: expect.any(String) });
});

test('tells of every message of many that a moderator deletes at once, and of nothing it cannot read', async () => {
  const { client, deleted } = await openClient(() => Promise.resolve());
  // As discord.js passes a dispatch on (Discord docs: Gateway Events, Message Delete Bulk).
  client.ws.emit(GatewayDispatchEvents.MessageDeleteBulk, {
    ids: ['1', '2'],
    channel_id: '9',
    guild_id: '8',
  });
  client.ws.emit(GatewayDispatchEvents.MessageDeleteBulk, { ids: 'all' });
  expect(deleted).toEqual([
    { channelId: '9', messageId: '1' },
    { channelId: '9', messageId: '2' },
  ]);
});
