/** Reactions on messages. It must not know who may react where. */
import type { MessageStore, StoredMessage } from './message-store.ts';
import { refusal } from './refusal.ts';
import type { Message, Reaction, Snowflake } from './shapes.ts';
import type { World } from './world.ts';

/** A reaction that remembers who gave it; shown as Discord's own without the names. */
type KeptReaction = Reaction & { userIds?: Snowflake[] };

export interface ReactionBy {
  userId: Snowflake;
  /** An emoji, or `name:id` for a server's own. */
  emoji: string;
}

/** An emoji of Unicode, or `name:id`; anything else is 10014. */
function emojiOf(emoji: string): Reaction['emoji'] {
  if (!/^(?:\w+:\d+|\p{RGI_Emoji}|\p{Extended_Pictographic})$/v.test(emoji)) throw refusal(10014);

  const [name = emoji, id] = emoji.split(':');
  return { id: id ?? null, name };
}

const isSame = (left: Reaction['emoji'], right: Reaction['emoji']) =>
  left.name === right.name && left.id === right.id;

/** The message with `me` as one viewer has it, and without the names of those who reacted. */
export function showReactions(message: Message, viewerId: Snowflake): Message {
  const kept: KeptReaction[] | undefined = message.reactions;
  if (kept === undefined) return message;
  return {
    ...message,
    reactions: kept.map(({ userIds = [], emoji }) => ({
      emoji,
      count: userIds.length,
      me: userIds.includes(viewerId),
    })),
  };
}

export function addReaction(
  deps: { world: World; messages: MessageStore },
  stored: StoredMessage,
  by: ReactionBy,
): void {
  const emoji = emojiOf(by.emoji);
  const kept: KeptReaction[] = stored.message.reactions ?? [];
  const users = kept.find((one) => isSame(one.emoji, emoji))?.userIds ?? [];
  if (users.includes(by.userId)) return;
  const mine: KeptReaction = { emoji, me: false, count: users.length + 1, userIds: [...users, by.userId] };
  const others = kept.filter((one) => !isSame(one.emoji, emoji));
  deps.messages.amend(stored, { ...stored.message, reactions: [...others, mine] });
  deps.world.announce({ type: 'reactionAdded', channelId: stored.channelId, messageId: stored.id, ...by });
}

export function removeReaction(
  deps: { world: World; messages: MessageStore },
  stored: StoredMessage,
  by: ReactionBy,
): void {
  const emoji = emojiOf(by.emoji);
  const kept: KeptReaction[] = stored.message.reactions ?? [];
  const old = kept.find((one) => isSame(one.emoji, emoji));
  if (old?.userIds?.includes(by.userId) !== true) return;
  const userIds = old.userIds.filter((id) => id !== by.userId);
  const others = kept.filter((one) => one !== old);
  const reactions = userIds.length === 0 ? others : [...others, { ...old, userIds, count: userIds.length }];
  deps.messages.amend(stored, { ...stored.message, reactions });
  deps.world.announce({ type: 'reactionRemoved', channelId: stored.channelId, messageId: stored.id, ...by });
}
