/** Mentions in people's words. It must not know what is done with a message. */
import { cleanContent, type Message } from 'discord.js';

/** The bot's own role in this server: people who type `@Makevideo` often pick it instead of the bot. */
const ownRoleId = (message: Message): string | null =>
  message.guild?.roles.botRoleFor(message.client.user)?.id ?? null;

/** Whether the message is meant for the bot: it names the bot or its role, or answers one of its messages with a ping. */
export const mentionsBot = (message: Message): boolean => {
  const roleId = ownRoleId(message);
  return (
    message.mentions.users.has(message.client.user.id) ||
    (roleId !== null && message.mentions.roles.has(roleId))
  );
};

/** The words without the mention of the bot; other mentions become names, because ids mean nothing to the backend. */
export const wordsOf = (message: Message, content: string): string => {
  const ids = [message.client.user.id, ownRoleId(message)].filter((id) => id !== null);
  const mention = new RegExp(`[^\\S\\n]*<@[!&]?(?:${ids.join('|')})>[^\\S\\n]*`, 'gu');
  return cleanContent(content.replaceAll(mention, ' '), message.channel).trim();
};
