/** Whom the words of a message mention, and whom they ping. It must not know requests. */
import type { AllowedMentions } from './message-form.ts';
import { can } from './permissions.ts';
import type { Channel, Snowflake, User } from './shapes.ts';
import type { World } from './world.ts';

export interface Mentions {
  users: User[];
  roleIds: Snowflake[];
  everyone: boolean;
  pinged: { userIds: Snowflake[]; roleIds: Snowflake[]; everyone: boolean };
}

/** Ordinary messages: all three kinds, and the person answered (docs: resources/Message, Allowed Mentions). */
export const messageDefault: AllowedMentions = {
  parse: ['users', 'roles', 'everyone'],
  roles: [],
  users: [],
  repliedUser: true,
};

/** Answers to interactions: users only. */
export const interactionDefault: AllowedMentions = {
  parse: ['users'],
  roles: [],
  users: [],
  repliedUser: true,
};

export interface Said {
  content: string;
  channel: Channel;
  authorId: Snowflake;
  allowed: AllowedMentions;
  repliedTo: User | null;
}

function idsIn(content: string, pattern: RegExp): Snowflake[] {
  return [...new Set([...content.matchAll(pattern)].map((found) => found[1] ?? ''))];
}

/**
 * Reads `<@id>`, `<@&id>`, `@everyone` and `@here`. A mention that `allowed` leaves out is only text: it is in no list and pings nobody.
 * Roles ping when they are mentionable or the author has MENTION_EVERYONE, which `@everyone` always needs.
 */
export function readMentions(world: World, said: Said): Mentions {
  const { content, channel, authorId, allowed, repliedTo } = said;
  const guild = world.guilds.get(channel.guild_id ?? '');
  const mayPingAll = guild !== undefined && can(world, authorId, { channel, right: 'MENTION_EVERYONE' });
  const users = idsIn(content, /<@!?(\d+)>/g)
    .filter((id) => allowed.parse.includes('users') || allowed.users.includes(id))
    .flatMap((id) => world.users.get(id) ?? []);
  if (repliedTo !== null && allowed.repliedUser && !users.some(({ id }) => id === repliedTo.id)) {
    users.push(repliedTo);
  }
  const roleIds = idsIn(content, /<@&(\d+)>/g).filter(
    (id) => guild?.roles.has(id) === true && (allowed.parse.includes('roles') || allowed.roles.includes(id)),
  );
  const everyone = mayPingAll && allowed.parse.includes('everyone') && /@(everyone|here)\b/.test(content);
  return {
    users,
    roleIds,
    everyone,
    pinged: {
      userIds: users.map(({ id }) => id).filter((id) => id !== authorId),
      roleIds: roleIds.filter((id) => mayPingAll || guild?.roles.get(id)?.mentionable === true),
      everyone,
    },
  };
}
