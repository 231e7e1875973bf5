/** Commands from servers that the client does not know. */
import { Client, Events, type Interaction, Status } from 'discord.js';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { placeOfInteraction } from '../../src/discord/places.ts';

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

let client: Client;

beforeAll(() => {
  client = new Client({ intents: [] });
  // A client that is connected hands events on; here nobody connects.
  Reflect.set(client.ws, 'status', Status.Ready);
});

afterAll(() => client.destroy());

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
