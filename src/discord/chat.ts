/** The port `Chat` on Discord's REST API. It must not know turns, renders or why anything is said. */
import { RequestMethod, Routes, SnowflakeUtil } from 'discord.js';
import { z } from 'zod';
import { type AnsweredAt, type Chat, ChatError, type MessageView } from '../ports/chat.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import { attachmentShape, type ReadAttachments } from './attachments.ts';
import { asChatErrors, type CallDiscord } from './call.ts';
import type { Connection } from './connection.ts';
import { discordCode, hasDiscordCode } from './errors.ts';
import type { Missed } from './missed.ts';
import { createPayload, messagePayload, threadNameOf } from './outbound.ts';
import type { UploadLimits } from './upload-limits.ts';

/** Typing shows for ten seconds; later it is no use (Discord docs: Trigger Typing Indicator). */
const typingLimitMs = 5_000;
/** The largest page (Discord docs: Get Channel Messages). */
const messagesRead = 100;
/** A week, the longest (Discord docs: Thread Metadata): people come back to a video. */
const archiveAfterMinutes = 10_080;

/** Edits of a message older than an hour have a small limit of their own (30046, discord-facts §2); a minute for the way and the clocks. */
const editableForMs = 59 * 60_000;
/** No view changes for so long: an id that tells of an older time was not made of one. */
const editedForMs = 90 * 24 * 60 * 60_000;

const createdShape = z.object({ id: z.string(), channel_id: z.string().optional() });
const threadShape = z.object({ id: z.string() });
const filesShape = z.object({
  attachments: z.array(attachmentShape),
  message_snapshots: z
    .array(z.object({ message: z.object({ attachments: z.array(attachmentShape).default([]) }) }))
    .nullish(),
});
const componentShape = z.object({ custom_id: z.string().optional() });
const rowShape = z.object({ components: z.array(componentShape).default([]) });
const historyShape = z.array(
  z.object({
    id: z.string(),
    channel_id: z.string(),
    author: z.object({ id: z.string() }),
    components: z.array(rowShape).default([]),
    interaction_metadata: z.object({ id: z.string() }).nullish(),
  }),
);

type History = z.infer<typeof historyShape>;

type Deps = {
  readonly call: CallDiscord;
  /** No time for courtesies. */
  readonly isShort: () => boolean;
  readonly connection: Connection;
  readonly uploadLimits: UploadLimits;
  readonly readAttachments: ReadAttachments;
  readonly clock: Clock;
  readonly log: Log;
};

const carriesKey = (message: History[number], key: string): boolean =>
  message.interaction_metadata?.id === key ||
  message.components.some((row) => row.components.some((part) => part.custom_id?.includes(key) === true));

/** Runs once more after opening an archived thread again, in which nothing can be edited (Discord docs: Threads). */
const reopening = async (
  call: CallDiscord,
  at: { channelId: string; signal: AbortSignal },
  run: () => Promise<unknown>,
): Promise<void> => {
  try {
    await run();
  } catch (error) {
    if (!hasDiscordCode(error, discordCode.archivedThread)) throw error;
    const body = { archived: false };
    const fullRoute = Routes.channel(at.channelId);
    await call({ method: RequestMethod.Patch, fullRoute, body }, { answer: z.unknown(), signal: at.signal });
    await run();
  }
};

/** Thrown where a request would be drawn: the message shows the newest view already. */
class NothingNew extends Error {
  override readonly name = 'NothingNew';
}

/** What an edit of this message sends now; throws when it must not, or need not, be sent. */
const createDrawEdit = ({ clock }: Deps) => {
  const isTooOld = (messageId: string): boolean => {
    const ageMs = clock.nowMs() - SnowflakeUtil.timestampFrom(messageId);
    return ageMs > editableForMs && ageMs < editedForMs;
  };
  return (at: AnsweredAt, view: MessageView | (() => MessageView | null)) => {
    const drawn = typeof view === 'function' ? view() : view;
    if (drawn === null) throw new NothingNew();
    if (isTooOld(at.messageId)) throw new ChatError('tooOld', { message: 'The message is too old to edit.' });
    return messagePayload(drawn);
  };
};

type Writing = Pick<
  Chat,
  'createMessage' | 'editMessage' | 'deleteMessage' | 'openThread' | 'openDirectMessage'
>;

const drawCreate = (view: MessageView | (() => MessageView), key: string) => () =>
  createPayload(typeof view === 'function' ? view() : view, key);

const createCreating = ({ call }: Deps): Pick<Chat, 'createMessage'> => ({
  createMessage: (channelId, view, { key, signal, priority, takeBack }) =>
    asChatErrors(
      signal,
      async () => {
        const fullRoute = Routes.channelMessages(channelId);
        const request = { method: RequestMethod.Post, fullRoute, draw: drawCreate(view, key) };
        const created = await call(request, { answer: createdShape, signal, priority, takeBack });
        return { channelId: created.channel_id ?? channelId, messageId: created.id };
      },
      takeBack,
    ),
});

const createEditing = (deps: Deps): Pick<Chat, 'editMessage'> => {
  const { call } = deps;
  const drawEdit = createDrawEdit(deps);
  return {
    editMessage: (at, view, { signal, priority, takeBack }) => {
      const fullRoute = Routes.channelMessage(at.channelId, at.messageId);
      const request = { method: RequestMethod.Patch, fullRoute, draw: () => drawEdit(at, view) };
      const edit = () => call(request, { answer: z.unknown(), signal, priority, takeBack });
      return asChatErrors(
        signal,
        async () => {
          try {
            await reopening(call, { channelId: at.channelId, signal }, edit);
          } catch (error) {
            if (!(error instanceof NothingNew)) throw error;
          }
        },
        takeBack,
      );
    },
  };
};

const createWriting = ({ call }: Deps): Omit<Writing, 'createMessage' | 'editMessage'> => ({
  deleteMessage: (at, { signal }) =>
    asChatErrors(signal, async () => {
      const request = {
        method: RequestMethod.Delete,
        fullRoute: Routes.channelMessage(at.channelId, at.messageId),
      };
      try {
        await reopening(call, { channelId: at.channelId, signal }, () =>
          call(request, { answer: z.unknown(), signal }),
        );
      } catch (error) {
        // Somebody else, or our own first try, was faster: what was asked for is so.
        if (!hasDiscordCode(error, discordCode.unknownMessage)) throw error;
      }
    }),

  openThread: (under, { name, signal }) =>
    asChatErrors(signal, async () => {
      const fullRoute = Routes.threads(under.channelId, under.messageId);
      const body = { name: threadNameOf(name), auto_archive_duration: archiveAfterMinutes };
      try {
        const thread = await call(
          { method: RequestMethod.Post, fullRoute, body },
          { answer: threadShape, signal },
        );
        return { threadId: thread.id };
      } catch (error) {
        if (!hasDiscordCode(error, discordCode.threadExists)) throw error;
        // A thread that was opened from a message has the id of that message (Discord docs: Start Thread from Message).
        return { threadId: under.messageId };
      }
    }),

  openDirectMessage: (personId, { signal }) =>
    asChatErrors(signal, async () => {
      const body = { recipient_id: personId };
      const request = { method: RequestMethod.Post, fullRoute: Routes.userChannels(), body };
      // Asked for again Discord answers with the channel that is there (Discord docs: Create DM).
      const channel = await call(request, { answer: threadShape, signal });
      return { channelId: channel.id };
    }),
});

type Reading = Pick<Chat, 'findOwnMessage' | 'readAttachments'>;

const createReading = ({ call, connection, readAttachments }: Deps): Reading => ({
  findOwnMessage: (channelId, key, { signal }) =>
    asChatErrors(signal, async (): Promise<AnsweredAt | null> => {
      const own = connection.connected().user.id;
      const fullRoute = Routes.channelMessages(channelId);
      const query = new URLSearchParams({ limit: String(messagesRead) });
      const newestFirst = await call(
        { method: RequestMethod.Get, fullRoute, query },
        { answer: historyShape, signal },
      );
      const found = newestFirst.find((message) => message.author.id === own && carriesKey(message, key));
      return found ? { channelId: found.channel_id, messageId: found.id } : null;
    }),

  readAttachments: (from, { signal }) =>
    asChatErrors(signal, async () => {
      const fullRoute = Routes.channelMessage(from.channelId, from.messageId);
      const message = await call({ method: RequestMethod.Get, fullRoute }, { answer: filesShape, signal });
      const forwarded = message.message_snapshots?.[0]?.message;
      const files = (forwarded ?? message).attachments.map((file) => ({
        id: file.id,
        name: file.filename,
        url: file.url,
        size: file.size,
        contentType: file.content_type ?? null,
      }));
      return readAttachments(files, { channelId: from.channelId, messageId: from.messageId });
    }),
});

/** Everything but what was missed (missed.ts) and until when all was heard (events.ts). */
export const createChat = (deps: Deps): Omit<Chat, keyof Missed | 'heardUntilMs'> => {
  const { call, isShort, uploadLimits, log } = deps;
  return {
    ...createCreating(deps),
    ...createEditing(deps),
    ...createWriting(deps),
    ...createReading(deps),

    showTyping: async (channelId) => {
      try {
        if (isShort()) return;
        const signal = AbortSignal.timeout(typingLimitMs);
        const request = { method: RequestMethod.Post, fullRoute: Routes.channelTyping(channelId) };
        await call(request, { answer: z.unknown(), signal });
      } catch (error) {
        // A courtesy: nobody is helped by hearing that it failed.
        log.debug({ channelId, error }, 'typing was not shown');
      }
    },

    uploadSizeBytesMax: (channelId) => uploadLimits.sizeBytesMax(channelId),
  };
};
