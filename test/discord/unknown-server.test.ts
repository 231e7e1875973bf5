/** Commands and messages from servers that the client does not know. */
import { createServer } from 'node:http';
import { Client, Events, type Interaction, Status } from 'discord.js';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createEvents } from '../../src/discord/events.ts';
import { createPeople, placeOfInteraction } from '../../src/discord/places.ts';
import type { IncomingMessage } from '../../src/ports/chat.ts';
import { createLogRecorder } from './log-recorder.ts';
import { realClock, until } from './stage.ts';

const guildId = '700';
const channelId = '800';
const user = { id: '42', username: 'maya', discriminator: '0', avatar: null };
const command = {
  id: '1000',
  application_id: '1',
  type: 2,
  token: 'token',
  version: 1,
  locale: 'en-US',
  guild_id: guildId,
  channel: { id: channelId, type: 0 },
  member: { user, roles: [], joined_at: '2026-01-01T00:00:00Z', permissions: '8' },
  entitlements: [],
  app_permissions: String((1n << 50n) - 1n),
  data: { id: '2', type: 1, name: 'makevideo', options: [] },
};

const message = {
  id: '1001',
  channel_id: channelId,
  guild_id: guildId,
  type: 0,
  author: user,
  content: 'make it shorter',
  attachments: [],
  mentions: [],
};

/** What Discord answers over REST. */
const things: Readonly<Record<string, object>> = {
  [`/guilds/${guildId}`]: { id: guildId, name: 'Far', roles: [], emojis: [], owner_id: '1' },
  [`/channels/${channelId}`]: { id: channelId, type: 0, name: 'general', guild_id: guildId },
  [`/channels/${channelId}/messages/${message.id}`]: message,
};

const server = createServer((request, response) => {
  const path = (request.url ?? '').replace(/^.*\/v\d+|\?.*$/gu, '');
  response.writeHead(path in things ? 200 : 404, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify(things[path] ?? {}));
});

const ignore = () => Promise.resolve();

let client: Client;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  client = new Client({ intents: [], rest: { api: `http://127.0.0.1:${address.port}` } });
  client.rest.setToken('token');
  Reflect.set(client, 'user', { id: '1' });
  // A client that is connected hands events on; here nobody connects.
  Reflect.set(client.ws, 'status', Status.Ready);
});

afterAll(async () => {
  await client.destroy();
  server.closeAllConnections();
  server.close();
});

const hear = (changes: object): Interaction => {
  const heard: Interaction[] = [];
  client.once(Events.InteractionCreate, (interaction) => heard.push(interaction));
  const handle: unknown = Reflect.get(client.ws, 'handlePacket');
  if (typeof handle !== 'function') throw new Error('discord.js reads its events in another place');
  const packet = { op: 0, t: 'INTERACTION_CREATE', s: 1, d: { ...command, ...changes } };
  Reflect.apply(handle, client.ws, [packet, undefined]);
  const [interaction] = heard;
  if (interaction === undefined) throw new Error('nothing was heard');
  return interaction;
};

it('a server of the bot that is not there yet takes threads like any other', () => {
  const owners = { authorizing_integration_owners: { 0: guildId } };
  const place = { kind: 'channel', channelId, guildId, parentChannelId: null };
  expect(placeOfInteraction(hear(owners))).toEqual({ ...place, missing: [] });
  expect(placeOfInteraction(hear({ ...owners, app_permissions: '0' }))).toEqual({ ...place, missing: [] });
  const mayOnlySee = { ...owners, app_permissions: String(1n << 10n) };
  expect(placeOfInteraction(hear(mayOnlySee)).missing).toContain('openThread');
});

it('a server to which a person brought the bot for themselves takes answers alone', () => {
  const owners = { authorizing_integration_owners: { 1: user.id } };
  expect(placeOfInteraction(hear(owners))).toMatchObject({ kind: 'threadless', guildId, channelId });
});

it('a message from a server of the bot that is not there yet is read', async () => {
  const heard: IncomingMessage[] = [];
  const { log, lines } = createLogRecorder();
  const events = createEvents({
    interactions: { handle: () => Promise.resolve() },
    inbound: { people: createPeople(), readAttachments: () => [], hasMessageContent: () => true },
    log,
    clock: realClock,
  });
  events.listen(client);
  events.handOverTo({
    onMessage: async (incoming) => {
      heard.push(incoming);
    },
    onInteraction: ignore,
    onMessageEdited: ignore,
    onMessageDeleted: ignore,
    onGap: ignore,
  });
  client.ws.emit('MESSAGE_CREATE', message, 0);
  await until('the message', () => heard[0] ?? lines.some(({ level }) => level === 'warn'));
  expect(heard).toMatchObject([
    { messageId: message.id, text: message.content, place: { channelId, guildId } },
  ]);
});
