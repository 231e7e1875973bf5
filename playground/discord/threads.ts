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

export function createThreads({ world, messages }: { world: World; messages: MessageStore }): Threads {
  const systemLine = (line: {
    type: 18 | 21;
    author: User;
    channelId: Snowflake;
    content: string;
    reference: MessageReference;
  }): Message => ({
    id: world.nextId(),
    channel_id: line.channelId,
    type: line.type,
    author: line.author,
    content: line.content,
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
    message_reference: line.reference,
  });

  const announceUpdate = (thread: Channel, who: { joinedId?: Snowflake; leftId?: Snowflake } = {}) =>
    world.announce({ type: 'threadUpdated', channelId: thread.id, thread: world.threadView(thread), ...who });

  const requireCreatable = ({ creator, parent, messageId, type }: NewThread) => {
    if (parent.type === 15) throw notImplemented('posts in forum channels');
    if (parent.type !== 0 && parent.type !== 5) throw refusal(50024);
    const right = type === 12 ? 'CREATE_PRIVATE_THREADS' : 'CREATE_PUBLIC_THREADS';
    requireRights(world, creator.id, { channel: parent, rights: [right] });
    if (messageId === undefined) return;
    const starter = messages.find(messageId);
    if (starter === undefined || starter.channelId !== parent.id || starter.onlyFor !== null)
      throw refusal(10008);
    if (world.channels.has(messageId)) throw refusal(160004);
    if (starter.message.type !== 0 && starter.message.type !== 19 && starter.message.type !== 20)
      throw refusal(50021);
  };

  const startFromMessage = (thread: Channel, creator: User, messageId: Snowflake) => {
    const parentId = thread.parent_id ?? '';
    const starter = messages.find(messageId);
    if (starter !== undefined) {
      messages.replace(starter, {
        ...starter.message,
        flags: starter.message.flags | messageFlags.hasThread,
      });
    }
    const guild = thread.guild_id ? { guild_id: thread.guild_id } : {};
    const reference = { type: 0, message_id: messageId, channel_id: parentId, ...guild };
    messages.add(systemLine({ type: 21, author: creator, channelId: thread.id, content: '', reference }));
  };

  const startAlone = (thread: Channel, creator: User) => {
    const guild = thread.guild_id ? { guild_id: thread.guild_id } : {};
    const reference = { type: 0, channel_id: thread.id, ...guild };
    const content = thread.name ?? '';
    messages.add(
      systemLine({ type: 18, author: creator, channelId: thread.parent_id ?? '', content, reference }),
    );
  };

  const update = (threadId: Snowflake, change: (metadata: ThreadMetadata) => Partial<Channel>): Channel => {
    const thread = world.channels.get(threadId);
    if (thread?.thread_metadata === undefined) throw refusal(10003);
    const changed = { ...thread, ...change(thread.thread_metadata) };
    world.put(changed);
    announceUpdate(changed);
    return changed;
  };

  const countMembers = (
    threadId: Snowflake,
    count: number,
    who: { joinedId?: Snowflake; leftId?: Snowflake },
  ) => {
    const thread = world.channels.get(threadId);
    if (thread === undefined) return;
    const counted = { ...thread, member_count: count };
    world.put(counted);
    announceUpdate(counted, who);
  };

  const addMember = (thread: Channel, userId: Snowflake) => {
    const members = world.threadMembers.get(thread.id);
    if (members === undefined || members.has(userId)) return;
    members.set(userId, { id: thread.id, user_id: userId, join_timestamp: world.nowIso(), flags: 0 });
    countMembers(thread.id, members.size, { joinedId: userId });
  };

  return {
    create(input) {
      requireCreatable(input);
      const { creator, parent, messageId } = input;
      const id = messageId ?? world.nextId();
      const now = world.nowIso();
      const thread: Channel = {
        id,
        type: parent.type === 5 ? 10 : (input.type ?? 11),
        ...(parent.guild_id ? { guild_id: parent.guild_id } : {}),
        parent_id: parent.id,
        owner_id: creator.id,
        name: input.name,
        last_message_id: null,
        rate_limit_per_user: 0,
        message_count: 0,
        total_message_sent: 0,
        member_count: 1,
        flags: 0,
        thread_metadata: {
          archived: false,
          auto_archive_duration: input.autoArchiveMinutes,
          archive_timestamp: now,
          locked: false,
          create_timestamp: now,
          ...(input.type === 12 ? { invitable: true } : {}),
        },
      };
      world.put(thread);
      const member = { id, user_id: creator.id, join_timestamp: now, flags: 0 };
      world.threadMembers.set(id, new Map([[creator.id, member]]));
      world.announce({ type: 'threadCreated', channelId: id, thread: world.threadView(thread) });
      if (messageId !== undefined) startFromMessage(thread, creator, messageId);
      else if (thread.type !== 12) startAlone(thread, creator);
      return world.channels.get(id) ?? thread;
    },
    change: (thread, patch) =>
      update(thread.id, (metadata) => ({
        ...(patch.name === undefined ? {} : { name: patch.name }),
        thread_metadata: {
          ...metadata,
          archived: patch.archived ?? metadata.archived,
          locked: patch.locked ?? metadata.locked,
          auto_archive_duration: patch.auto_archive_duration ?? metadata.auto_archive_duration,
          archive_timestamp: patch.archived === undefined ? metadata.archive_timestamp : world.nowIso(),
        },
      })),
    addMember,
    removeMember(thread, userId) {
      const members = world.threadMembers.get(thread.id);
      if (members?.delete(userId) === true) countMembers(thread.id, members.size, { leftId: userId });
    },
    wake(channel) {
      if (channel.thread_metadata?.archived !== true) return;
      update(channel.id, (metadata) => ({
        thread_metadata: { ...metadata, archived: false, archive_timestamp: world.nowIso() },
      }));
    },
    noteMessage(channel, userIds) {
      if (channel.thread_metadata === undefined) return;
      const now = world.channels.get(channel.id) ?? channel;
      const counted = (now.message_count ?? 0) + 1;
      world.put({ ...now, message_count: counted, total_message_sent: (now.total_message_sent ?? 0) + 1 });
      const parent = world.channels.get(channel.parent_id ?? '');
      for (const userId of userIds) {
        if (parent !== undefined && can(world, userId, { channel: parent, right: 'VIEW_CHANNEL' }))
          addMember(channel, userId);
      }
    },
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
  if (!isManager && (thread.owner_id !== userId || patch.locked !== undefined)) throw refusal(50013);
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
