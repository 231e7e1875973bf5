/** Changes of the world that people, the bot and faults can bring about. It must not know who is allowed to. */
import { bitsOf } from './permissions.ts';
import { refusal } from './refusal.ts';
import type { Channel, Overwrite, Snowflake } from './shapes.ts';
import type { World } from './world.ts';

/** Takes a channel or thread away, with the threads that hang below it. */
export function deleteChannel(world: World, channel: Channel): void {
  for (const thread of world.channels.values()) {
    if (thread.parent_id === channel.id && thread.thread_metadata !== undefined) deleteChannel(world, thread);
  }
  world.channels.delete(channel.id);
  world.threadMembers.delete(channel.id);
  const type = channel.thread_metadata === undefined ? 'channelDeleted' : 'threadDeleted';
  world.announce({ type, channelId: channel.id, channel });
}

/** The DM of a person with the bot, made when there is none. */
export function directMessageOf(world: World, userId: Snowflake): Channel {
  const known = world.channels.get(world.directMessages.get(userId) ?? '');
  if (known !== undefined) return known;
  const user = world.users.get(userId);
  if (user === undefined || user.bot === true) throw refusal(50007);
  const channel: Channel = {
    id: world.nextId(),
    type: 1,
    last_message_id: null,
    flags: 0,
    recipients: [user],
  };
  world.directMessages.set(userId, channel.id);
  world.put(channel);
  // The person's client shows it; bots are told of no DM (docs: events/Gateway Events, Channel Create).
  world.announce({
    type: 'channelCreated',
    channelId: channel.id,
    onlyFor: userId,
    channel: { ...channel, recipients: [world.bot] },
  });
  return channel;
}

/** Names of rights to give and to take, for one role or member. */
export interface OverwriteChange {
  targetId: Snowflake;
  allow?: readonly string[] | undefined;
  deny?: readonly string[] | undefined;
}

/** Adds rights to an overwrite of a channel; a right that is denied is no longer allowed, and the other way round. */
export function changeOverwrite(
  world: World,
  channelId: Snowflake,
  { targetId, allow, deny }: OverwriteChange,
): void {
  const named = world.channels.get(channelId);
  const channel = named?.thread_metadata === undefined ? named : world.channels.get(named.parent_id ?? '');
  if (channel === undefined) throw refusal(10003);
  const old = channel.permission_overwrites?.find(({ id }) => id === targetId);
  const given = bitsOf(allow ?? []);
  const taken = bitsOf(deny ?? []);
  const isRole = world.guilds.get(channel.guild_id ?? '')?.roles.has(targetId) === true;
  const overwrite: Overwrite = {
    id: targetId,
    type: isRole ? 0 : 1,
    allow: String((BigInt(old?.allow ?? 0) & ~taken) | given),
    deny: String((BigInt(old?.deny ?? 0) & ~given) | taken),
  };
  const others = (channel.permission_overwrites ?? []).filter(({ id }) => id !== targetId);
  const changed = { ...channel, permission_overwrites: [...others, overwrite] };
  world.put(changed);
  world.announce({ type: 'channelUpdated', channelId: channel.id, channel: changed });
}
