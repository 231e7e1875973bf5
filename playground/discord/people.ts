/** The human side of the stand-in: what people see and do. Types only; it must not know REST, the gateway or the bot. */
import type {
  Channel,
  Command,
  Member,
  Message,
  ModalRow,
  Role,
  Snowflake,
  ThreadMember,
  User,
} from './shapes.ts';

/** A file in someone's hand. `contentType` is guessed from the name when it is left out. */
export interface PersonFile {
  name: string;
  bytes: Uint8Array;
  contentType?: string | undefined;
}

/** A server as one person sees it: only the channels and threads that they may view. */
export interface GuildView {
  id: Snowflake;
  name: string;
  ownerId: Snowflake;
  preferredLocale: string;
  /** Size limit of one file here, in bytes. */
  uploadLimitBytes: number;
  roles: Role[];
  members: Member[];
  channels: Channel[];
  threads: ThreadView[];
  /** The viewer's own permission bits by channel or thread id, in decimal digits. */
  permissions: Record<Snowflake, string>;
}

export type ThreadView = Channel & { members: ThreadMember[] };

/**
 * What became of a person's command, button, select, menu entry or modal.
 * `pending` the bot has not answered · `thinking` it deferred · `answered` it is over · `failed` 3 s passed: "The application did not respond".
 */
export interface InteractionView {
  id: Snowflake;
  userId: Snowflake;
  channelId: Snowflake;
  kind: 'command' | 'messageCommand' | 'component' | 'modal';
  /** Command name with its group and subcommand, or the custom id of what was pressed. */
  name: string;
  state: 'pending' | 'thinking' | 'answered' | 'failed';
  /** The words Discord shows on failure. */
  failure: string | null;
  /** The first answer, if it was a message. */
  messageId: Snowflake | null;
  createdAtMs: number;
  answeredAtMs: number | null;
}

/** A modal that is open in front of one person. `modalId` is ours, `customId` is the bot's. */
export interface ModalView {
  modalId: Snowflake;
  customId: string;
  userId: Snowflake;
  channelId: Snowflake;
  title: string;
  rows: ModalRow[];
}

/** Everything that one person can see at this moment. Messages are oldest first, with those that only they see. */
export interface WorldView {
  viewer: User;
  viewerLocale: string;
  bot: User;
  guilds: GuildView[];
  directMessages: Channel[];
  messages: Record<Snowflake, Message[]>;
  interactions: InteractionView[];
  modals: ModalView[];
}

/** One visible change. `onlyFor` is the one person who sees it, or `null` for all who can see the channel. */
export type Change = { atMs: number; onlyFor: Snowflake | null } & (
  | { type: 'messageCreated'; channelId: Snowflake; message: Message }
  | { type: 'messageEdited'; channelId: Snowflake; message: Message }
  | { type: 'messageDeleted'; channelId: Snowflake; messageId: Snowflake }
  | { type: 'reactionAdded'; channelId: Snowflake; messageId: Snowflake; userId: Snowflake; emoji: string }
  | { type: 'reactionRemoved'; channelId: Snowflake; messageId: Snowflake; userId: Snowflake; emoji: string }
  | { type: 'typing'; channelId: Snowflake; userId: Snowflake }
  | { type: 'channelCreated'; channelId: Snowflake; channel: Channel }
  | { type: 'channelUpdated'; channelId: Snowflake; channel: Channel }
  | { type: 'channelDeleted'; channelId: Snowflake; channel: Channel }
  | { type: 'threadCreated'; channelId: Snowflake; thread: ThreadView }
  | {
      type: 'threadUpdated';
      channelId: Snowflake;
      thread: ThreadView;
      joinedId?: Snowflake;
      leftId?: Snowflake;
    }
  | { type: 'threadDeleted'; channelId: Snowflake; channel: Channel }
  | { type: 'interaction'; channelId: Snowflake; interaction: InteractionView }
  | { type: 'modalOpened'; channelId: Snowflake; modal: ModalView }
  | { type: 'modalClosed'; channelId: Snowflake; modalId: Snowflake }
  | { type: 'guildUpdated'; guildId: Snowflake; memberId: Snowflake }
  | { type: 'botLeft'; guildId: Snowflake }
  | { type: 'commandsChanged'; guildId: Snowflake | null }
  | { type: 'botPresence'; isOnline: boolean }
);

/** A value a person gives to a command option: words, number, yes/no, an id (user, role, channel) or a file. */
export type OptionInput = string | number | boolean | PersonFile;

/** A value a person gives to a field of a modal: words, chosen values or ids, or files. */
export type FieldInput = string | string[] | PersonFile[];

export interface SendMessageInput {
  userId: Snowflake;
  channelId: Snowflake;
  content?: string | undefined;
  files?: PersonFile[] | undefined;
  replyToId?: Snowflake | undefined;
  /** A reply pings its author unless this is false. */
  pingsReplied?: boolean | undefined;
}

export interface RunCommandInput {
  userId: Snowflake;
  channelId: Snowflake;
  name: string;
  subcommandGroup?: string | undefined;
  subcommand?: string | undefined;
  options?: Record<string, OptionInput> | undefined;
  /** The client's language; the person's own when left out. */
  locale?: string | undefined;
}

export interface AutocompleteInput extends RunCommandInput {
  /** The option in which the person is typing. */
  focused: string;
}

export interface ReactionInput {
  userId: Snowflake;
  channelId: Snowflake;
  messageId: Snowflake;
  emoji: string;
}

/** Ids by the short names of the world's description ("maya", "general", "paradise"). */
export interface WorldIds {
  users: Record<string, Snowflake>;
  guilds: Record<string, Snowflake>;
  channels: Record<string, Snowflake>;
  roles: Record<string, Snowflake>;
}

/**
 * What people can do. An action that Discord's client would not let them do rejects with `DiscordRefusal`
 * (`status`, `code`, `message` as the REST API would have put it). Actions resolve when Discord has taken
 * them, not when the bot has answered: watch `subscribe`, or wait with `until`.
 */
export interface People {
  ids: WorldIds;
  botId: Snowflake;
  /** Everybody, the bot not among them. */
  all(): User[];
  world(viewerId: Snowflake): WorldView;
  /** All changes, or those that one person can see. Returns the way to stop. */
  subscribe(listener: (change: Change) => void, viewerId?: Snowflake): () => void;
  /** Looks again after every change until `look` gives something; rejects after `timeoutMs` (default 90,000) with `what` in its words. */
  until<Found>(
    what: string,
    look: () => Found | undefined | null | false,
    timeoutMs?: number,
  ): Promise<Found>;
  /** Commands that the bot registered: the server's and the global ones. `null` is a DM: global ones only. */
  commands(guildId: Snowflake | null): Command[];

  sendMessage(input: SendMessageInput): Promise<Message>;
  editMessage(input: {
    userId: Snowflake;
    channelId: Snowflake;
    messageId: Snowflake;
    content: string;
  }): Promise<Message>;
  deleteMessage(input: { userId: Snowflake; channelId: Snowflake; messageId: Snowflake }): Promise<void>;
  addReaction(input: ReactionInput): Promise<void>;
  removeReaction(input: ReactionInput): Promise<void>;
  startTyping(input: { userId: Snowflake; channelId: Snowflake }): Promise<void>;
  /** A thread of one's own: on a message, or free-standing. */
  createThread(input: {
    userId: Snowflake;
    channelId: Snowflake;
    name: string;
    messageId?: Snowflake | undefined;
    /** Only for those who are added to it. */
    isPrivate?: boolean | undefined;
  }): Promise<Channel>;
  /** A post in a forum or media channel: a thread, and a first message that has its id. */
  createPost(input: {
    userId: Snowflake;
    channelId: Snowflake;
    name: string;
    content: string;
    files?: PersonFile[] | undefined;
  }): Promise<Channel>;

  runCommand(input: RunCommandInput): Promise<InteractionView>;
  runMessageCommand(input: {
    userId: Snowflake;
    channelId: Snowflake;
    messageId: Snowflake;
    name: string;
    locale?: string | undefined;
  }): Promise<InteractionView>;
  pressButton(input: { userId: Snowflake; messageId: Snowflake; customId: string }): Promise<InteractionView>;
  chooseSelect(input: {
    userId: Snowflake;
    messageId: Snowflake;
    customId: string;
    values: string[];
  }): Promise<InteractionView>;
  submitModal(input: {
    userId: Snowflake;
    modalId: Snowflake;
    fields: Record<string, FieldInput>;
  }): Promise<InteractionView>;
  dismissModal(input: { userId: Snowflake; modalId: Snowflake }): Promise<void>;
  /** Choices the bot offers while a person types; empty when it does not answer within 3 s. */
  autocomplete(input: AutocompleteInput): Promise<{ name: string; value: string | number }[]>;
  interaction(id: Snowflake): InteractionView | undefined;
  /** Hides an answer that only this person sees ("Dismiss message"). */
  dismissEphemeral(input: { userId: Snowflake; messageId: Snowflake }): Promise<void>;

  /** The DM with the bot, made when there is none. */
  openDirectMessage(userId: Snowflake): Promise<Channel>;
  /** false: "Allow direct messages" is off, the bot gets 50007. */
  setDirectMessages(userId: Snowflake, areOpen: boolean): Promise<void>;
  /** Installs the application for this person alone, who then finds its commands in every server. */
  installApp(userId: Snowflake): Promise<void>;
  /** The bot is removed from a server, as its owner would. */
  removeBot(guildId: Snowflake): Promise<void>;
  /** The language of a person's client, e.g. "zh-CN". */
  setLocale(userId: Snowflake, locale: string): Promise<void>;
  /** Roles a member has in a server, replacing the old ones. */
  setRoles(input: { guildId: Snowflake; userId: Snowflake; roleIds: Snowflake[] }): Promise<void>;
  /** Writes a role's or member's overwrite on a channel. Permission names as in Discord's documentation ("SEND_MESSAGES"). */
  setPermissions(input: {
    channelId: Snowflake;
    targetId: Snowflake;
    allow?: readonly string[] | undefined;
    deny?: readonly string[] | undefined;
  }): Promise<void>;
  /** Archives or locks a thread, or opens it again, as a moderator would. */
  setThread(input: { threadId: Snowflake; isArchived?: boolean; isLocked?: boolean }): Promise<void>;
  /** Deletes a channel or thread, as a moderator would. */
  deleteChannel(channelId: Snowflake): Promise<void>;
}
