/** REST routes of messages and reactions. */
import { withheld } from '../gateway-events.ts';
import { messageFlags, readMessage } from '../message-form.ts';
import type { StoredMessage } from '../message-store.ts';
import { can, requireChannel, requireRights } from '../permissions.ts';
import { addReaction, removeReaction, showReactions } from '../reactions.ts';
import { badForm, refusal } from '../refusal.ts';
import { noContent, ok, queryNumber, type RestRequest, type Route, type Stage } from '../rest-route.ts';
import type { Channel, Message } from '../shapes.ts';
import { snowflakeTimeMs } from '../snowflake.ts';

const hourMs = 3_600_000;

function shown({ world, messages, hasMessageContentIntent }: Stage, stored: StoredMessage): Message {
  const message = showReactions(messages.present(stored.message), world.bot.id);
  return withheld(world, message, hasMessageContentIntent());
}

function messageIn({ messages }: Stage, channel: Channel, messageId: string): StoredMessage {
  const stored = messages.find(messageId);
  // Ephemeral messages do not exist for the channel's routes: only the interaction's token reaches them.
  if (stored === undefined || stored.channelId !== channel.id || stored.onlyFor !== null)
    throw refusal(10008);
  return stored;
}

function refuseArchived(channel: Channel): void {
  if (channel.thread_metadata?.archived === true) throw refusal(50083);
}

function list(stage: Stage, { parameter, query }: RestRequest) {
  const { world, messages } = stage;
  const channel = requireChannel(world, world.bot.id, parameter('channelId'));
  const limit = queryNumber(query, 'limit', { min: 1, max: 100, fallback: 50 });
  const [before, after, around] = ['before', 'after', 'around'].map((name) => query.get(name) ?? undefined);
  if ([before, after, around].filter((one) => one !== undefined).length > 1) {
    throw badForm([
      {
        path: ['before'],
        code: 'BASE_TYPE_BAD_VALUE',
        message: 'before, after and around exclude each other',
      },
    ]);
  }
  // Without the right to the past Discord gives an empty list and no error (docs: resources/Message, Get Channel Messages).
  if (!can(world, world.bot.id, { channel, right: 'READ_MESSAGE_HISTORY' })) return ok([]);
  return ok(
    messages.page(channel.id, { before, after, around, limit }).map((stored) => shown(stage, stored)),
  );
}

function get(stage: Stage, { parameter }: RestRequest) {
  const channel = requireChannel(stage.world, stage.world.bot.id, parameter('channelId'));
  requireRights(stage.world, stage.world.bot.id, { channel, rights: ['READ_MESSAGE_HISTORY'] });
  return ok(shown(stage, messageIn(stage, channel, parameter('messageId'))));
}

function create(stage: Stage, { parameter, body, files }: RestRequest) {
  const { world, writer } = stage;
  const channel = requireChannel(world, world.bot.id, parameter('channelId'));
  return ok(writer.create({ author: world.bot, channel, draft: readMessage(body), files }));
}

function suppressOnly(
  stage: Stage,
  stored: StoredMessage,
  change: { channel: Channel; flags: number | undefined },
) {
  const { world, messages } = stage;
  const { channel, flags } = change;
  const isAllowed = can(world, world.bot.id, { channel, right: 'MANAGE_MESSAGES' });
  if (flags === undefined || !isAllowed) throw refusal(50005);
  const suppress = messageFlags.suppressEmbeds;
  messages.replace(stored, {
    ...stored.message,
    flags: (stored.message.flags & ~suppress) | (flags & suppress),
  });
  return ok(shown(stage, stored));
}

function edit(stage: Stage, { parameter, body, files }: RestRequest) {
  const { world, writer } = stage;
  const channel = requireChannel(world, world.bot.id, parameter('channelId'));
  const stored = messageIn(stage, channel, parameter('messageId'));
  const draft = readMessage(body);
  if (stored.authorId !== world.bot.id) {
    const isOnlyFlags =
      typeof body === 'object' && body !== null && Object.keys(body).every((key) => key === 'flags');
    return suppressOnly(stage, stored, { channel, flags: isOnlyFlags ? draft.flags : undefined });
  }
  refuseArchived(channel);
  if (files.length > 0) requireRights(world, world.bot.id, { channel, rights: ['ATTACH_FILES'] });
  if (world.nowMs() - snowflakeTimeMs(stored.id) > hourMs) stage.countOldEdit(channel.id);
  return ok(writer.edit({ stored, draft, files, isInteraction: false }));
}

function remove(stage: Stage, { parameter }: RestRequest) {
  const { world, messages } = stage;
  const channel = requireChannel(world, world.bot.id, parameter('channelId'));
  const stored = messageIn(stage, channel, parameter('messageId'));
  if (stored.message.type === 21) throw refusal(50021);
  if (stored.authorId !== world.bot.id)
    requireRights(world, world.bot.id, { channel, rights: ['MANAGE_MESSAGES'] });
  refuseArchived(channel);
  messages.remove(stored);
  return noContent;
}

function react(stage: Stage, { parameter }: RestRequest) {
  const { world } = stage;
  const channel = requireChannel(world, world.bot.id, parameter('channelId'));
  const rights = channel.type === 1 ? [] : (['READ_MESSAGE_HISTORY', 'ADD_REACTIONS'] as const);
  requireRights(world, world.bot.id, { channel, rights });
  refuseArchived(channel);
  addReaction(stage, messageIn(stage, channel, parameter('messageId')), {
    userId: world.bot.id,
    emoji: parameter('emoji'),
  });
  return noContent;
}

function unreact(stage: Stage, { parameter }: RestRequest) {
  const { world } = stage;
  const channel = requireChannel(world, world.bot.id, parameter('channelId'));
  removeReaction(stage, messageIn(stage, channel, parameter('messageId')), {
    userId: world.bot.id,
    emoji: parameter('emoji'),
  });
  return noContent;
}

function typing({ world }: Stage, { parameter }: RestRequest) {
  const channel = requireChannel(world, world.bot.id, parameter('channelId'));
  const isThread = channel.thread_metadata !== undefined;
  requireRights(world, world.bot.id, {
    channel,
    rights: [isThread ? 'SEND_MESSAGES_IN_THREADS' : 'SEND_MESSAGES'],
  });
  world.announce({ type: 'typing', channelId: channel.id, userId: world.bot.id });
  return noContent;
}

const messages = '/channels/:channelId/messages';
const message = `${messages}/:messageId`;

/** `channelWrites` is the bucket of creates and, separately, of edits in one channel. */
export function messageRoutes(channelWrites: { requestsMax: number; windowMs: number }): Route[] {
  return [
    { method: 'GET', path: messages, limit: { requestsMax: 5, windowMs: 1000 }, run: list },
    { method: 'POST', path: messages, limit: channelWrites, run: create },
    { method: 'GET', path: message, limit: { requestsMax: 5, windowMs: 1000 }, run: get },
    { method: 'PATCH', path: message, limit: channelWrites, run: edit },
    { method: 'DELETE', path: message, limit: { requestsMax: 5, windowMs: 1000 }, run: remove },
    {
      method: 'PUT',
      path: `${message}/reactions/:emoji/@me`,
      limit: { requestsMax: 1, windowMs: 250 },
      run: react,
    },
    {
      method: 'DELETE',
      path: `${message}/reactions/:emoji/@me`,
      limit: { requestsMax: 1, windowMs: 250 },
      run: unreact,
    },
    {
      method: 'POST',
      path: '/channels/:channelId/typing',
      limit: { requestsMax: 5, windowMs: 5000 },
      run: typing,
    },
  ];
}
