/** Small worlds and messages for the tests of the page's pure parts. */
import type {
  GuildView,
  InteractionView,
  ThreadView,
  WorldView,
} from '../../../../playground/discord/people.ts';
import type { Channel, Message, User } from '../../../../playground/discord/shapes.ts';

export function sampleUser(id: string, name: string): User {
  return {
    id,
    username: name.toLowerCase(),
    discriminator: '0',
    global_name: name,
    avatar: null,
    public_flags: 0,
  };
}

export const maya = sampleUser('1', 'Maya');
export const moss = sampleUser('2', 'Moss');
export const bot: User = { ...sampleUser('9', 'Makevideo'), bot: true };

export function sampleChannel(id: string, name: string): Channel {
  return { id, type: 0, name, guild_id: '50', last_message_id: null };
}

export function sampleThread(id: string, parentId: string): ThreadView {
  return { ...sampleChannel(id, `thread ${id}`), type: 11, parent_id: parentId, members: [] };
}

export function sampleMessage(id: string, changes: Partial<Message> = {}): Message {
  return {
    id,
    channel_id: '10',
    type: 0,
    author: moss,
    content: `message ${id}`,
    timestamp: '2026-11-22T12:00:00.000Z',
    edited_timestamp: null,
    tts: false,
    mention_everyone: false,
    mentions: [],
    mention_roles: [],
    attachments: [],
    embeds: [],
    components: [],
    pinned: false,
    flags: 0,
    ...changes,
  };
}

export function sampleGuild(changes: Partial<GuildView> = {}): GuildView {
  return {
    id: '50',
    name: 'Paradise Studio',
    ownerId: '1',
    preferredLocale: 'en-US',
    uploadLimitBytes: 10_485_760,
    roles: [],
    members: [],
    channels: [sampleChannel('10', 'general'), sampleChannel('11', 'other')],
    threads: [],
    permissions: {},
    ...changes,
  };
}

export function sampleWorld(changes: Partial<WorldView> = {}): WorldView {
  return {
    viewer: maya,
    viewerLocale: 'en-US',
    bot,
    guilds: [sampleGuild()],
    directMessages: [],
    messages: { '10': [sampleMessage('100'), sampleMessage('200')] },
    interactions: [],
    modals: [],
    ...changes,
  };
}

export function sampleInteraction(id: string, state: InteractionView['state']): InteractionView {
  return {
    id,
    userId: '1',
    channelId: '10',
    kind: 'command',
    name: 'makevideo',
    state,
    failure: null,
    messageId: null,
    createdAtMs: 0,
    answeredAtMs: null,
  };
}
