/** Finds people, places and rights in one person's world. Pure. */
import type { GuildView, WorldView } from '../../discord/people.ts';
import type { Channel, Snowflake, User } from '../../discord/shapes.ts';
import type { MentionNames } from './markdown.ts';

export type Place = {
  channel: Channel;
  guild: GuildView | null;
  /** The channel above a thread. */
  parent: Channel | null;
  kind: 'channel' | 'thread' | 'direct';
};

/** Bits of docs: topics/permissions. */
const bits = {
  manageMessages: 1n << 13n,
  sendMessages: 1n << 11n,
  sendInThreads: 1n << 38n,
  createThreads: 1n << 35n,
} as const;

export const nameOf = (user: User): string => user.global_name ?? user.username;

export function findUser(world: WorldView, id: Snowflake): User | null {
  if (world.bot.id === id) return world.bot;
  if (world.viewer.id === id) return world.viewer;
  return world.guilds.flatMap((guild) => guild.members).find((member) => member.user.id === id)?.user ?? null;
}

export function findPlace(world: WorldView, channelId: Snowflake | null): Place | null {
  const direct = world.directMessages.find((channel) => channel.id === channelId);
  if (direct !== undefined) return { channel: direct, guild: null, parent: null, kind: 'direct' };
  for (const guild of world.guilds) {
    const channel = guild.channels.find((channel) => channel.id === channelId);
    if (channel !== undefined) return { channel, guild, parent: null, kind: 'channel' };
    const thread = guild.threads.find((thread) => thread.id === channelId);
    const parent = guild.channels.find((channel) => channel.id === thread?.parent_id) ?? null;
    if (thread !== undefined) return { channel: thread, guild, parent, kind: 'thread' };
  }
  return null;
}

export function placeName(world: WorldView, place: Place): string {
  if (place.kind === 'direct') return `@${nameOf(world.bot)}`;
  const name = place.channel.name ?? place.channel.id;
  return place.kind === 'thread' ? name : `#${name}`;
}

/** What the viewer may do there. A thread that is too new for the list has the rights of its channel. */
export function may(place: Place, right: keyof typeof bits): boolean {
  if (place.guild === null) return right === 'sendMessages' || right === 'sendInThreads';
  const { permissions } = place.guild;
  const digits = permissions[place.channel.id] ?? permissions[place.parent?.id ?? ''] ?? '0';
  return (BigInt(digits) & bits[right]) !== 0n;
}

export const mayWrite = (place: Place): boolean =>
  may(place, place.kind === 'thread' ? 'sendInThreads' : 'sendMessages');

/** The colour of a member's highest coloured role; `null` for none. */
export function colorOf(world: WorldView, userId: Snowflake): string | null {
  for (const guild of world.guilds) {
    const roleIds = guild.members.find((member) => member.user.id === userId)?.roles ?? [];
    const coloured = guild.roles.filter((role) => roleIds.includes(role.id) && role.color !== 0);
    const highest = coloured.sort((a, b) => b.position - a.position)[0];
    if (highest !== undefined) return `#${highest.color.toString(16).padStart(6, '0')}`;
  }
  return null;
}

export function mentionNames(world: WorldView): MentionNames {
  return {
    user: (id) => {
      const user = findUser(world, id);
      return user === null ? null : nameOf(user);
    },
    role: (id) => world.guilds.flatMap((guild) => guild.roles).find((role) => role.id === id)?.name ?? null,
    channel: (id) => findPlace(world, id)?.channel.name ?? null,
  };
}
