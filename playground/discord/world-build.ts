/** Turns a world in words into a world. It must not know anything but seeds and state. */
import { bitsOf } from './permissions.ts';
import type { Channel, Member, Overwrite, Role, Snowflake, User } from './shapes.ts';
import { type Guild, makeUser, type World } from './world.ts';
import {
  botDefault,
  type ChannelSeed,
  everyoneDefault,
  type GuildSeed,
  type WorldSeed,
} from './world-seed.ts';

const channelTypes = { text: 0, announcement: 5, voice: 2, stage: 13, forum: 15, media: 16 } as const;

/** Puts people and servers of the seed into an empty world. Throws a RangeError for a key that names nobody. */
export function buildWorld(world: World, seed: WorldSeed): void {
  for (const person of seed.people) {
    const user = makeUser(world.nextId(), person);
    world.users.set(user.id, user);
    world.locales.set(user.id, person.locale);
    world.ids.users[person.key] = user.id;
  }
  for (const guild of seed.guilds) buildGuild(world, guild);
}

function known(ids: Record<string, Snowflake>, key: string): Snowflake {
  const id = ids[key];
  if (id === undefined) throw new RangeError(`The world's description names "${key}", which is not in it.`);
  return id;
}

function buildGuild(world: World, seed: GuildSeed): void {
  const id = world.nextId();
  world.ids.guilds[seed.key] = id;
  const guild: Guild = {
    id,
    name: seed.name,
    ownerId: known(world.ids.users, seed.ownerKey),
    preferredLocale: seed.preferredLocale ?? 'en-US',
    boostLevel: seed.boostLevel ?? 0,
    roles: new Map(),
    members: new Map(),
  };
  world.guilds.set(id, guild);
  const addRole = (
    roleId: Snowflake,
    role: { name: string; permissions: readonly string[]; color?: number },
  ) => guild.roles.set(roleId, makeRole(roleId, { ...role, position: guild.roles.size }));
  addRole(id, { name: '@everyone', permissions: seed.everyone ?? everyoneDefault });
  for (const role of seed.roles ?? []) {
    const roleId = world.nextId();
    world.ids.roles[role.key] = roleId;
    addRole(roleId, role);
  }
  const botRoleId = world.nextId();
  addRole(botRoleId, { name: world.bot.username, permissions: seed.bot ?? botDefault });
  const join = (user: User | undefined, roles: Snowflake[]) => {
    if (user !== undefined) guild.members.set(user.id, makeMember(user, roles, world.nowIso()));
  };
  for (const [key, roles] of Object.entries(seed.members)) {
    join(
      world.users.get(known(world.ids.users, key)),
      roles.map((role) => known(world.ids.roles, role)),
    );
  }
  if (seed.hasBot !== false) join(world.bot, [botRoleId]);
  for (const [position, channel] of seed.channels.entries())
    buildChannel(world, guild, { ...channel, position });
}

function makeRole(
  id: Snowflake,
  role: { name: string; permissions: readonly string[]; color?: number; position: number },
): Role {
  return {
    id,
    name: role.name,
    color: role.color ?? 0,
    hoist: false,
    position: role.position,
    permissions: String(bitsOf(role.permissions)),
    managed: false,
    mentionable: false,
    flags: 0,
  };
}

function makeMember(user: User, roles: Snowflake[], joinedAt: string): Member {
  return { user, nick: null, avatar: null, roles, joined_at: joinedAt, deaf: false, mute: false, flags: 0 };
}

function buildChannel(world: World, guild: Guild, seed: ChannelSeed & { position: number }): void {
  const overwrites = (seed.overwrites ?? []).map((one): Overwrite => {
    const bits = { allow: String(bitsOf(one.allow ?? [])), deny: String(bitsOf(one.deny ?? [])) };
    if (one.target === 'everyone') return { id: guild.id, type: 0, ...bits };
    if (one.target === 'bot') return { id: world.bot.id, type: 1, ...bits };
    const roleId = world.ids.roles[one.target];
    if (roleId !== undefined) return { id: roleId, type: 0, ...bits };
    return { id: known(world.ids.users, one.target), type: 1, ...bits };
  });
  const isVoice = seed.kind === 'voice' || seed.kind === 'stage';
  const channel: Channel = {
    id: world.nextId(),
    type: channelTypes[seed.kind ?? 'text'],
    guild_id: guild.id,
    name: seed.name,
    position: seed.position,
    topic: seed.topic ?? null,
    nsfw: false,
    parent_id: null,
    permission_overwrites: overwrites,
    rate_limit_per_user: 0,
    last_message_id: null,
    flags: 0,
    ...(isVoice ? { bitrate: 64_000, user_limit: 0 } : {}),
  };
  world.ids.channels[seed.key] = channel.id;
  world.put(channel);
}
