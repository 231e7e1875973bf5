/** The rules by which messages come to be and change. It must not know HTTP; people and the bot write through it alike. */
import type { FileShelf, IncomingFile } from './files.ts';
import { interactionDefault, messageDefault, readMentions } from './mentions.ts';
import { type MessageDraft, messageFlags } from './message-form.ts';
import type { MessageStore, StoredMessage } from './message-store.ts';
import type { Nonces } from './nonces.ts';
import { can, requireRights } from './permissions.ts';
import { badForm, refusal } from './refusal.ts';
import type {
  Attachment,
  Channel,
  InteractionMetadata,
  Message,
  MessageReference,
  Snowflake,
  User,
} from './shapes.ts';
import type { Threads } from './threads.ts';
import type { World } from './world.ts';

/** An uploaded file with the number in its form field, `files[3]` → "3". */
export interface UploadedFile extends IncomingFile {
  number: string;
}

/** What an answer to an interaction adds to a message; its token is the author's right to write. */
export interface ViaInteraction {
  interactionId: Snowflake;
  type: number;
  onlyFor: Snowflake | null;
  metadata: InteractionMetadata;
  reference?: MessageReference;
  isLoading?: boolean;
}

export interface NewMessage {
  author: User;
  channel: Channel;
  draft: MessageDraft;
  files: readonly UploadedFile[];
  via?: ViaInteraction;
  /** The id that it has to have: the first message of a post has that of the post (docs: topics, Threads). */
  id?: Snowflake;
}

export interface MessageChange {
  stored: StoredMessage;
  draft: MessageDraft;
  files: readonly UploadedFile[];
  isInteraction: boolean;
}

export interface MessageWriter {
  /**
   * Checks rights and form, stores and announces. A repeated enforced nonce gives the first message back.
   * Errors: 50013, 50007, 160005, 50006, 40005, 50035; 10008 when the nonce's message was deleted.
   */
  create(input: NewMessage): Message;
  /** Errors: 50021 for system lines, 50006, 40005, 50035. Whose message it is has been looked at before. */
  edit(change: MessageChange): Message;
}

export interface MessageWriterDeps {
  world: World;
  messages: MessageStore;
  files: FileShelf;
  threads: Threads;
  nonces: Nonces;
}

const filesMax = 10;

/** Flags a writer may set; Discord ignores the others. */
const settableFlags = messageFlags.suppressEmbeds | messageFlags.suppressNotifications;

/** Ordinary, reply, slash command, context menu: every other type is a line of Discord's own. */
const editableTypes = [0, 19, 20, 23];

export const emptyDraft: MessageDraft = {
  content: undefined,
  embeds: undefined,
  components: undefined,
  flags: undefined,
  allowedMentions: undefined,
  attachments: undefined,
  nonce: undefined,
  enforceNonce: false,
  reference: undefined,
};

type Parts = Pick<Message, 'content' | 'embeds' | 'components'> & { attachments: readonly unknown[] };

function refuseEmpty({ content, embeds, attachments, components }: Parts): void {
  if (content === '' && embeds.length + attachments.length + components.length === 0) throw refusal(50006);
}

/** 50007 when the person takes no direct messages, 50278 when nothing connects them with the bot (docs: opcodes, JSON). */
function requireReachable(world: World, personId: Snowflake): void {
  if (world.closedDirectMessages.has(personId)) throw refusal(50007);
  const shares = [...world.guilds.values()].some(
    ({ members }) => members.has(world.bot.id) && members.has(personId),
  );
  if (!shares && !world.userInstalls.has(personId)) throw refusal(50278);
}

/** Rights of a writer in a channel; answers to interactions need none of them. */
function requireWritable(world: World, { author, channel, draft, files }: NewMessage): void {
  if (channel.type === 4) throw refusal(50008);
  if (channel.type === 15 || channel.type === 16) throw refusal(40058);
  if (channel.type === 1) {
    if (author.bot === true) requireReachable(world, channel.recipients?.[0]?.id ?? '');
    return;
  }
  const isThread = channel.thread_metadata !== undefined;
  requireRights(world, author.id, {
    channel,
    rights: [isThread ? 'SEND_MESSAGES_IN_THREADS' : 'SEND_MESSAGES'],
  });
  const isLocked = channel.thread_metadata?.locked === true;
  if (isLocked && !can(world, author.id, { channel, right: 'MANAGE_THREADS' })) throw refusal(160005);
  if (files.length > 0) requireRights(world, author.id, { channel, rights: ['ATTACH_FILES'] });
  if ((draft.embeds ?? []).length > 0) requireRights(world, author.id, { channel, rights: ['EMBED_LINKS'] });
}

/** The message that an enforced nonce has made already; 10008 when it was deleted since. */
function earlierMessage(deps: MessageWriterDeps, { author, draft, via }: NewMessage): Message | null {
  if (draft.nonce === undefined || !draft.enforceNonce || via !== undefined) return null;
  const messageId = deps.nonces.find(author.id, draft.nonce);
  if (messageId === null) return null;
  const stored = deps.messages.find(messageId);
  if (stored === undefined) throw refusal(10008);
  return deps.messages.present(stored.message);
}

function findAnswered(
  deps: MessageWriterDeps,
  { author, channel, draft, via }: NewMessage,
): StoredMessage | null {
  if (draft.reference === undefined || via !== undefined) return null;
  if (!can(deps.world, author.id, { channel, right: 'READ_MESSAGE_HISTORY' })) throw refusal(160002);
  const answered = deps.messages.find(draft.reference.messageId);
  if (answered?.channelId === channel.id && answered.onlyFor === null) return answered;
  if (!draft.reference.failsIfGone) return null;
  throw badForm([
    { path: ['message_reference'], code: 'REPLIES_UNKNOWN_MESSAGE', message: 'Unknown message' },
  ]);
}

interface FilesIn {
  channel: Channel;
  draft: MessageDraft;
  files: readonly UploadedFile[];
  isEphemeral: boolean;
}

function keepFiles(
  { world, files: shelf }: MessageWriterDeps,
  { channel, draft, files, isEphemeral }: FilesIn,
): Attachment[] {
  if (files.length > filesMax) {
    const message = `Must be ${filesMax} or fewer in length.`;
    throw badForm([{ path: ['attachments'], code: 'BASE_TYPE_MAX_LENGTH', message }]);
  }
  const limit = world.uploadLimitBytes(channel.guild_id);
  if (files.some(({ bytes }) => bytes.byteLength > limit)) throw refusal(40005);
  return files.map(({ number, ...file }) => {
    const entry = draft.attachments?.find(({ id }) => id === number);
    const named = { ...file, name: entry?.filename ?? file.name, description: entry?.description };
    return shelf.keep(channel.id, named, { isEphemeral });
  });
}

/** With `attachments` only those named stay; without it all do (docs: resources/Message, Edit Message). */
function keptAttachments(
  old: Attachment[],
  draft: MessageDraft,
  files: readonly UploadedFile[],
): Attachment[] {
  if (draft.attachments === undefined) return old;
  return draft.attachments.flatMap((entry, index) => {
    const found = old.find(({ id }) => id === entry.id);
    if (found !== undefined || files.some(({ number }) => number === entry.id)) return found ?? [];
    const message = 'Attachment data not found';
    throw badForm([{ path: ['attachments', index], code: 'ATTACHMENT_NOT_FOUND', message }]);
  });
}

/** The parts of a message that its answered message and its interaction decide. */
function originOf(
  { channel, via }: NewMessage,
  answered: StoredMessage | null,
): Pick<Message, 'type'> & Partial<Message> {
  const guild = channel.guild_id === undefined ? {} : { guild_id: channel.guild_id };
  if (via === undefined) {
    if (answered === null) return { type: 0 };
    return {
      type: 19,
      message_reference: { type: 0, message_id: answered.id, channel_id: channel.id, ...guild },
    };
  }
  return {
    type: via.type,
    ...(via.reference === undefined ? {} : { message_reference: via.reference }),
    interaction_metadata: via.metadata,
  };
}

function flagsOf({ draft, via }: NewMessage): number {
  const own = (draft.flags ?? 0) & settableFlags;
  const ephemeral = via?.onlyFor ? messageFlags.ephemeral : 0;
  return own | ephemeral | (via?.isLoading === true ? messageFlags.loading : 0);
}

function compose(
  world: World,
  input: NewMessage,
  { attachments, answered }: { attachments: Attachment[]; answered: StoredMessage | null },
) {
  const { author, channel, draft, via } = input;
  const mentions = readMentions(world, {
    content: draft.content ?? '',
    channel,
    authorId: author.id,
    allowed: draft.allowedMentions ?? (via === undefined ? messageDefault : interactionDefault),
    repliedTo: answered?.message.author ?? null,
  });
  const flags = flagsOf(input);
  const message: Message = {
    id: input.id ?? world.nextId(),
    channel_id: channel.id,
    author,
    content: draft.content ?? '',
    timestamp: world.nowIso(),
    edited_timestamp: null,
    tts: false,
    mention_everyone: mentions.everyone,
    mentions: mentions.users,
    mention_roles: mentions.roleIds,
    attachments,
    embeds: draft.embeds ?? [],
    components: draft.components ?? [],
    pinned: false,
    flags,
    ...(draft.nonce === undefined || via !== undefined ? {} : { nonce: draft.nonce }),
    ...originOf(input, answered),
    ...(via === undefined ? {} : { webhook_id: world.applicationId, application_id: world.applicationId }),
  };
  const isSilent = (flags & messageFlags.suppressNotifications) !== 0;
  return { message, ...(isSilent ? {} : { pinged: mentions.pinged }) };
}

function create(deps: MessageWriterDeps, input: NewMessage): Message {
  const { world, messages, threads, nonces } = deps;
  const { author, channel, draft, files, via } = input;
  if (via === undefined) requireWritable(world, input);
  const earlier = earlierMessage(deps, input);
  if (earlier !== null) return earlier;
  const { content = '', embeds = [], components = [] } = draft;
  if (via?.isLoading !== true) refuseEmpty({ content, embeds, components, attachments: files });
  const onlyFor = via?.onlyFor ?? null;
  const answered = findAnswered(deps, input);
  const attachments = keepFiles(deps, { channel, draft, files, isEphemeral: onlyFor !== null });
  if (onlyFor === null) threads.wake(channel);
  const { message, pinged } = compose(world, input, { attachments, answered });
  if (draft.nonce !== undefined && via === undefined) nonces.remember(author.id, draft.nonce, message.id);
  // Who is named in a private thread is added to it first, and so hears what was said.
  if (onlyFor === null) threads.noteMessage(channel, [author.id, ...(pinged?.userIds ?? [])]);
  messages.add(message, {
    onlyFor,
    interactionId: via?.interactionId ?? null,
    ...(pinged ? { pinged } : {}),
  });
  return messages.present(message);
}

/** Mentions of the new words. An edit pings nobody, but without `allowed_mentions` it is read with the default again. */
function mentionsAfter(
  deps: MessageWriterDeps,
  change: MessageChange,
  at: { channel: Channel; content: string },
) {
  const old = change.stored.message;
  const answered = old.type === 19 ? deps.messages.find(old.message_reference?.message_id ?? '') : undefined;
  const { users, roleIds, everyone } = readMentions(deps.world, {
    ...at,
    authorId: old.author.id,
    allowed: change.draft.allowedMentions ?? (change.isInteraction ? interactionDefault : messageDefault),
    repliedTo: answered?.message.author ?? null,
  });
  return { mention_everyone: everyone, mentions: users, mention_roles: roleIds };
}

function edit(deps: MessageWriterDeps, change: MessageChange): Message {
  const { world, messages } = deps;
  const { stored, draft, files } = change;
  const { nonce: _nonce, ...old } = stored.message;
  const channel = world.channels.get(stored.channelId);
  if (channel === undefined) throw refusal(10003);
  if (!editableTypes.includes(old.type)) throw refusal(50021);
  const kept = keptAttachments(old.attachments, draft, files);
  const { content = old.content, embeds = old.embeds, components = old.components } = draft;
  refuseEmpty({ content, embeds, components, attachments: [...kept, ...files] });
  const isEphemeral = stored.onlyFor !== null;
  const attachments = [...kept, ...keepFiles(deps, { channel, draft, files, isEphemeral })];
  const { suppressEmbeds, loading } = messageFlags;
  const flags = (old.flags & ~loading & ~suppressEmbeds) | ((draft.flags ?? old.flags) & suppressEmbeds);
  const mentions = mentionsAfter(deps, change, { channel, content });
  const edited_timestamp = world.nowIso();
  messages.replace(stored, {
    ...old,
    content,
    embeds,
    components,
    attachments,
    flags,
    ...mentions,
    edited_timestamp,
  });
  return messages.present(stored.message);
}

export function createMessageWriter(deps: MessageWriterDeps): MessageWriter {
  return { create: (input) => create(deps, input), edit: (change) => edit(deps, change) };
}
