/** What people do with messages and threads, under the rights that they have. It must not know the bot. */
import * as z from 'zod';
import { lengthOf, readForm, text } from './form.ts';
import { messageDefault } from './mentions.ts';
import type { MessageStore, StoredMessage } from './message-store.ts';
import { emptyDraft, type MessageWriter, type UploadedFile } from './message-writing.ts';
import type { People, PersonFile, ReactionInput } from './people.ts';
import { can, requireChannel, requireRights } from './permissions.ts';
import { addReaction, removeReaction } from './reactions.ts';
import { badForm, refusal } from './refusal.ts';
import type { Channel, Snowflake, User } from './shapes.ts';
import type { Threads } from './threads.ts';
import type { World } from './world.ts';

export interface PeopleMessagesDeps {
  world: World;
  messages: MessageStore;
  writer: MessageWriter;
  threads: Threads;
}

type MessageActions = Pick<
  People,
  | 'sendMessage'
  | 'editMessage'
  | 'deleteMessage'
  | 'addReaction'
  | 'removeReaction'
  | 'startTyping'
  | 'createThread'
  | 'createPost'
  | 'dismissEphemeral'
>;

const contentMax = 2000;
const threadName = z.object({ name: text(1, 100) });

/** The person; 10013 for nobody. */
export function requirePerson(world: World, userId: Snowflake): User {
  const user = world.users.get(userId);
  if (user === undefined || user.bot === true) throw refusal(10013);
  return user;
}

function uploaded(files: readonly PersonFile[]): UploadedFile[] {
  return files.map(({ name, bytes, contentType }, index) => ({
    number: String(index),
    name,
    bytes,
    contentType,
  }));
}

function checked(content: string): string {
  if (lengthOf(content) > contentMax) {
    throw badForm([
      {
        path: ['content'],
        code: 'BASE_TYPE_MAX_LENGTH',
        message: `Must be ${contentMax} or fewer in length.`,
      },
    ]);
  }
  return content.trim();
}

function place(
  { world, messages }: PeopleMessagesDeps,
  input: { userId: Snowflake; channelId: Snowflake; messageId: Snowflake },
) {
  const channel = requireChannel(world, input.userId, input.channelId);
  const stored = messages.find(input.messageId);
  if (stored === undefined || stored.channelId !== channel.id || stored.onlyFor !== null)
    throw refusal(10008);
  return { channel, stored };
}

function requireDeletable(
  world: World,
  userId: Snowflake,
  at: { channel: Channel; stored: StoredMessage },
): void {
  if (at.stored.message.type === 21) throw refusal(50021);
  if (at.stored.authorId !== userId)
    requireRights(world, userId, { channel: at.channel, rights: ['MANAGE_MESSAGES'] });
}

function react(deps: PeopleMessagesDeps, input: ReactionInput): void {
  const { channel, stored } = place(deps, input);
  const isFirst = stored.message.reactions?.some(({ emoji }) => emoji.name === input.emoji) !== true;
  if (isFirst && channel.type !== 1)
    requireRights(deps.world, input.userId, { channel, rights: ['ADD_REACTIONS'] });
  addReaction(deps, stored, input);
}

/** The thread first, and then its first message under the same id. */
function createPost(
  { world, threads, writer }: PeopleMessagesDeps,
  { userId, channelId, name: given, content, files = [] }: Parameters<People['createPost']>[0],
): Channel {
  const { name } = readForm(threadName, { name: given });
  const author = requirePerson(world, userId);
  const parent = requireChannel(world, userId, channelId);
  if (parent.type !== 15 && parent.type !== 16) throw refusal(50024);
  const post = threads.create({ creator: author, parent, name, autoArchiveMinutes: 4320, isPost: true });
  const draft = { ...emptyDraft, content: checked(content), allowedMentions: messageDefault };
  writer.create({ author, channel: post, draft, files: uploaded(files), id: post.id });
  return post;
}

/** Actions with messages. Each rejects with `DiscordRefusal` where Discord's client would not allow it. */
export function createMessageActions(deps: PeopleMessagesDeps): MessageActions {
  const { world, messages, writer, threads } = deps;
  return {
    async sendMessage({ userId, channelId, content = '', files = [], replyToId, pingsReplied = true }) {
      const author = requirePerson(world, userId);
      const channel = requireChannel(world, userId, channelId);
      const draft = {
        ...emptyDraft,
        content: checked(content),
        allowedMentions: { ...messageDefault, repliedUser: pingsReplied },
        reference: replyToId === undefined ? undefined : { messageId: replyToId, failsIfGone: true },
      };
      return writer.create({ author, channel, draft, files: uploaded(files) });
    },
    async editMessage({ content, ...where }) {
      const { stored } = place(deps, where);
      if (stored.authorId !== where.userId) throw refusal(50005);
      return writer.edit({
        stored,
        draft: { ...emptyDraft, content: checked(content) },
        files: [],
        isInteraction: false,
      });
    },
    async deleteMessage(where) {
      const at = place(deps, where);
      requireDeletable(world, where.userId, at);
      messages.remove(at.stored);
    },
    addReaction: async (input) => react(deps, input),
    removeReaction: async (input) => removeReaction(deps, place(deps, input).stored, input),
    async startTyping({ userId, channelId }) {
      const channel = requireChannel(world, userId, channelId);
      world.announce({ type: 'typing', channelId: channel.id, userId });
    },
    async createThread({ userId, channelId, name: given, messageId, isPrivate = false }) {
      const { name } = readForm(threadName, { name: given });
      const creator = requirePerson(world, userId);
      const parent = requireChannel(world, userId, channelId);
      return threads.create({
        creator,
        parent,
        name,
        autoArchiveMinutes: 4320,
        ...(isPrivate ? { type: 12 as const } : {}),
        ...(messageId === undefined ? {} : { messageId }),
      });
    },
    createPost: async (input) => createPost(deps, input),
    async dismissEphemeral({ userId, messageId }) {
      const stored = messages.find(messageId);
      if (stored?.onlyFor !== userId) throw refusal(10008);
      messages.remove(stored);
    },
  };
}

/** 50013 unless the person may use applications' commands there. */
export function requireCommandUse(world: World, userId: Snowflake, channel: Channel): void {
  if (!can(world, userId, { channel, right: 'USE_APPLICATION_COMMANDS' })) throw refusal(50013);
}
