/** What one person sees of the world. It must not change anything. */
import type { Interactions } from './interactions.ts';
import type { MessageStore } from './message-store.ts';
import type { Modals } from './modals.ts';
import type { Change, GuildView, WorldView } from './people.ts';
import { can, permissionsIn } from './permissions.ts';
import { showReactions } from './reactions.ts';
import { refusal } from './refusal.ts';
import type { Channel, Message, Snowflake } from './shapes.ts';
import type { Guild, World } from './world.ts';

export interface ViewDeps {
  world: World;
  messages: MessageStore;
  interactions: Interactions;
  modals: Modals;
}

function sees(world: World, viewerId: Snowflake, channel: Channel): boolean {
  return can(world, viewerId, { channel, right: 'VIEW_CHANNEL' });
}

/** Whether a change concerns this person: it is for them, or they see its channel. */
export function isVisible(world: World, change: Change, viewerId: Snowflake): boolean {
  if (change.onlyFor !== null) return change.onlyFor === viewerId;
  if ('guildId' in change && change.guildId !== null)
    return world.guilds.get(change.guildId)?.members.has(viewerId) === true;
  if (!('channelId' in change)) return true;
  const gone =
    change.type === 'channelDeleted' || change.type === 'threadDeleted' ? change.channel : undefined;
  const channel = gone ?? world.channels.get(change.channelId);
  if (channel === undefined) return false;
  if (gone?.thread_metadata !== undefined)
    return world.guilds.get(gone.guild_id ?? '')?.members.has(viewerId) === true;
  return sees(world, viewerId, channel);
}

/** The messages of a channel as one person reads them, oldest first. */
function messagesFor({ world, messages }: ViewDeps, viewerId: Snowflake, channel: Channel): Message[] {
  const hasPast = can(world, viewerId, { channel, right: 'READ_MESSAGE_HISTORY' });
  return messages
    .standing(channel.id)
    .filter(({ onlyFor }) => (onlyFor === null ? hasPast : onlyFor === viewerId))
    .map(({ message }) => showReactions(messages.present(message), viewerId));
}

function guildView(
  world: World,
  guild: Guild,
  seen: { viewerId: Snowflake; channels: Channel[] },
): GuildView {
  const own = seen.channels.filter(({ guild_id }) => guild_id === guild.id);
  return {
    id: guild.id,
    name: guild.name,
    ownerId: guild.ownerId,
    preferredLocale: guild.preferredLocale,
    uploadLimitBytes: world.uploadLimitBytes(guild.id),
    roles: [...guild.roles.values()],
    members: [...guild.members.values()],
    channels: own.filter(({ thread_metadata }) => thread_metadata === undefined),
    threads: own
      .filter(({ thread_metadata }) => thread_metadata !== undefined)
      .map((thread) => world.threadView(thread)),
    permissions: Object.fromEntries(
      own.map((channel) => [channel.id, String(permissionsIn(world, channel, seen.viewerId))]),
    ),
  };
}

/** A snapshot of everything one person can see. Throws 10013 for nobody. */
export function viewWorld(deps: ViewDeps, viewerId: Snowflake): WorldView {
  const { world, interactions, modals } = deps;
  const viewer = world.users.get(viewerId);
  if (viewer === undefined) throw refusal(10013);
  const channels = [...world.channels.values()].filter((channel) => sees(world, viewerId, channel));
  const guilds = [...world.guilds.values()].filter(({ members }) => members.has(viewerId));
  return {
    viewer,
    viewerLocale: world.locales.get(viewerId) ?? 'en-US',
    bot: world.bot,
    guilds: guilds.map((guild) => guildView(world, guild, { viewerId, channels })),
    // One's own DM with the bot is named by the bot for the person, as Discord's client shows it.
    directMessages: channels
      .filter(({ type }) => type === 1)
      .map((channel) => ({ ...channel, recipients: [world.bot] })),
    messages: Object.fromEntries(
      channels.map((channel) => [channel.id, messagesFor(deps, viewerId, channel)]),
    ),
    interactions: interactions.of(viewerId),
    modals: modals.of(viewerId),
  };
}
