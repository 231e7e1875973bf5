/** The JSON objects of Discord as this product meets them. Types only: it must not know how they are stored, checked or sent. */

/** A 64-bit id in decimal digits; the time of making is in its upper bits (docs: reference, Snowflakes). */
export type Snowflake = string;

export interface User {
  id: Snowflake;
  username: string;
  discriminator: string;
  global_name: string | null;
  avatar: string | null;
  bot?: boolean;
  system?: boolean;
  public_flags: number;
}

export interface Role {
  id: Snowflake;
  name: string;
  color: number;
  hoist: boolean;
  position: number;
  /** Bit set in decimal digits. */
  permissions: string;
  managed: boolean;
  mentionable: boolean;
  flags: number;
}

/** A member as it stands in a list; inside a message or interaction event `user` may be left out by Discord. */
export interface Member {
  user: User;
  nick: string | null;
  avatar: string | null;
  roles: Snowflake[];
  /** ISO 8601. */
  joined_at: string;
  deaf: boolean;
  mute: boolean;
  flags: number;
}

/** `type` 0 is a role, 1 a member. `allow` and `deny` are bit sets in decimal digits. */
export interface Overwrite {
  id: Snowflake;
  type: 0 | 1;
  allow: string;
  deny: string;
}

/** 0 text · 1 DM · 2 voice · 4 category · 5 announcement · 10, 11, 12 announcement, public and private thread · 13 stage · 15 forum · 16 media. */
export type ChannelType = 0 | 1 | 2 | 4 | 5 | 10 | 11 | 12 | 13 | 15 | 16;

export interface ThreadMetadata {
  archived: boolean;
  auto_archive_duration: number;
  archive_timestamp: string;
  locked: boolean;
  create_timestamp: string;
  invitable?: boolean;
}

export interface ThreadMember {
  id: Snowflake;
  user_id: Snowflake;
  join_timestamp: string;
  flags: number;
}

export interface Channel {
  id: Snowflake;
  type: ChannelType;
  guild_id?: Snowflake;
  name?: string;
  position?: number;
  topic?: string | null;
  nsfw?: boolean;
  /** Voice and stage channels only. */
  bitrate?: number;
  user_limit?: number;
  parent_id?: Snowflake | null;
  permission_overwrites?: Overwrite[];
  rate_limit_per_user?: number;
  last_message_id: Snowflake | null;
  flags?: number;
  /** Threads only: who began it. */
  owner_id?: Snowflake;
  message_count?: number;
  total_message_sent?: number;
  member_count?: number;
  thread_metadata?: ThreadMetadata;
  /** Threads only, and only in answers to the bot. */
  member?: ThreadMember;
  /** Direct messages only: everybody but the bot. */
  recipients?: User[];
}

export interface Attachment {
  id: Snowflake;
  filename: string;
  /** The name as it was, without its ending, when Discord had to change it. */
  title?: string;
  description?: string;
  content_type?: string;
  size: number;
  /** Signed; it stops working when the time in `ex` is over. */
  url: string;
  proxy_url: string;
  width?: number | null;
  height?: number | null;
  ephemeral?: boolean;
}

export interface Embed {
  type?: string;
  title?: string;
  description?: string;
  url?: string;
  color?: number;
  timestamp?: string;
  footer?: { text: string; icon_url?: string };
  author?: { name: string; url?: string; icon_url?: string };
  image?: { url: string; proxy_url?: string; width?: number; height?: number };
  thumbnail?: { url: string; proxy_url?: string; width?: number; height?: number };
  fields?: { name: string; value: string; inline?: boolean }[];
}

export interface ComponentEmoji {
  id?: Snowflake | null;
  name?: string | null;
  animated?: boolean;
}

/** `style` 1 primary · 2 secondary · 3 success · 4 danger · 5 link (has `url` and no `custom_id`). */
export interface Button {
  type: 2;
  id?: number;
  style: 1 | 2 | 3 | 4 | 5;
  label?: string;
  emoji?: ComponentEmoji;
  custom_id?: string;
  url?: string;
  disabled?: boolean;
}

export interface SelectOption {
  label: string;
  value: string;
  description?: string;
  emoji?: ComponentEmoji;
  default?: boolean;
}

/** 3 strings · 5 users · 6 roles · 7 users and roles · 8 channels. */
export interface Select {
  type: 3 | 5 | 6 | 7 | 8;
  id?: number;
  custom_id: string;
  options?: SelectOption[];
  channel_types?: number[];
  default_values?: { id: Snowflake; type: 'user' | 'role' | 'channel' }[];
  placeholder?: string;
  min_values?: number;
  max_values?: number;
  disabled?: boolean;
  required?: boolean;
}

export interface ActionRow {
  type: 1;
  id?: number;
  components: (Button | Select)[];
}

/** `style` 1 is one line, 2 is a paragraph. */
export interface TextInput {
  type: 4;
  id?: number;
  custom_id: string;
  style: 1 | 2;
  label?: string;
  placeholder?: string;
  value?: string;
  required?: boolean;
  min_length?: number;
  max_length?: number;
}

export interface FileUpload {
  type: 19;
  id?: number;
  custom_id: string;
  min_values?: number;
  max_values?: number;
  required?: boolean;
  /** `image`, `video`, `audio` or an extension with its dot; the client checks the file's name against them. */
  file_types?: string[];
}

export interface TextDisplay {
  type: 10;
  id?: number;
  content: string;
}

export interface Label {
  type: 18;
  id?: number;
  label: string;
  description?: string;
  component: TextInput | Select | FileUpload;
}

/** A row of a modal: a label with its one field, words, or (older form) an action row with one text input. */
export type ModalRow = Label | TextDisplay | { type: 1; id?: number; components: TextInput[] };

export interface Reaction {
  count: number;
  me: boolean;
  emoji: { id: Snowflake | null; name: string };
}

export interface MessageReference {
  type?: number;
  message_id?: Snowflake;
  channel_id: Snowflake;
  guild_id?: Snowflake;
}

export interface InteractionMetadata {
  id: Snowflake;
  type: number;
  user: User;
  authorizing_integration_owners: Record<string, Snowflake>;
  original_response_message_id?: Snowflake;
  target_message_id?: Snowflake;
  name?: string;
}

/**
 * A message. `type` 0 ordinary · 18 "started a thread" · 19 reply · 20 slash command · 21 first line of a thread · 23 context menu command.
 * `flags`: 4 embeds hidden · 32 has a thread · 64 only for one person · 128 "is thinking…" · 4096 silent.
 */
export interface Message {
  id: Snowflake;
  channel_id: Snowflake;
  type: number;
  author: User;
  content: string;
  /** ISO 8601. */
  timestamp: string;
  edited_timestamp: string | null;
  tts: boolean;
  mention_everyone: boolean;
  mentions: User[];
  mention_roles: Snowflake[];
  attachments: Attachment[];
  embeds: Embed[];
  components: ActionRow[];
  reactions?: Reaction[];
  pinned: boolean;
  flags: number;
  nonce?: string | number;
  webhook_id?: Snowflake;
  application_id?: Snowflake;
  position?: number;
  message_reference?: MessageReference;
  /** `null` when the message answered was deleted. */
  referenced_message?: Message | null;
  thread?: Channel;
  interaction_metadata?: InteractionMetadata;
}

/** 3 text · 4 whole number · 5 yes/no · 6 user · 7 channel · 8 role · 9 user or role · 10 number · 11 file · 1 subcommand · 2 group. */
export interface CommandOption {
  type: number;
  name: string;
  name_localizations?: Record<string, string> | null;
  description: string;
  description_localizations?: Record<string, string> | null;
  required?: boolean;
  choices?: { name: string; name_localizations?: Record<string, string> | null; value: string | number }[];
  options?: CommandOption[];
  channel_types?: number[];
  min_value?: number;
  max_value?: number;
  min_length?: number;
  max_length?: number;
  autocomplete?: boolean;
  file_types?: string[];
}

/** A registered command. `type` 1 slash · 2 on a user · 3 on a message. */
export interface Command {
  id: Snowflake;
  application_id: Snowflake;
  guild_id?: Snowflake;
  version: Snowflake;
  type: 1 | 2 | 3;
  name: string;
  name_localizations?: Record<string, string> | null;
  description: string;
  description_localizations?: Record<string, string> | null;
  options?: CommandOption[];
  default_member_permissions: string | null;
  nsfw: boolean;
  integration_types?: number[];
  contexts?: number[] | null;
}
