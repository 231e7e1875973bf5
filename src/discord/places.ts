/** Where an event happened and who did it, in the port's words. It must not know what the event was. */
import {
  type BaseInteraction,
  type Guild,
  type GuildMember,
  type GuildTextBasedChannel,
  InteractionContextType,
  type Message,
} from 'discord.js';
import { localeOf } from '../core/locale.ts';
import type { BotPermission, Person, Place } from '../ports/chat.ts';
import { createBoundedMap } from './bounded-map.ts';
import { everyBotPermission, isModerator, managesServer, missingPermissions } from './permissions.ts';

/** Discord tells a person's language with interactions only, so it is kept for their messages. */
const peopleRemembered = 20_000;

type Channel = GuildTextBasedChannel;

/** Voice channels have a chat in which no thread can be opened (Discord docs: Threads). */
const missingIn = (channel: Channel, missing: BotPermission[]): BotPermission[] =>
  channel.isVoiceBased() && !missing.includes('openThread') ? [...missing, 'openThread'] : missing;

const rightsOfBot = (channel: Channel): Parameters<typeof missingPermissions>[0] => {
  const me = channel.guild.members.me;
  return me === null ? null : channel.permissionsFor(me);
};

const directMessage = (channelId: string, missing: readonly BotPermission[]): Place => ({
  kind: 'dm',
  channelId,
  parentChannelId: null,
  guildId: null,
  missing,
});

/** The place of a message. Rights are those of the bot in this channel, or in the channel above a thread. */
export const placeOfMessage = (message: Message): Place => {
  const channel = message.channel;
  if (channel.isDMBased()) return directMessage(channel.id, []);
  const isThread = channel.isThread();
  return {
    kind: isThread ? 'thread' : 'channel',
    channelId: channel.id,
    parentChannelId: isThread ? channel.parentId : null,
    guildId: channel.guild.id,
    missing: missingIn(channel, missingPermissions(rightsOfBot(channel), { isThread })),
  };
};

/** Whether the bot is a member there; an app that somebody added to themselves alone can be called where it cannot act. */
const isOutsider = (interaction: BaseInteraction): boolean =>
  interaction.guildId === null
    ? interaction.context === InteractionContextType.PrivateChannel
    : interaction.guild === null;

/** The place of an interaction; Discord sends the bot's rights along (`app_permissions`). */
export const placeOfInteraction = (interaction: BaseInteraction): Place => {
  const { channelId } = interaction;
  if (channelId === null) throw new TypeError('An interaction came without a channel.');
  const outside = isOutsider(interaction) ? everyBotPermission : null;
  if (interaction.guildId === null) return directMessage(channelId, outside ?? []);
  const channel = interaction.channel;
  const isThread = channel?.isThread() ?? false;
  const missing = missingPermissions(interaction.appPermissions, { isThread });
  return {
    kind: isThread ? 'thread' : 'channel',
    channelId,
    parentChannelId: channel?.isThread() === true ? channel.parentId : null,
    guildId: interaction.guildId,
    missing: outside ?? (channel && !channel.isDMBased() ? missingIn(channel, missing) : missing),
  };
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
