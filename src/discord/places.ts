/** Where an event happened and who did it, in the port's words. It must not know what the event was. */
import {
  ApplicationIntegrationType,
  type BaseInteraction,
  ChannelType,
  type Guild,
  type GuildMember,
  type GuildTextBasedChannel,
  InteractionContextType,
  type Message,
  PermissionFlagsBits,
  type ThreadChannel,
} from 'discord.js';
import { localeOf } from '../core/locale.ts';
import type { BotPermission, Person, Place } from '../ports/chat.ts';
import { createBoundedMap } from './bounded-map.ts';
import { everyBotPermission, isModerator, managesServer, missingPermissions } from './permissions.ts';

/** Discord tells a person's language with interactions only, so it is kept for their messages. */
const peopleRemembered = 20_000;

type Channel = GuildTextBasedChannel;

const rightsOfBot = (channel: Channel): Parameters<typeof missingPermissions>[0] => {
  const me = channel.guild.members.me;
  return me === null ? null : channel.permissionsFor(me);
};

const directMessage = (channelId: string): Place => ({
  kind: 'dm',
  channelId,
  parentChannelId: null,
  guildId: null,
  missing: [],
});

/** No thread opens there: the chat of a voice or stage channel (Discord docs: Threads), or where the bot is no member. */
const threadless = (channelId: string, guildId: string | null, missing: readonly BotPermission[]): Place => ({
  kind: 'threadless',
  channelId,
  parentChannelId: null,
  guildId,
  missing,
});

/** A private thread to which nobody added the bot takes answers to commands and nothing else (Discord docs: Threads, Private Threads). */
const isClosedThread = (thread: ThreadChannel, rights: Parameters<typeof missingPermissions>[0]): boolean =>
  thread.type === ChannelType.PrivateThread &&
  !thread.joined &&
  rights?.has(PermissionFlagsBits.ManageThreads) !== true;

/** Rights are those of the bot in this channel, or in the channel above a thread. */
const inServer = (channel: Channel, rights: Parameters<typeof missingPermissions>[0]): Place => {
  const { id: channelId, guildId } = channel;
  if (channel.isVoiceBased()) {
    return threadless(channelId, guildId, missingPermissions(rights, { isThread: false }));
  }
  if (!channel.isThread()) {
    const missing = missingPermissions(rights, { isThread: false });
    return { kind: 'channel', channelId, parentChannelId: null, guildId, missing };
  }
  if (isClosedThread(channel, rights)) return threadless(channelId, guildId, everyBotPermission);
  const missing = missingPermissions(rights, { isThread: true, isLocked: channel.locked === true });
  return { kind: 'thread', channelId, parentChannelId: channel.parentId, guildId, missing };
};

export const placeOfMessage = ({ channel }: Message): Place =>
  channel.isDMBased() ? directMessage(channel.id) : inServer(channel, rightsOfBot(channel));

/** The bot belongs to the server, which the client does not know at present: Discord has an outage there, or the start is not over. */
const isMemberThere = ({ guildId, authorizingIntegrationOwners: owners }: BaseInteraction): boolean =>
  guildId !== null && owners[ApplicationIntegrationType.GuildInstall] === guildId;

/**
 * The place of an interaction; Discord sends the bot's rights along (`app_permissions`). What the client does not know is a server
 * or group to which a person brought the bot for themselves: it can answer there and do nothing else; or a server of its own that is not
 * there yet.
 */
export const placeOfInteraction = (interaction: BaseInteraction): Place => {
  const { channelId, guildId, channel, context, appPermissions } = interaction;
  if (channelId === null) throw new TypeError('An interaction came without a channel.');
  if (guildId === null && context !== InteractionContextType.PrivateChannel) return directMessage(channelId);
  const isKnown = channel !== null && !channel.isDMBased();
  // No bit at all: they were not told (the type says that they always are), and what the client knows has to do.
  const told = appPermissions.bitfield === 0n ? null : appPermissions;
  if (isKnown) return inServer(channel, told ?? rightsOfBot(channel));
  if (!isMemberThere(interaction)) return threadless(channelId, guildId, everyBotPermission);
  const missing = missingPermissions(told, { isThread: false });
  return { kind: 'channel', channelId, parentChannelId: null, guildId, missing };
};

export type People = {
  ofMessage(message: Message): Person;
  ofInteraction(interaction: BaseInteraction): Person;
};

const rightsOfAuthor = (message: Message): Parameters<typeof isModerator>[0] => {
  const { channel, member } = message;
  return member === null || channel.isDMBased() ? null : channel.permissionsFor(member);
};

/** The member of an interaction from a server that the bot is not in comes as plain JSON, with bare ids. */
const rolesOf = (member: BaseInteraction['member'] | GuildMember): readonly string[] | null => {
  if (member === null) return null;
  return Array.isArray(member.roles) ? member.roles : [...member.roles.cache.keys()];
};

const languageOf = (guild: Guild | null): string | null => guild?.preferredLocale ?? null;

export const createPeople = (): People => {
  const tags = createBoundedMap<string>(peopleRemembered);
  return {
    ofMessage: (message) => ({
      id: message.author.id,
      name: message.member?.displayName ?? message.author.displayName,
      locale: localeOf(tags.get(message.author.id) ?? languageOf(message.guild)),
      isModerator: isModerator(rightsOfAuthor(message)),
      managesServer: managesServer(rightsOfAuthor(message)),
      roleIds: message.guildId === null ? [] : rolesOf(message.member),
    }),
    ofInteraction: (interaction) => {
      tags.set(interaction.user.id, interaction.locale);
      return {
        id: interaction.user.id,
        name: interaction.inCachedGuild() ? interaction.member.displayName : interaction.user.displayName,
        locale: localeOf(interaction.locale),
        isModerator: isModerator(interaction.memberPermissions),
        managesServer: managesServer(interaction.memberPermissions),
        roleIds: interaction.guildId === null ? [] : rolesOf(interaction.member),
      };
    },
  };
};
