/** Puts the human side together. It must not know HTTP or the gateway. */
import type { Change, People } from './people.ts';
import { createInteractionActions, createUntil, type PeopleInteractionsDeps } from './people-interactions.ts';
import { createMessageActions, type PeopleMessagesDeps, requirePerson } from './people-messages.ts';
import { can } from './permissions.ts';
import { refusal } from './refusal.ts';
import type { Snowflake } from './shapes.ts';
import type { World } from './world.ts';
import { changeOverwrite, deleteChannel, directMessageOf } from './world-change.ts';
import { isVisible, viewWorld } from './world-view.ts';

export type PeopleDeps = PeopleMessagesDeps & PeopleInteractionsDeps & { acknowledgeWithinMs: number };

type WorldActions = Pick<
  People,
  | 'openDirectMessage'
  | 'setDirectMessages'
  | 'installApp'
  | 'removeBot'
  | 'setLocale'
  | 'setRoles'
  | 'setPermissions'
  | 'setThread'
  | 'deleteChannel'
>;

function setRoles(world: World, { guildId, userId, roleIds }: Parameters<People['setRoles']>[0]): void {
  const guild = world.guilds.get(guildId);
  if (guild === undefined) throw refusal(10004);
  const member = guild.members.get(userId);
  if (member === undefined) throw refusal(10007);
  guild.members.set(userId, { ...member, roles: [...roleIds] });
  world.announce({ type: 'guildUpdated', guildId, memberId: userId });
}

function createWorldActions({ world, threads }: PeopleDeps): WorldActions {
  const channelOf = (id: Snowflake) => {
    const channel = world.channels.get(id);
    if (channel === undefined) throw refusal(10003);
    return channel;
  };
  return {
    async openDirectMessage(userId) {
      requirePerson(world, userId);
      return { ...directMessageOf(world, userId), recipients: [world.bot] };
    },
    async setDirectMessages(userId, areOpen) {
      requirePerson(world, userId);
      if (areOpen) world.closedDirectMessages.delete(userId);
      else world.closedDirectMessages.add(userId);
    },
    async installApp(userId) {
      requirePerson(world, userId);
      world.userInstalls.add(userId);
      world.announce({ type: 'commandsChanged', guildId: null });
    },
    async removeBot(guildId) {
      const guild = world.guilds.get(guildId);
      if (guild?.members.delete(world.bot.id) !== true) throw refusal(10004);
      world.announce({ type: 'botLeft', guildId });
    },
    async setLocale(userId, locale) {
      requirePerson(world, userId);
      world.locales.set(userId, locale);
    },
    setRoles: async (input) => setRoles(world, input),
    setPermissions: async ({ channelId, ...change }) => changeOverwrite(world, channelId, change),
    async setThread({ threadId, isArchived, isLocked }) {
      threads.change(channelOf(threadId), { archived: isArchived, locked: isLocked });
    },
    deleteChannel: async (channelId) => deleteChannel(world, channelOf(channelId)),
  };
}

/** The people of the world and all that they can do. */
export function createPeople(deps: PeopleDeps): People {
  const { world } = deps;
  return {
    ids: world.ids,
    botId: world.bot.id,
    all: () => [...world.users.values()].filter(({ bot }) => bot !== true),
    world: (viewerId) => viewWorld(deps, viewerId),
    subscribe: (listener, viewerId) =>
      world.onChange((change: Change) => {
        if (viewerId === undefined || isVisible(world, change, viewerId)) listener(change);
      }),
    until: createUntil(world),
    ...createInteractionActions(deps),
    ...createMessageActions(deps),
    ...createWorldActions(deps),
  };
}

/** Takes rights from the bot in a channel, if it has them. */
export function revoke(world: World, channelId: Snowflake, permissions: readonly string[]): void {
  const channel = world.channels.get(channelId);
  if (channel === undefined) throw refusal(10003);
  if (!can(world, world.bot.id, { channel, right: 'VIEW_CHANNEL' })) return;
  changeOverwrite(world, channelId, { targetId: world.bot.id, deny: permissions });
}
