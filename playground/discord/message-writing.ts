/** The rules by which messages come to be, change and go. It must not know HTTP; people and the bot write through it alike. */
import type { FileShelf, IncomingFile } from './files.ts';
import { interactionDefault, messageDefault, readMentions } from './mentions.ts';
import { type AllowedMentions, type MessageDraft, messageFlags } from './message-form.ts';
import type { MessageStore, StoredMessage } from './message-store.ts';
import { can, requireRights } from './permissions.ts';
import { badForm, refusal } from './refusal.ts';
import type { Attachment, Channel, InteractionMetadata, Message, MessageReference, User } from './shapes.ts';
import type { Threads } from './threads.ts';
import type { World } from './world.ts';

/** An uploaded file with the number in its form field, `files[3]` → "3". */
export interface UploadedFile extends IncomingFile {
  number: string;
}

/** What an answer to an interaction adds to a message; its token is the author's right to write. */
export interface ViaInteraction {
  interactionId: string;
  type: number;
  onlyFor: string | null;
  metadata?: InteractionMetadata;
  reference?: MessageReference;
  isLoading?: boolean;
}

export interface NewMessage {
  author: User;
  channel: Channel;
  draft: MessageDraft;
  files: readonly UploadedFile[];
  via?: ViaInteraction;
}

export interface MessageChange {
  stored: StoredMessage;
  draft: MessageDraft;
  files: readonly UploadedFile[];
  isInteraction: boolean;
}

export interface MessageWriter {
  /** Checks rights and form, stores and announces. A repeated enforced nonce gives the first message back. */
  create(input: NewMessage): Message;
  edit(change: MessageChange): Message;
}

/** "The past few minutes" of a nonce (docs: resources/Message, Create Message); the true length is not public. */
const nonceLifeMs = 5 * 60_000;
const filesMax = 10;

/** Flags a writer may set; Discord ignores the others. */
const settableFlags = messageFlags.suppressEmbeds | messageFlags.suppressNotifications;

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

export interface MessageWriterDeps {
  world: World;
  messages: MessageStore;
  files: FileShelf;
  threads: Threads;
}

interface Written {
  content: string;
  embeds: readonly unknown[];
  attachments: readonly unknown[];
  components: readonly unknown[];
}

function refuseEmpty({ content, embeds, attachments, components }: Written): void {
  if (content === '' && embeds.length + attachments.length + components.length === 0) throw refusal(50006);
}

/** Rights of a writer in a channel; interaction answers need none of them. */
function requireWritable(world: World, { author, channel, draft, files }: NewMessage): void {
  if (channel.type === 4) throw refusal(50008);
  if (channel.type === 15) throw refusal(40058);
  if (channel.type === 1) {
    const personId = channel.recipients?.[0]?.id ?? '';
    if (author.bot === true && world.closedDirectMessages.has(personId)) throw refusal(50007);
    return;
  }
  const isThread = channel.thread_metadata !== undefined;
  requireRights(world, author.id, {
    channel,
    rights: [isThread ? 'SEND_MESSAGES_IN_THREADS' : 'SEND_MESSAGES'],
  });
  if (
    channel.thread_metadata?.locked === true &&
    !can(world, author.id, { channel, right: 'MANAGE_THREADS' })
  ) {
    throw refusal(160005);
  }
  if (files.length > 0) requireRights(world, author.id, { channel, rights: ['ATTACH_FILES'] });
  if ((draft.embeds ?? []).length > 0) requireRights(world, author.id, { channel, rights: ['EMBED_LINKS'] });
}

export function createMessageWriter(deps: MessageWriterDeps): MessageWriter {
  const { world, messages, threads } = deps;
  const nonces = new Map<string, { messageId: string; untilMs: number }>();

  const sameNonce = (key: string): Message | null => {
    const earlier = nonces.get(key);
    if (earlier === undefined || earlier.untilMs <= world.nowMs()) return null;
    const stored = messages.find(earlier.messageId);
    if (stored === undefined) throw refusal(10008);
    return messages.present(stored.message);
  };

  const rememberNonce = (key: string, messageId: string) => {
    const now = world.nowMs();
    for (const [old, { untilMs }] of nonces) {
      if (untilMs > now) break;
      nonces.delete(old);
    }
    nonces.delete(key);
    nonces.set(key, { messageId, untilMs: now + nonceLifeMs });
  };

  const keepFiles = (
    input: Pick<NewMessage, 'channel' | 'draft' | 'files'>,
    isEphemeral: boolean,
  ): Attachment[] => {
    if (input.files.length > filesMax) {
      throw badForm([
        { path: ['attachments'], code: 'BASE_TYPE_MAX_LENGTH', message: 'Must be 10 or fewer in length.' },
      ]);
    }
    const limit = world.uploadLimitBytes(input.channel.guild_id);
    if (input.files.some(({ bytes }) => bytes.byteLength > limit)) throw refusal(40005);
    return input.files.map(({ number, ...file }) => {
      const entry = input.draft.attachments?.find(({ id }) => id === number);
      const name = entry?.filename ?? file.name;
      return deps.files.keep(
        input.channel.id,
        { ...file, name, description: entry?.description },
        { isEphemeral },
      );
    });
  };

  const findAnswered = ({ author, channel, draft, via }: NewMessage): StoredMessage | null => {
    if (draft.reference === undefined || via !== undefined) return null;
    if (!can(world, author.id, { channel, right: 'READ_MESSAGE_HISTORY' })) throw refusal(160002);
    const answered = messages.find(draft.reference.messageId);
    if (answered !== undefined && answered.channelId === channel.id && answered.onlyFor === null)
      return answered;
    if (!draft.reference.failsIfGone) return null;
    throw badForm([
      { path: ['message_reference'], code: 'REPLIES_UNKNOWN_MESSAGE', message: 'Unknown message' },
    ]);
  };

  const compose = (
    input: NewMessage,
    parts: { attachments: Attachment[]; answered: StoredMessage | null },
  ) => {
    const { author, channel, draft, via } = input;
    const { answered } = parts;
    const allowed: AllowedMentions = draft.allowedMentions ?? (via ? interactionDefault : messageDefault);
    const mentions = readMentions(world, {
      content: draft.content ?? '',
      channel,
      authorId: author.id,
      allowed,
      repliedTo: answered?.message.author ?? null,
    });
    let flags = (draft.flags ?? 0) & settableFlags;
    if (via?.onlyFor) flags |= messageFlags.ephemeral;
    if (via?.isLoading === true) flags |= messageFlags.loading;
    const reference = answered
      ? {
          type: 0,
          message_id: answered.id,
          channel_id: channel.id,
          ...(channel.guild_id ? { guild_id: channel.guild_id } : {}),
        }
      : via?.reference;
    const message: Message = {
      id: world.nextId(),
      channel_id: channel.id,
      type: via?.type ?? (answered ? 19 : 0),
      author,
      content: draft.content ?? '',
      timestamp: world.nowIso(),
      edited_timestamp: null,
      tts: false,
      mention_everyone: mentions.everyone,
      mentions: mentions.users,
      mention_roles: mentions.roleIds,
      attachments: parts.attachments,
      embeds: draft.embeds ?? [],
      components: draft.components ?? [],
      pinned: false,
      flags,
      ...(draft.nonce === undefined || via ? {} : { nonce: draft.nonce }),
      ...(reference ? { message_reference: reference } : {}),
      ...(via ? { webhook_id: world.applicationId, application_id: world.applicationId } : {}),
      ...(via?.metadata ? { interaction_metadata: via.metadata } : {}),
    };
    return {
      message,
      pinged: (flags & messageFlags.suppressNotifications) === 0 ? mentions.pinged : undefined,
    };
  };

  return {
    create(input) {
      const { author, channel, draft, via } = input;
      if (via === undefined) requireWritable(world, input);
      const key = draft.nonce === undefined || draft.nonce === '' ? null : `${author.id}:${draft.nonce}`;
      const earlier = key !== null && draft.enforceNonce && via === undefined ? sameNonce(key) : null;
      if (earlier !== null) return earlier;
      const answered = findAnswered(input);
      if (via?.isLoading !== true) {
        const { content = '', embeds = [], components = [] } = draft;
        refuseEmpty({ content, embeds, components, attachments: input.files });
      }
      const attachments = keepFiles(input, Boolean(via?.onlyFor));
      if (via?.onlyFor == null) threads.wake(channel);
      const { message, pinged } = compose(input, { attachments, answered });
      if (key !== null && via === undefined) rememberNonce(key, message.id);
      messages.add(message, {
        onlyFor: via?.onlyFor ?? null,
        interactionId: via?.interactionId ?? null,
        ...(pinged ? { pinged } : {}),
      });
      if (via?.onlyFor == null) threads.noteMessage(channel, [author.id, ...(pinged?.userIds ?? [])]);
      return messages.present(message);
    },

    edit({ stored, draft, files, isInteraction }) {
      const old = stored.message;
      const channel = world.channels.get(stored.channelId);
      if (channel === undefined) throw refusal(10003);
      if (old.type !== 0 && old.type !== 19 && old.type !== 20 && old.type !== 23) throw refusal(50021);
      const kept = keptAttachments(old.attachments, draft, files);
      const content = draft.content ?? old.content;
      const embeds = draft.embeds ?? old.embeds;
      const components = draft.components ?? old.components;
      refuseEmpty({ content, embeds, components, attachments: [...kept, ...files] });
      const attachments = [...kept, ...keepFiles({ channel, draft, files }, stored.onlyFor !== null)];
      const mentions = readMentions(world, {
        content,
        channel,
        authorId: old.author.id,
        allowed: draft.allowedMentions ?? (isInteraction ? interactionDefault : messageDefault),
        repliedTo:
          old.type === 19
            ? (messages.find(old.message_reference?.message_id ?? '')?.message.author ?? null)
            : null,
      });
      const suppress = messageFlags.suppressEmbeds;
      const flags = (old.flags & ~messageFlags.loading & ~suppress) | ((draft.flags ?? old.flags) & suppress);
      const { nonce: _nonce, ...rest } = old;
      messages.replace(stored, {
        ...rest,
        content,
        embeds,
        components,
        attachments,
        flags,
        mention_everyone: mentions.everyone,
        mentions: mentions.users,
        mention_roles: mentions.roleIds,
        edited_timestamp: world.nowIso(),
      });
      return messages.present(stored.message);
    },
  };
}

/** With `attachments` only those named stay; without it all do (docs: resources/Message, Edit Message). */
function keptAttachments(
  old: Attachment[],
  draft: MessageDraft,
  files: readonly UploadedFile[],
): Attachment[] {
  if (draft.attachments === undefined) return old;
  const kept: Attachment[] = [];
  for (const [index, entry] of draft.attachments.entries()) {
    const found = old.find(({ id }) => id === entry.id);
    if (found !== undefined) kept.push(found);
    else if (!files.some(({ number }) => number === entry.id)) {
      throw badForm([
        { path: ['attachments', index], code: 'ATTACHMENT_NOT_FOUND', message: 'Attachment data not found' },
      ]);
    }
  }
  return kept;
}
