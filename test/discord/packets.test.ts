/** Gateway events of shapes that nobody promised, through the real discord.js. */
import { Client, Events, type Interaction, Status } from 'discord.js';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { guardPackets } from '../../src/discord/packets.ts';
import { createLogRecorder } from './log-recorder.ts';

const channelId = '800';
const guildId = '700';
const user = { id: '42', username: 'maya', discriminator: '0', avatar: null };
const member = { user, roles: [], joined_at: '2026-01-01T00:00:00Z', permissions: '8' };
const command = {
  id: '1000',
  application_id: '1',
  type: 2,
  token: 'token',
  version: 1,
  locale: 'en-US',
  data: { id: '2', type: 1, name: 'makevideo', options: [] },
};

let client: Client;
let heard: Interaction[];
let log: ReturnType<typeof createLogRecorder>;

beforeEach(() => {
  client = new Client({ intents: [] });
  // A client that is connected hands events on; here nobody connects.
  Reflect.set(client.ws, 'status', Status.Ready);
  heard = [];
  client.on(Events.InteractionCreate, (interaction) => heard.push(interaction));
  log = createLogRecorder();
  guardPackets(client, log.log);
});

afterEach(() => client.destroy());

const receive = (name: string, data: unknown): void => {
  const handle: unknown = Reflect.get(client.ws, 'handlePacket');
  if (typeof handle !== 'function') throw new Error('discord.js reads its events in another place');
  Reflect.apply(handle, client.ws, [{ op: 0, t: name, s: 1, d: data }, undefined]);
};

it.each([
  ['in a server', { guild_id: guildId, member, channel_id: channelId }],
  ['in direct messages', { user, channel_id: channelId }],
  ['with the channel itself', { guild_id: guildId, member, channel: { id: channelId, type: 0 } }],
])('a command that says only where it was used is heard (%s)', (_where, place) => {
  receive('INTERACTION_CREATE', { ...command, ...place });
  expect(heard).toMatchObject([{ id: command.id, channelId, user: { id: user.id } }]);
  expect(log.lines).toEqual([]);
});

it('a message that does not say its type is an ordinary one', () => {
  const types: number[] = [];
  client.on(Events.MessageCreate, ({ type }) => types.push(type));
  const channel = { id: '900', type: 1, recipients: [user] };
  receive('CHANNEL_CREATE', channel);
  const message = {
    id: '1001',
    channel_id: channel.id,
    author: user,
    content: 'hi',
    mentions: [],
    attachments: [],
  };
  receive('MESSAGE_CREATE', message);
  receive('MESSAGE_CREATE', { ...message, id: '1002', type: 19 });
  expect(types).toEqual([0, 19]);
});

it.each([
  ['INTERACTION_CREATE', { ...command, guild_id: guildId }],
  ['INTERACTION_CREATE', null],
  ['THREAD_CREATE', null],
  ['GUILD_CREATE', { id: guildId, channels: 'none' }],
])('an event of no known shape ends in the log and nowhere else (%s %j)', (name, data) => {
  receive(name, data);
  expect(heard).toEqual([]);
  expect(log.lines).toMatchObject([{ level: 'error', fields: { event: name } }]);
  receive('INTERACTION_CREATE', { ...command, user, channel_id: channelId });
  expect(heard).toHaveLength(1);
});
