/** One change applied to one person's world. Pure; it must not know the page or the network. */
import type { Change, GuildView, InteractionView, ThreadView, WorldView } from '../../discord/people.ts';
import type { Message, Reaction, Snowflake } from '../../discord/shapes.ts';

const interactionsMax = 300;

/** The world after the change; the same object when nothing that is kept here changed. */
export function applyChange(world: WorldView, change: Change): WorldView {
  switch (change.type) {
    case 'messageCreated':
    case 'messageEdited':
      return withMessages(world, change.channelId, (messages) => upsert(messages, change.message));
    case 'messageDeleted':
      return withMessages(world, change.channelId, (messages) =>
        messages.filter((message) => message.id !== change.messageId),
      );
    case 'reactionAdded':
    case 'reactionRemoved':
      return withMessages(world, change.channelId, (messages) =>
        messages.map((message) =>
          message.id === change.messageId ? withReaction(message, change, world.viewer.id) : message,
        ),
      );
    case 'threadCreated':
    case 'threadUpdated':
      return withThread(world, change.thread);
    case 'interaction':
      return { ...world, interactions: withInteraction(world.interactions, change.interaction) };
    case 'modalOpened':
      return {
        ...world,
        modals: [...world.modals.filter((modal) => modal.modalId !== change.modal.modalId), change.modal],
      };
    case 'modalClosed':
      return { ...world, modals: world.modals.filter((modal) => modal.modalId !== change.modalId) };
    case 'typing':
    case 'channelCreated':
    case 'channelUpdated':
    case 'channelDeleted':
    case 'threadDeleted':
    case 'guildUpdated':
    case 'botLeft':
    case 'commandsChanged':
    case 'botPresence':
      return world;
  }
}

function withMessages(
  world: WorldView,
  channelId: Snowflake,
  change: (messages: Message[]) => Message[],
): WorldView {
  return { ...world, messages: { ...world.messages, [channelId]: change(world.messages[channelId] ?? []) } };
}

/** Ids grow with time, so the order of ids is the order of the channel. */
function upsert(messages: readonly Message[], message: Message): Message[] {
  const index = messages.findIndex((other) => other.id === message.id);
  if (index >= 0) return messages.with(index, message);
  const after = messages.findIndex((other) => BigInt(other.id) > BigInt(message.id));
  return after < 0 ? [...messages, message] : messages.toSpliced(after, 0, message);
}

function withReaction(
  message: Message,
  change: { type: 'reactionAdded' | 'reactionRemoved'; userId: Snowflake; emoji: string },
  viewerId: Snowflake,
): Message {
  const isAdded = change.type === 'reactionAdded';
  const isMine = change.userId === viewerId;
  const reactions = message.reactions ?? [];
  const known = reactions.find((reaction) => reaction.emoji.name === change.emoji);
  const before: Reaction = known ?? { count: 0, me: false, emoji: { id: null, name: change.emoji } };
  const after = { ...before, count: before.count + (isAdded ? 1 : -1), me: isMine ? isAdded : before.me };
  const all =
    known === undefined ? [...reactions, after] : reactions.map((other) => (other === known ? after : other));
  return { ...message, reactions: all.filter((reaction) => reaction.count > 0) };
}

/** A thread stands in its server's list and as a chip under the message that it began with. */
function withThread(world: WorldView, thread: ThreadView): WorldView {
  const guilds = world.guilds.map((guild) =>
    guild.id === thread.guild_id ? guildWithThread(guild, thread) : guild,
  );
  const next = { ...world, guilds };
  const parentId = thread.parent_id;
  if (parentId === undefined || parentId === null) return next;
  if (!world.messages[parentId]?.some((message) => message.id === thread.id)) return next;
  return withMessages(next, parentId, (messages) =>
    messages.map((message) => (message.id === thread.id ? { ...message, thread } : message)),
  );
}

function guildWithThread(guild: GuildView, thread: ThreadView): GuildView {
  const others = guild.threads.filter((other) => other.id !== thread.id);
  return { ...guild, threads: [...others, thread] };
}

function withInteraction(
  interactions: readonly InteractionView[],
  interaction: InteractionView,
): InteractionView[] {
  const others = interactions.filter((other) => other.id !== interaction.id);
  return [...others, interaction].slice(-interactionsMax);
}
