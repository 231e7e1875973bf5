/** Discord's messages as the port's. It must not know what the relay does with them. */
import { type Message, MessageType } from 'discord.js';
import type { IncomingMessage } from '../ports/chat.ts';
import type { ReadAttachments } from './attachments.ts';
import { mentionsBot, wordsOf } from './mentions.ts';
import { type People, placeOfMessage } from './places.ts';

export type Inbound = {
  readonly people: People;
  readonly readAttachments: ReadAttachments;
  /** Whether Discord grants the privileged intent in this connection. */
  readonly hasMessageContent: () => boolean;
};

type Said = Pick<Message, 'attachments'> & { readonly content: string | null };

/** People's own messages and answers; everything else is the platform talking (Discord docs: Message Types). */
const isFromPerson = (message: Message): boolean =>
  !message.author.bot &&
  !message.author.system &&
  message.webhookId === null &&
  (message.type === MessageType.Default || message.type === MessageType.Reply);

/**
 * Without the privileged intent Discord empties words, files and embeds, but not in direct messages and not in messages that
 * mention the app (Discord docs: Gateway, Message Content Intent). Stickers are never withheld.
 */
const isWithheld = (message: Message, said: Said, { hasMessageContent }: Inbound): boolean =>
  !hasMessageContent() &&
  message.guildId !== null &&
  !said.content &&
  said.attachments.size === 0 &&
  message.stickers.size === 0 &&
  !message.mentions.users.has(message.client.user.id);

/** A message of a person in the port's words, or null for anything else. */
export const readMessage = (message: Message, inbound: Inbound): IncomingMessage | null => {
  if (!isFromPerson(message)) return null;
  // A forwarded message carries what it forwards as a snapshot, and nothing of its own.
  const said = message.messageSnapshots.first() ?? message;
  return {
    messageId: message.id,
    place: placeOfMessage(message),
    person: inbound.people.ofMessage(message),
    text: wordsOf(message, said.content ?? ''),
    attachments: inbound.readAttachments(said.attachments.values(), {
      channelId: message.channelId,
      messageId: message.id,
    }),
    mentionsBot: mentionsBot(message),
    isTextWithheld: isWithheld(message, said, inbound),
    createdAtMs: message.createdTimestamp,
  };
};
