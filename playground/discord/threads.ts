/** Threads: making, archiving, joining. It must not know HTTP or how messages are written, except their system lines. */

import { messageFlags } from './message-form.ts';
import type { MessageStore } from './message-store.ts';
import { can, requireRights } from './permissions.ts';
import { badForm, notImplemented, refusal } from './refusal.ts';
import type { Channel, Message, MessageReference, Snowflake, ThreadMetadata, User } from './shapes.ts';
import type { World } from './world.ts';

export interface NewThread {
  creator: User;
  parent: Channel;
  name: string;
  autoArchiveMinutes: number;
  /** The message it hangs on; its id becomes the thread's. */
  messageId?: Snowflake;
  type?: 10 | 11 | 12;
  /** A post of a forum or media channel, which is a thread; its first message comes next and has its id. */
  isPost?: boolean;
}

export interface ThreadPatch {
  name?: string | undefined;
  archived?: boolean | undefined;
  locked?: boolean | undefined;
  auto_archive_duration?: number | undefined;
}

export interface Threads {
  create(input: NewThread): Channel;
  change(thread: Channel, patch: ThreadPatch): Channel;
  addMember(thread: Channel, userId: Snowflake): void;
  removeMember(thread: Channel, userId: Snowflake): void;
  /** Sending opens an archived thread again (docs: topics, Threads). */
  wake(channel: Channel): void;
  /** Counts a message and lets its author and those it pings join. */
  noteMessage(channel: Channel, userIds: readonly Snowflake[]): void;
  active(guildId: Snowflake, viewerId: Snowflake): Channel[];
}

interface ThreadDeps {
  world: World;
  messages: MessageStore;
}

interface SystemLine {
  type: 18 | 21;
  author: User;
  channelId: Snowflake;
  content: string;
  reference: MessageReference;
}

function systemLine(world: World, { type, author, channelId, content, reference }: SystemLine): Message {
  return {
    id: world.nextId(),
    channel_id: channelId,
    type,
    author,
    content,
    timestamp: world.nowIso(),
    edited_timestamp: null,
    tts: false,
    mention_everyone: false,
    mentions: [],
    mention_roles: [],
    attachments: [],
    embeds: [],
    components: [],
    pinned: false,
    flags: 0,
    message_reference: reference,
  };
}

/** Errors: 50024, 50013, 10008, 160004, 50021. */
function requireCreatable(
  { world, messages }: ThreadDeps,
  { creator, parent, messageId, type, isPost }: NewThread,
): void {
  if (parent.type === 15 || parent.type === 16) {
    if (isPost !== true) throw notImplemented('posts of the bot in forum channels');
    requireRights(world, creator.id, { channel: parent, rights: ['SEND_MESSAGES'] });
    return;
  }
  if (parent.type !== 0 && parent.type !== 5) throw refusal(50024);
  const right = messageId === undefined && type === 12 ? 'CREATE_PRIVATE_THREADS' : 'CREATE_PUBLIC_THREADS';
  requireRights(world, creator.id, { channel: parent, rights: [right] });
  if (messageId === undefined) return;
  const starter = messages.find(messageId);
  if (starter === undefined || starter.channelId !== parent.id || starter.onlyFor !== null)
    throw refusal(10008);
  if (world.channels.has(messageId)) throw refusal(160004);
  if (![0, 19, 20, 23].includes(starter.message.type)) throw refusal(50021);
}

function newThread(
  world: World,
  { creator, parent, messageId, name, autoArchiveMinutes, type = 11 }: NewThread,
): Channel {
  const now = world.nowIso();
  const ownType = messageId === undefined ? type : 11;
  return {
    id: messageId ?? world.nextId(),
    type: parent.type === 5 ? 10 : ownType,
    ...(parent.guild_id === undefined ? {} : { guild_id: parent.guild_id }),
    parent_id: parent.id,
    owner_id: creator.id,
    name,
    last_message_id: null,
    rate_limit_per_user: 0,
    message_count: 0,
    total_message_sent: 0,
    member_count: 1,
    flags: 0,
    thread_metadata: {
      archived: false,
      auto_archive_duration: autoArchiveMinutes,
      archive_timestamp: now,
      locked: false,
      create_timestamp: now,
      ...(ownType === 12 ? { invitable: true } : {}),
    },
  };
}

/**
 * The lines Discord writes: in a thread on a message a first line (type 21) that quotes it, and a mark on the message;
 * for a free-standing public thread "started a thread" (type 18) in the channel.
 */
function writeLines(
  { world, messages }: ThreadDeps,
  thread: Channel,
  { creator, messageId }: NewThread,
): void {
  const parentId = thread.parent_id ?? '';
  const parentType = world.channels.get(parentId)?.type;
  const guild = thread.guild_id === undefined ? {} : { guild_id: thread.guild_id };
  const starter = messages.find(messageId ?? '');
  if (starter !== undefined) {
    messages.replace(starter, { ...starter.message, flags: starter.message.flags | messageFlags.hasThread });
    const reference = { type: 0, message_id: starter.id, channel_id: parentId, ...guild };
    messages.add(
      systemLine(world, { type: 21, author: creator, channelId: thread.id, content: '', reference }),
    );
  } else if (thread.type !== 12 && parentType !== 15 && parentType !== 16) {
    const reference = { type: 0, channel_id: thread.id, ...guild };
    const content = thread.name ?? '';
    messages.add(systemLine(world, { type: 18, author: creator, channelId: parentId, content, reference }));
  }
}

function create(deps: ThreadDeps, input: NewThread): Channel {
  const { world } = deps;
  requireCreatable(deps, input);
  const thread = newThread(world, input);
  const { id } = thread;
  world.put(thread);
  const member = { id, user_id: input.creator.id, join_timestamp: world.nowIso(), flags: 0 };
  world.threadMembers.set(id, new Map([[input.creator.id, member]]));
  world.announce({ type: 'threadCreated', channelId: id, thread: world.threadView(thread) });
  writeLines(deps, thread, input);
  return world.channels.get(id) ?? thread;
}

function update(
  world: World,
  threadId: Snowflake,
  next: (metadata: ThreadMetadata) => Partial<Channel>,
): Channel {
  const thread = world.channels.get(threadId);
  if (thread?.thread_metadata === undefined) throw refusal(10003);
  const changed = { ...thread, ...next(thread.thread_metadata) };
  world.put(changed);
  world.announce({ type: 'threadUpdated', channelId: threadId, thread: world.threadView(changed) });
  return changed;
}

function patched(world: World, metadata: ThreadMetadata, patch: ThreadPatch): Partial<Channel> {
  return {
    ...(patch.name === undefined ? {} : { name: patch.name }),
    thread_metadata: {
      ...metadata,
      archived: patch.archived ?? metadata.archived,
      locked: patch.locked ?? metadata.locked,
      auto_archive_duration: patch.auto_archive_duration ?? metadata.auto_archive_duration,
      archive_timestamp: patch.archived === undefined ? metadata.archive_timestamp : world.nowIso(),
    },
  };
}

function announceMembers(
  world: World,
  threadId: Snowflake,
  who: { joinedId?: Snowflake; leftId?: Snowflake },
): void {
  const thread = world.channels.get(threadId);
  const members = world.threadMembers.get(threadId);
  if (thread === undefined || members === undefined) return;
  const counted = { ...thread, member_count: members.size };
  world.put(counted);
  world.announce({ type: 'threadUpdated', channelId: threadId, thread: world.threadView(counted), ...who });
}

function addMember(world: World, { id }: Channel, userId: Snowflake): void {
  const members = world.threadMembers.get(id);
  if (members === undefined || members.has(userId)) return;
  members.set(userId, { id, user_id: userId, join_timestamp: world.nowIso(), flags: 0 });
  announceMembers(world, id, { joinedId: userId });
}

function noteMessage(world: World, channel: Channel, userIds: readonly Snowflake[]): void {
  if (channel.thread_metadata === undefined) return;
  const now = world.channels.get(channel.id) ?? channel;
  const message_count = (now.message_count ?? 0) + 1;
  world.put({ ...now, message_count, total_message_sent: (now.total_message_sent ?? 0) + 1 });
  const parent = world.channels.get(channel.parent_id ?? '');
  for (const userId of userIds) {
    const sees = parent !== undefined && can(world, userId, { channel: parent, right: 'VIEW_CHANNEL' });
    if (sees) addMember(world, channel, userId);
  }
}

export function createThreads(deps: ThreadDeps): Threads {
  const { world } = deps;
  return {
    create: (input) => create(deps, input),
    change: (thread, patch) => update(world, thread.id, (metadata) => patched(world, metadata, patch)),
    addMember: (thread, userId) => addMember(world, thread, userId),
    removeMember(thread, userId) {
      const wasIn = world.threadMembers.get(thread.id)?.delete(userId) === true;
      if (wasIn) announceMembers(world, thread.id, { leftId: userId });
    },
    wake(channel) {
      if (channel.thread_metadata?.archived !== true) return;
      update(world, channel.id, (metadata) => patched(world, metadata, { archived: false }));
    },
    noteMessage: (channel, userIds) => noteMessage(world, channel, userIds),
    active: (guildId, viewerId) =>
      [...world.channels.values()].filter(
        (channel) =>
          channel.guild_id === guildId &&
          channel.thread_metadata?.archived === false &&
          can(world, viewerId, { channel, right: 'VIEW_CHANNEL' }),
      ),
  };
}

/** Rights and states for a change of a thread (docs: resources/Channel, Modify Channel, Thread). */
export function requireThreadChange(
  world: World,
  userId: Snowflake,
  change: { thread: Channel; patch: ThreadPatch },
): void {
  const { thread, patch } = change;
  const isManager = can(world, userId, { channel: thread, right: 'MANAGE_THREADS' });
  const isArchived = thread.thread_metadata?.archived === true;
  const isOnlyWaking = patch.archived === false && patch.name === undefined && patch.locked === undefined;
  if (isArchived && isOnlyWaking && thread.thread_metadata?.locked !== true) {
    requireRights(world, userId, { channel: thread, rights: ['SEND_MESSAGES_IN_THREADS'] });
    return;
  }
  if (isArchived && patch.archived !== false) throw refusal(50083);
  const isTheirs = thread.owner_id === userId && thread.thread_metadata?.locked !== true;
  if (!isManager && (!isTheirs || patch.locked !== undefined)) throw refusal(50013);
}

/** 50035 unless Discord knows the time (docs: resources/Channel: 60, 1440, 4320 or 10080 minutes). */
export function requireAutoArchive(minutes: number): number {
  if ([60, 1440, 4320, 10_080].includes(minutes)) return minutes;
  throw badForm([
    {
      path: ['auto_archive_duration'],
      code: 'BASE_TYPE_CHOICES',
      message: 'Value must be one of {60, 1440, 4320, 10080}.',
    },
  ]);
}
