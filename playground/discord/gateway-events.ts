/** Which change of the world becomes which gateway event, and who may have it. It must not know sockets or sessions. */
import type { Change } from './people.ts';
import { can, permissionsIn } from './permissions.ts';
import type { Channel, Message, Snowflake } from './shapes.ts';
import type { Guild, World } from './world.ts';

/** Bits of the intents that matter here (docs: events/Gateway, List of Intents). */
export const intents = {
  guilds: 1 << 0,
  guildMembers: 1 << 1,
  guildPresences: 1 << 8,
  guildMessages: 1 << 9,
  guildMessageReactions: 1 << 10,
  guildMessageTyping: 1 << 11,
  directMessages: 1 << 12,
  directMessageReactions: 1 << 13,
  directMessageTyping: 1 << 14,
  messageContent: 1 << 15,
} as const;

/** Every bit that is an intent today; another one is close code 4013. */
export const knownIntents = 0b11_0011_0001_1111_1111_1111_1111;

export interface GatewayEvent {
  event: string;
  data: Record<string, unknown>;
  guildId: Snowflake | null;
  /** 0: sent to everybody. */
  intent: number;
}

/** Fields that the MESSAGE_CONTENT intent opens, emptied. */
function withoutContent(message: Message): Message {
  return { ...message, content: '', embeds: [], attachments: [], components: [] };
}

/**
 * A message as an application without MESSAGE_CONTENT gets it. In full: its own messages, DMs, messages that mention it,
 * and replies with a ping to one of its ordinary messages, not to an answer to an interaction
 * (docs: events/Gateway, Message Content Intent).
 */
export function withheld(world: World, message: Message, hasIntent: boolean): Message {
  const botId = world.bot.id;
  const channel = world.channels.get(message.channel_id);
  const isMentioned = message.mentions.some(({ id }) => id === botId);
  const repliesToAnswer = message.referenced_message?.interaction_metadata !== undefined;
  const isNamed = new RegExp(`<@!?${botId}>`).test(message.content);
  const isOpen = isMentioned && (isNamed || !repliesToAnswer);
  const answered = message.referenced_message;
  const shown =
    answered == null || hasIntent || channel?.type === 1
      ? message
      : {
          ...message,
          referenced_message: answered.author.id === botId ? answered : withoutContent(answered),
        };
  if (hasIntent || message.author.id === botId || channel?.type === 1 || isOpen) return shown;
  return withoutContent(shown);
}

/** GUILD_CREATE: the server as a bot gets it at the start. Without GUILD_MEMBERS only the bot itself is among the members. */
export function guildCreate(
  world: World,
  guild: Guild,
  options: { hasMembers: boolean },
): Record<string, unknown> {
  const inGuild = [...world.channels.values()].filter((channel) => channel.guild_id === guild.id);
  const self = guild.members.get(world.bot.id);
  const threads = inGuild.filter(
    (channel) =>
      channel.thread_metadata?.archived === false &&
      can(world, world.bot.id, { channel, right: 'VIEW_CHANNEL' }),
  );
  return {
    ...guildFields(guild),
    joined_at: self?.joined_at,
    large: false,
    unavailable: false,
    member_count: guild.members.size,
    voice_states: [],
    members: options.hasMembers ? [...guild.members.values()] : [self].filter((one) => one !== undefined),
    channels: inGuild.filter(({ thread_metadata }) => thread_metadata === undefined),
    threads: threads.map((thread) => withOwnMember(world, thread)),
    presences: [],
    stage_instances: [],
    guild_scheduled_events: [],
    soundboard_sounds: [],
  };
}

/** The server object of the REST API, shared by both sides. */
export function guildFields(guild: Guild): Record<string, unknown> {
  return {
    id: guild.id,
    name: guild.name,
    icon: null,
    splash: null,
    discovery_splash: null,
    owner_id: guild.ownerId,
    afk_channel_id: null,
    afk_timeout: 300,
    verification_level: 0,
    default_message_notifications: 0,
    explicit_content_filter: 0,
    roles: [...guild.roles.values()],
    emojis: [],
    stickers: [],
    features: [],
    mfa_level: 0,
    application_id: null,
    system_channel_id: null,
    system_channel_flags: 0,
    rules_channel_id: null,
    vanity_url_code: null,
    description: null,
    banner: null,
    premium_tier: guild.boostLevel,
    premium_subscription_count: 0,
    preferred_locale: guild.preferredLocale,
    public_updates_channel_id: null,
    nsfw_level: 0,
    premium_progress_bar_enabled: false,
    safety_alerts_channel_id: null,
  };
}

/** A thread with the bot's own membership, as answers and THREAD_CREATE carry it. */
export function withOwnMember(world: World, thread: Channel): Channel {
  const member = world.threadMembers.get(thread.id)?.get(world.bot.id);
  return member === undefined ? thread : { ...thread, member };
}

function messageIntent(
  channel: Channel | undefined,
  kind: 'Messages' | 'MessageReactions' | 'MessageTyping',
): number {
  const isDirect = channel?.type === 1;
  if (kind === 'Messages') return isDirect ? intents.directMessages : intents.guildMessages;
  if (kind === 'MessageReactions')
    return isDirect ? intents.directMessageReactions : intents.guildMessageReactions;
  return isDirect ? intents.directMessageTyping : intents.guildMessageTyping;
}

function messageEvent(
  world: World,
  change: Change & { type: 'messageCreated' | 'messageEdited' },
): GatewayEvent {
  const channel = world.channels.get(change.channelId);
  const guild = world.guilds.get(channel?.guild_id ?? '');
  const member = guild?.members.get(change.message.author.id);
  const { user: _user, ...partial } = member ?? { user: undefined };
  return {
    event: change.type === 'messageCreated' ? 'MESSAGE_CREATE' : 'MESSAGE_UPDATE',
    data: {
      ...change.message,
      channel_type: channel?.type,
      ...(guild === undefined ? {} : { guild_id: guild.id }),
      ...(member === undefined || change.message.webhook_id !== undefined ? {} : { member: partial }),
    },
    guildId: guild?.id ?? null,
    intent: messageIntent(channel, 'Messages'),
  };
}

function threadEvent(
  world: World,
  change: Change & { type: 'threadCreated' | 'threadUpdated' },
): GatewayEvent[] {
  const { members, ...thread } = change.thread;
  const guildId = thread.guild_id ?? null;
  const event = (name: string, data: Record<string, unknown>): GatewayEvent => ({
    event: name,
    data,
    guildId,
    intent: intents.guilds,
  });
  if (change.type === 'threadCreated')
    return [event('THREAD_CREATE', { ...withOwnMember(world, thread), newly_created: true })];
  const { joinedId, leftId } = change;
  if (joinedId === undefined && leftId === undefined)
    return [event('THREAD_UPDATE', { ...withOwnMember(world, thread) })];
  const membersUpdate = event('THREAD_MEMBERS_UPDATE', {
    id: thread.id,
    guild_id: guildId,
    member_count: members.length,
    ...(joinedId === undefined
      ? {}
      : { added_members: members.filter(({ user_id }) => user_id === joinedId) }),
    ...(leftId === undefined ? {} : { removed_member_ids: [leftId] }),
  });
  if (joinedId !== world.bot.id) return [membersUpdate];
  // Also sent to whoever is added to a thread (docs: Gateway Events, Thread Create).
  return [event('THREAD_CREATE', { ...withOwnMember(world, thread) }), membersUpdate];
}

function guildEvent(world: World, change: Change & { type: 'guildUpdated' }): GatewayEvent {
  const { guildId, memberId } = change;
  const member = world.guilds.get(guildId)?.members.get(memberId);
  // The bot is told of itself without the privileged intent (docs: Gateway Events, Guild Member Update).
  const intent = memberId === world.bot.id ? intents.guilds : intents.guildMembers;
  return { event: 'GUILD_MEMBER_UPDATE', data: { guild_id: guildId, ...member }, guildId, intent };
}

function goneEvent(change: Change & { type: 'channelDeleted' | 'threadDeleted' }): GatewayEvent {
  const { id, guild_id, parent_id, type } = change.channel;
  const isThread = change.type === 'threadDeleted';
  return {
    event: isThread ? 'THREAD_DELETE' : 'CHANNEL_DELETE',
    data: isThread ? { id, guild_id, parent_id, type } : { ...change.channel },
    guildId: guild_id ?? null,
    intent: intents.guilds,
  };
}

/** Events that only name a place: deletions, reactions, typing. */
function placeEvent(
  world: World,
  change: Change & { type: 'messageDeleted' | 'reactionAdded' | 'reactionRemoved' | 'typing' },
): GatewayEvent {
  const channel = world.channels.get(change.channelId);
  const guildId = channel?.guild_id ?? null;
  const place = { channel_id: change.channelId, ...(guildId === null ? {} : { guild_id: guildId }) };
  if (change.type === 'messageDeleted') {
    const data = { id: change.messageId, ...place };
    return { event: 'MESSAGE_DELETE', data, guildId, intent: messageIntent(channel, 'Messages') };
  }
  if (change.type === 'typing') {
    const data = { user_id: change.userId, timestamp: Math.floor(change.atMs / 1000), ...place };
    return { event: 'TYPING_START', data, guildId, intent: messageIntent(channel, 'MessageTyping') };
  }
  const [name = change.emoji, id = null] = change.emoji.split(':');
  return {
    event: change.type === 'reactionAdded' ? 'MESSAGE_REACTION_ADD' : 'MESSAGE_REACTION_REMOVE',
    data: {
      user_id: change.userId,
      message_id: change.messageId,
      emoji: { id, name },
      burst: false,
      type: 0,
      ...place,
    },
    guildId,
    intent: messageIntent(channel, 'MessageReactions'),
  };
}

function channelEvent(change: Change & { type: 'channelCreated' | 'channelUpdated' }): GatewayEvent {
  const event = change.type === 'channelCreated' ? 'CHANNEL_CREATE' : 'CHANNEL_UPDATE';
  return {
    event,
    data: { ...change.channel },
    guildId: change.channel.guild_id ?? null,
    intent: intents.guilds,
  };
}

/** Events for a change, before intents and content are looked at. A change that Discord tells no bot gives none. */
export function eventsOf(world: World, change: Change): GatewayEvent[] {
  if (change.onlyFor !== null) return [];
  switch (change.type) {
    case 'messageCreated':
    case 'messageEdited':
      return [messageEvent(world, change)];
    case 'messageDeleted':
    case 'reactionAdded':
    case 'reactionRemoved':
    case 'typing':
      return [placeEvent(world, change)];
    case 'threadCreated':
    case 'threadUpdated':
      return threadEvent(world, change);
    case 'channelCreated':
    case 'channelUpdated':
      return [channelEvent(change)];
    case 'channelDeleted':
    case 'threadDeleted':
      return [goneEvent(change)];
    case 'guildUpdated':
      return [guildEvent(world, change)];
    case 'botLeft':
      // Without `unavailable`: the bot was removed, and it is no outage (docs: Gateway Events, Guild Delete).
      return [
        {
          event: 'GUILD_DELETE',
          data: { id: change.guildId },
          guildId: change.guildId,
          intent: intents.guilds,
        },
      ];
    case 'interaction':
    case 'modalOpened':
    case 'modalClosed':
    case 'commandsChanged':
    case 'botPresence':
      return [];
  }
}

/** Changes in servers that the bot is not in; it hears of none of them, but of its own leaving. */
export function isOfForeignGuild(world: World, change: Change): boolean {
  if (change.type === 'botLeft') return false;
  const channel =
    change.type === 'channelDeleted' || change.type === 'threadDeleted'
      ? change.channel
      : world.channels.get('channelId' in change ? change.channelId : '');
  const guildId = 'guildId' in change ? change.guildId : channel?.guild_id;
  return guildId != null && world.guilds.get(guildId)?.members.has(world.bot.id) !== true;
}

/** Whether the bot sees the place of a change. News of its going away is sent by whoever took it away. */
export function isVisibleToBot(world: World, channelId: Snowflake): boolean {
  const channel = world.channels.get(channelId);
  return channel !== undefined && (permissionsIn(world, channel, world.bot.id) & (1n << 10n)) !== 0n;
}
