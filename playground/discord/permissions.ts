/** Who may do what where: Discord's permission algorithm. It must not know requests, only the world. */
import { refusal } from './refusal.ts';
import type { Channel, Snowflake } from './shapes.ts';
import type { Guild, World } from './world.ts';

/** Bits by Discord's names (docs: topics, Permissions). Only those that some rule here or the bot's reading of them needs. */
export const permissionBits = {
  ADMINISTRATOR: 1n << 3n,
  MANAGE_CHANNELS: 1n << 4n,
  MANAGE_GUILD: 1n << 5n,
  ADD_REACTIONS: 1n << 6n,
  VIEW_CHANNEL: 1n << 10n,
  SEND_MESSAGES: 1n << 11n,
  MANAGE_MESSAGES: 1n << 13n,
  EMBED_LINKS: 1n << 14n,
  ATTACH_FILES: 1n << 15n,
  READ_MESSAGE_HISTORY: 1n << 16n,
  MENTION_EVERYONE: 1n << 17n,
  USE_EXTERNAL_EMOJIS: 1n << 18n,
  MANAGE_ROLES: 1n << 28n,
  USE_APPLICATION_COMMANDS: 1n << 31n,
  MANAGE_THREADS: 1n << 34n,
  CREATE_PUBLIC_THREADS: 1n << 35n,
  CREATE_PRIVATE_THREADS: 1n << 36n,
  SEND_MESSAGES_IN_THREADS: 1n << 38n,
  PIN_MESSAGES: 1n << 51n,
} as const;

export type PermissionName = keyof typeof permissionBits;

/** All rights there are, those too that have no name here. */
const everything = (1n << 53n) - 1n;

/** What both sides may do in a DM. */
const directMessageRights = bitsOf([
  'VIEW_CHANNEL',
  'SEND_MESSAGES',
  'READ_MESSAGE_HISTORY',
  'ATTACH_FILES',
  'EMBED_LINKS',
  'ADD_REACTIONS',
  'USE_EXTERNAL_EMOJIS',
  'MENTION_EVERYONE',
  'USE_APPLICATION_COMMANDS',
]);

function isPermissionName(name: string): name is PermissionName {
  return Object.hasOwn(permissionBits, name);
}

/** The bit set for names as in Discord's documentation. Throws a RangeError for a name that is not there. */
export function bitsOf(names: readonly string[]): bigint {
  return names.reduce((bits, name) => {
    if (!isPermissionName(name)) throw new RangeError(`No permission is called ${name}.`);
    return bits | permissionBits[name];
  }, 0n);
}

/** A member's rights in a server, before any channel's overwrites. */
export function guildPermissions(guild: Guild, userId: Snowflake): bigint {
  const member = guild.members.get(userId);
  if (member === undefined) return 0n;
  if (guild.ownerId === userId) return everything;
  let bits = BigInt(guild.roles.get(guild.id)?.permissions ?? 0);
  for (const roleId of member.roles) bits |= BigInt(guild.roles.get(roleId)?.permissions ?? 0);
  return (bits & permissionBits.ADMINISTRATOR) === 0n ? bits : everything;
}

function withOverwrites(world: World, channel: Channel, userId: Snowflake): bigint {
  const guild = world.guilds.get(channel.guild_id ?? '');
  const member = guild?.members.get(userId);
  if (guild === undefined || member === undefined) return 0n;
  let bits = guildPermissions(guild, userId);
  if (bits === everything) return bits;
  const overwrites = channel.permission_overwrites ?? [];
  const apply = (deny: bigint, allow: bigint) => {
    bits = (bits & ~deny) | allow;
  };
  for (const one of overwrites.filter(({ id }) => id === guild.id))
    apply(BigInt(one.deny), BigInt(one.allow));
  const ofRoles = overwrites.filter(({ id }) => id !== guild.id && member.roles.includes(id));
  apply(
    ofRoles.reduce((all, { deny }) => all | BigInt(deny), 0n),
    ofRoles.reduce((all, { allow }) => all | BigInt(allow), 0n),
  );
  for (const one of overwrites.filter(({ id }) => id === userId)) apply(BigInt(one.deny), BigInt(one.allow));
  return (bits & permissionBits.VIEW_CHANNEL) === 0n ? 0n : bits;
}

/**
 * A person's (or the bot's) rights in a channel, thread or DM. Threads take their parent's; a private one is seen by its
 * members and by those who manage threads (docs: topics, Threads). Without VIEW_CHANNEL nothing is left.
 */
export function permissionsIn(world: World, channel: Channel, userId: Snowflake): bigint {
  if (channel.type === 1) {
    const isPart = userId === world.bot.id || world.directMessages.get(userId) === channel.id;
    return isPart ? directMessageRights : 0n;
  }
  if (channel.thread_metadata === undefined) return withOverwrites(world, channel, userId);
  const parent = world.channels.get(channel.parent_id ?? '');
  if (parent === undefined) return 0n;
  const bits = withOverwrites(world, parent, userId);
  const isMember = world.threadMembers.get(channel.id)?.has(userId) ?? false;
  if (channel.type === 12 && !isMember && (bits & permissionBits.MANAGE_THREADS) === 0n) return 0n;
  return bits;
}

export function can(
  world: World,
  userId: Snowflake,
  where: { channel: Channel; right: PermissionName },
): boolean {
  return (permissionsIn(world, where.channel, userId) & permissionBits[where.right]) !== 0n;
}

/** The channel, if it exists (10003) and this user sees it (50001). */
export function requireChannel(world: World, userId: Snowflake, channelId: Snowflake): Channel {
  const channel = world.channels.get(channelId);
  if (channel === undefined) throw refusal(10003);
  if (!can(world, userId, { channel, right: 'VIEW_CHANNEL' })) throw refusal(50001);
  return channel;
}

/** 50013 unless the user has all of these rights in the channel. */
export function requireRights(
  world: World,
  userId: Snowflake,
  where: { channel: Channel; rights: readonly PermissionName[] },
): void {
  for (const right of where.rights) {
    if (!can(world, userId, { channel: where.channel, right })) throw refusal(50013);
  }
}
