/** A chat platform as the rest of the house sees it: people, places, messages. Nothing here knows Discord. Implemented by src/discord. */

import type { Locale } from '../core/locale.ts';
import type { Priority } from '../core/pacing.ts';
import type { MessageView } from '../core/view.ts';

export type { MessageView };

export type Attachment = {
  readonly id: string;
  readonly name: string;
  /** Signed and expiring; renewed by reading the message again (`Chat.readAttachments`). */
  readonly url: string;
  readonly sizeBytes: number;
  readonly contentType: string | null;
  /** The message that carries the file; null for files of a command or modal, which cannot be read again. */
  readonly from: { readonly channelId: string; readonly messageId: string } | null;
};

/** What the bot is allowed to do in a place. */
export type BotPermission =
  | 'view'
  | 'send'
  | 'openThread'
  | 'sendInThread'
  | 'attachFiles'
  | 'readHistory'
  /** Named as missing only where it is needed: in a locked thread. */
  | 'manageThreads';

export type Place = {
  /**
   * threadless: no thread can be opened there, whatever the permissions: the chat of a voice channel, or a place to which a person
   * alone brought the bot. Projects go on in that person's direct messages.
   */
  readonly kind: 'channel' | 'thread' | 'dm' | 'threadless';
  readonly channelId: string;
  /** The channel above a thread. */
  readonly parentChannelId: string | null;
  readonly guildId: string | null;
  readonly missing: readonly BotPermission[];
};

export type Person = {
  readonly id: string;
  readonly name: string;
  readonly locale: Locale;
  /** May manage other people's messages or threads here. */
  readonly isModerator: boolean;
  /** May manage the server as a whole; false in a direct message. */
  readonly managesServer: boolean;
  /** Roles in this server; none in a direct message; null when the platform did not tell. */
  readonly roleIds: readonly string[] | null;
};

export type IncomingMessage = {
  readonly messageId: string;
  readonly place: Place;
  readonly person: Person;
  /** What the person wrote, without the mention of the bot. */
  readonly text: string;
  readonly attachments: readonly Attachment[];
  readonly mentionsBot: boolean;
  /** The platform withheld the words (Discord's privileged intent). */
  readonly isTextWithheld: boolean;
  readonly createdAtMs: number;
};

/** Where an answer to an interaction became visible. */
export type AnsweredAt = { readonly channelId: string; readonly messageId: string };

/** What we answered, and the event that it answers. */
export type OwnAnswer = { readonly at: AnsweredAt; readonly eventId: string; readonly text: string };

type Interaction = {
  /** Unique for ever; the key against double delivery. */
  readonly eventId: string;
  readonly place: Place;
  readonly person: Person;
  /** Bytes a file may have here, as the platform said with this event; null when it did not say. */
  readonly uploadSizeBytesMax: number | null;
  /** The platform shows the bot what people write, also when they do not mention it (Discord's privileged intent). */
  readonly hearsWords: boolean;
  /** First answer: must start within 3 s of the event. Visible to all, returns the message that it became. */
  answer(view: MessageView): Promise<AnsweredAt>;
  /** First answer, visible to this person only. */
  answerPrivately(view: MessageView): Promise<void>;
  /** Promises a private answer that takes longer than 3 s; `finish` brings it. */
  deferPrivately(): Promise<{ finish(view: MessageView): Promise<void> }>;
};

/** What may open a form: everything but a form. */
type FormOpener = Interaction & {
  /** Opens a form instead of an answer. */
  openForm(form: FormView): Promise<void>;
};

/** The message from whose menu a command was called. Its words and files come along, whatever else the platform withholds. */
export type TargetMessage = {
  readonly messageId: string;
  /** Without the mention of the bot; empty for messages of the bot itself, whose words are no wish of anybody. */
  readonly text: string;
  readonly attachments: readonly Attachment[];
};

export type CommandCall = FormOpener & {
  readonly kind: 'command';
  readonly name: string;
  readonly subcommand: string | null;
  readonly options: Readonly<Record<string, string | number | boolean>>;
  readonly attachments: readonly Attachment[];
  /** Null for a command that was typed. */
  readonly target: TargetMessage | null;
};

export type ButtonPress = FormOpener & {
  readonly kind: 'button';
  readonly customId: string;
  /** The message that carries the button. */
  readonly messageId: string;
  /** Acknowledges without any visible change. */
  acknowledge(): Promise<void>;
  /** First answer: the message that carries the button becomes this, in place. */
  redraw(view: MessageView): Promise<void>;
};

/** Somebody chose something in a menu of one of our messages. */
export type MenuChoice = Interaction & {
  readonly kind: 'menu';
  readonly customId: string;
  /** What is chosen now: values of choices, or ids of channels or roles. */
  readonly values: readonly string[];
  /** As of a button. */
  redraw(view: MessageView): Promise<void>;
};

export type FormSubmission = Interaction & {
  readonly kind: 'form';
  readonly customId: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly attachments: readonly Attachment[];
};

export type FormView = {
  readonly customId: string;
  readonly title: string;
  readonly fields: readonly (
    | {
        readonly kind: 'text';
        readonly id: string;
        readonly label: string;
        readonly placeholder: string;
        readonly lengthMax: number;
        readonly isRequired: boolean;
      }
    | { readonly kind: 'files'; readonly id: string; readonly label: string; readonly countMax: number }
  )[];
};

/** Somebody changed a message, or the platform did (a preview of a link). */
export type MessageEdit = AnsweredAt & {
  /** The message as it is now; null for what is no person's message. Rejects when it cannot be read. */
  read(): Promise<IncomingMessage | null>;
};

/** What the relay does with events. Each must settle quickly or take care of itself: the platform does not wait for it. */
export type ChatHandlers = {
  onMessage(message: IncomingMessage): Promise<void>;
  onMessageEdited(edit: MessageEdit): Promise<void>;
  onMessageDeleted(at: AnsweredAt): Promise<void>;
  /** Events since then (epoch ms) may be lost: the platform did not keep them while the connection was broken. */
  onGap(sinceMs: number): Promise<void>;
  onInteraction(interaction: CommandCall | ButtonPress | MenuChoice | FormSubmission): Promise<void>;
};

/** How a write waits for its turn. */
type Pacing = {
  /** What it is for; left out, somebody waits for it. */
  readonly priority?: Priority;
  /** Takes the write back as long as it was not sent: it then rejects with this signal's reason. */
  readonly takeBack?: AbortSignal;
};

/**
 * Methods reject with ChatError and with nothing else (but `signal.reason` when aborted). Rate limits are waited out inside.
 * Every create and edit says who may be mentioned: nobody, or `view.mentionUserId`.
 */
export type Chat = {
  /**
   * Same `key`, same message: repeated within a few minutes it returns the first message instead of making a second (invariant I4).
   * A view given as a function is drawn when its turn to be sent has come, so that nobody sees words that got old in a queue.
   */
  createMessage(
    channelId: string,
    view: MessageView | (() => MessageView),
    options: { key: string; signal: AbortSignal } & Pacing,
  ): Promise<AnsweredAt>;
  /** As `createMessage`; a view drawn as null is what the message shows already, and nothing is sent. */
  editMessage(
    at: AnsweredAt,
    view: MessageView | (() => MessageView | null),
    options: { signal: AbortSignal } & Pacing,
  ): Promise<void>;
  deleteMessage(at: AnsweredAt, options: { signal: AbortSignal }): Promise<void>;
  /** Opens the thread under a message; returns the one that is there when there is one. */
  openThread(
    under: AnsweredAt,
    options: { name: string; signal: AbortSignal },
  ): Promise<{ threadId: string }>;
  /** Every event up to then (epoch ms) reached the handlers, as far as the platform sent it; null before the first. */
  heardUntilMs(): number | null;
  /** Threads of ours in which something was written since then, the newest first, as far as the platform lists them. */
  threadsWithNews(sinceMs: number): readonly string[];
  /** Channels in which something was written since then and whose past the bot may read, the newest first. */
  channelsWithNews(sinceMs: number): readonly string[];
  /**
   * What people wrote there since then, the oldest first and a hundred at most; nothing where the past is closed to us. Who moderates
   * is not known of these.
   */
  messagesSince(
    channelId: string,
    options: { sinceMs: number; signal: AbortSignal },
  ): Promise<readonly IncomingMessage[]>;
  /** Our own answers to commands and buttons there since then that everybody sees and under which no thread was opened. */
  answersSince(
    channelId: string,
    options: { sinceMs: number; signal: AbortSignal },
  ): Promise<readonly OwnAnswer[]>;
  /** The direct messages with a person; the same ones each time. That they exist does not mean that the person takes any. */
  openDirectMessage(personId: string, options: { signal: AbortSignal }): Promise<{ channelId: string }>;
  /** Shows "is typing" for about ten seconds. A courtesy: failures are logged, not thrown. */
  showTyping(channelId: string): Promise<void>;
  /** Our own newest message there that answers the event `key`, or has a button whose custom id contains it; among the last hundred. */
  findOwnMessage(
    channelId: string,
    key: string,
    options: { signal: AbortSignal },
  ): Promise<AnsweredAt | null>;
  /** The files of a message with fresh addresses. */
  readAttachments(
    from: { channelId: string; messageId: string },
    options: { signal: AbortSignal },
  ): Promise<readonly Attachment[]>;
  /** Bytes that a file may have in this channel, as far as the platform tells; asked each time, never a constant. */
  uploadSizeBytesMax(channelId: string): Promise<number>;
};

/** gone: the message no longer exists · placeGone: its channel, thread or server no longer does · forbidden: a permission is missing · tooLarge: the file is refused for its size · tooOld: the message must be replaced, not edited · unavailable: try later · refused: the platform rejects the content. */
export type ChatErrorKind =
  | 'gone'
  | 'placeGone'
  | 'forbidden'
  | 'tooLarge'
  | 'tooOld'
  | 'unavailable'
  | 'refused';

export class ChatError extends Error {
  override readonly name = 'ChatError';
  readonly kind: ChatErrorKind;

  constructor(kind: ChatErrorKind, options: { message: string; cause?: unknown }) {
    super(options.message, { cause: options.cause });
    this.kind = kind;
  }
}
