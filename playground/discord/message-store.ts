/** Every message with all its versions. It must not know the rules by which messages are made. */
import type { MessageHistory, MessageVersion } from './contract.ts';
import type { FileShelf } from './files.ts';
import type { Message, Snowflake } from './shapes.ts';
import { compareSnowflakes } from './snowflake.ts';
import type { World } from './world.ts';

/** Messages kept of one channel; the oldest go first. */
const messagesPerChannelMax = 20_000;
/** Versions kept of one message; the second oldest goes first, so the beginning stays known. */
const versionsPerMessageMax = 5_000;

export interface StoredMessage {
  id: Snowflake;
  channelId: Snowflake;
  authorId: Snowflake;
  /** The one person who sees it, or `null`. */
  onlyFor: Snowflake | null;
  /** The interaction whose token may change it, or `null`. */
  interactionId: Snowflake | null;
  /** As it stands, file addresses unsigned. Replaced, never changed. */
  message: Message;
  versions: MessageVersion[];
  deletedAtMs: number | null;
}

export interface MessageOptions {
  onlyFor?: Snowflake | null;
  interactionId?: Snowflake | null;
  pinged?: MessageVersion['pinged'];
}

export interface PageQuery {
  before?: Snowflake | undefined;
  after?: Snowflake | undefined;
  around?: Snowflake | undefined;
  limit: number;
}

export interface MessageStore {
  add(message: Message, options?: MessageOptions): StoredMessage;
  /** Puts a new version in the old one's place and tells everybody. */
  replace(stored: StoredMessage, message: Message): void;
  /** As `replace`, without news and without a version: reactions and thread marks. */
  amend(stored: StoredMessage, message: Message): void;
  remove(stored: StoredMessage): void;
  /** Not the deleted ones. */
  find(messageId: Snowflake): StoredMessage | undefined;
  /** What stands in a channel, oldest first, ephemeral messages too. */
  standing(channelId: Snowflake): StoredMessage[];
  /** What the API lists, newest first, without ephemeral ones. */
  page(channelId: Snowflake, query: PageQuery): StoredMessage[];
  history(channelId: Snowflake): MessageHistory[];
  /** As Discord shows it now: fresh file addresses, the message answered, the thread. */
  present(message: Message): Message;
}

const nobody: MessageVersion['pinged'] = { userIds: [], roleIds: [], everyone: false };

function pick(all: StoredMessage[], query: PageQuery): StoredMessage[] {
  const { before, after, around, limit } = query;
  if (around !== undefined) {
    const at = all.findIndex(({ id }) => compareSnowflakes(id, around) >= 0);
    const from = Math.max(0, (at < 0 ? all.length : at) - Math.floor(limit / 2));
    return all.slice(from, from + limit);
  }
  if (after !== undefined) return all.filter(({ id }) => compareSnowflakes(id, after) > 0).slice(0, limit);
  const older = before === undefined ? all : all.filter(({ id }) => compareSnowflakes(id, before) < 0);
  return older.slice(-limit);
}

interface Kept {
  world: World;
  files: FileShelf;
  byChannel: Map<Snowflake, StoredMessage[]>;
  /** Those that were not deleted. */
  byId: Map<Snowflake, StoredMessage>;
}

function present(kept: Kept, message: Message, isQuoted = false): Message {
  const shown: Message = {
    ...message,
    attachments: message.attachments.map((one) => kept.files.signed(one)),
  };
  const thread = kept.world.channels.get(message.id);
  if (thread?.thread_metadata !== undefined) shown.thread = thread;
  const answeredId = message.message_reference?.message_id;
  if (isQuoted || answeredId === undefined) return shown;
  const answered = kept.byId.get(answeredId);
  return {
    ...shown,
    referenced_message: answered === undefined ? null : present(kept, answered.message, true),
  };
}

function record(
  world: World,
  stored: StoredMessage,
  next: { message: Message; pinged: MessageVersion['pinged'] },
): void {
  stored.message = next.message;
  stored.versions.push({ atMs: world.nowMs(), ...next });
  if (stored.versions.length > versionsPerMessageMax) stored.versions.splice(1, 1);
}

function announce(
  kept: Kept,
  type: 'messageCreated' | 'messageEdited',
  { channelId, message, onlyFor }: StoredMessage,
): void {
  kept.world.announce({ type, channelId, onlyFor, message: present(kept, message) });
}

function add(kept: Kept, message: Message, options: MessageOptions): StoredMessage {
  const { world, byChannel, byId } = kept;
  const stored: StoredMessage = {
    id: message.id,
    channelId: message.channel_id,
    authorId: message.author.id,
    onlyFor: options.onlyFor ?? null,
    interactionId: options.interactionId ?? null,
    message,
    versions: [],
    deletedAtMs: null,
  };
  record(world, stored, { message, pinged: options.pinged ?? nobody });
  byId.set(stored.id, stored);
  const all = byChannel.get(stored.channelId) ?? [];
  byChannel.set(stored.channelId, all);
  all.push(stored);
  if (all.length > messagesPerChannelMax) byId.delete(all.shift()?.id ?? '');
  const channel = world.channels.get(stored.channelId);
  if (channel !== undefined && stored.onlyFor === null) world.put({ ...channel, last_message_id: stored.id });
  announce(kept, 'messageCreated', stored);
  return stored;
}

function historyOf(
  kept: Kept,
  { id, channelId, authorId, onlyFor, deletedAtMs, versions }: StoredMessage,
): MessageHistory {
  const shown = versions.map((version) => ({ ...version, message: present(kept, version.message) }));
  return { id, channelId, authorId, onlyFor, deletedAtMs, versions: shown };
}

export function createMessageStore({ world, files }: { world: World; files: FileShelf }): MessageStore {
  const kept: Kept = { world, files, byChannel: new Map(), byId: new Map() };
  const inChannel = (channelId: Snowflake) => kept.byChannel.get(channelId) ?? [];
  return {
    add: (message, options = {}) => add(kept, message, options),
    replace(stored, message) {
      record(world, stored, { message, pinged: nobody });
      announce(kept, 'messageEdited', stored);
    },
    amend(stored, message) {
      stored.message = message;
    },
    remove(stored) {
      stored.deletedAtMs = world.nowMs();
      kept.byId.delete(stored.id);
      const { channelId, id: messageId, onlyFor } = stored;
      world.announce({ type: 'messageDeleted', channelId, messageId, onlyFor });
    },
    find: (messageId) => kept.byId.get(messageId),
    standing: (channelId) => inChannel(channelId).filter(({ deletedAtMs }) => deletedAtMs === null),
    page(channelId, query) {
      const all = inChannel(channelId).filter(
        ({ deletedAtMs, onlyFor }) => deletedAtMs === null && onlyFor === null,
      );
      return pick(all, query).toReversed();
    },
    history: (channelId) => inChannel(channelId).map((stored) => historyOf(kept, stored)),
    present: (message) => present(kept, message),
  };
}
