/** A world in words: who and what is there at the start. Types and the playground's own world; it must not know the store. */

export interface PersonSeed {
  key: string;
  username: string;
  displayName: string;
  locale: string;
}

export interface RoleSeed {
  key: string;
  name: string;
  /** Names as in Discord's documentation. */
  permissions: readonly string[];
  color?: number;
}

export interface OverwriteSeed {
  /** Key of a role or person, "everyone" or "bot". */
  target: string;
  allow?: readonly string[];
  deny?: readonly string[];
}

export interface ChannelSeed {
  key: string;
  name: string;
  topic?: string;
  kind?: 'text' | 'announcement' | 'voice' | 'stage' | 'forum' | 'media';
  overwrites?: readonly OverwriteSeed[];
}

export interface GuildSeed {
  key: string;
  name: string;
  ownerKey: string;
  preferredLocale?: string;
  /** 0 to 3; from 2 on the size limit of files is 50 and 100 MiB. */
  boostLevel?: 0 | 1 | 2 | 3;
  /** false: nobody added the bot to this server; only people who installed it for themselves can call it there. */
  hasBot?: boolean;
  /** Rights of everybody; Discord's defaults when left out. */
  everyone?: readonly string[];
  /** Rights of the bot's own role; what its invitation asked for. */
  bot?: readonly string[];
  roles?: readonly RoleSeed[];
  /** Person key → role keys. */
  members: Readonly<Record<string, readonly string[]>>;
  channels: readonly ChannelSeed[];
}

export interface WorldSeed {
  botName?: string;
  people: readonly PersonSeed[];
  guilds: readonly GuildSeed[];
}

/** What Discord gives to everybody in a new server, as far as the stand-in knows the rights. */
export const everyoneDefault = [
  'VIEW_CHANNEL',
  'SEND_MESSAGES',
  'SEND_MESSAGES_IN_THREADS',
  'CREATE_PUBLIC_THREADS',
  'EMBED_LINKS',
  'ATTACH_FILES',
  'READ_MESSAGE_HISTORY',
  'ADD_REACTIONS',
  'USE_APPLICATION_COMMANDS',
  'USE_EXTERNAL_EMOJIS',
] as const;

/** What the bot's invitation asks for in the playground. */
export const botDefault = [...everyoneDefault, 'MANAGE_THREADS', 'CREATE_PRIVATE_THREADS'] as const;

/** The playground's world: one studio with a member, a moderator, the owner and a stranger. */
export const paradiseStudio: WorldSeed = {
  botName: 'Makevideo',
  people: [
    { key: 'maya', username: 'maya', displayName: 'Maya', locale: 'en-US' },
    { key: 'lin', username: 'lin.xiao', displayName: '林晓', locale: 'zh-CN' },
    { key: 'moss', username: 'moss', displayName: 'Moss (mod)', locale: 'en-GB' },
    { key: 'pavo', username: 'pavo', displayName: 'Pavo', locale: 'de' },
    { key: 'ada', username: 'ada', displayName: 'Ada (owner)', locale: 'en-US' },
  ],
  guilds: [
    {
      key: 'paradise',
      name: 'Paradise Studio',
      ownerKey: 'ada',
      preferredLocale: 'en-US',
      roles: [
        {
          key: 'moderator',
          name: 'Moderator',
          color: 0x2ecc71,
          permissions: ['MANAGE_MESSAGES', 'MANAGE_THREADS', 'MANAGE_GUILD', 'MENTION_EVERYONE'],
        },
        { key: 'creator', name: 'Creator', color: 0xe67e22, permissions: [] },
      ],
      members: { maya: ['creator'], lin: ['creator'], moss: ['moderator'], pavo: [], ada: [] },
      channels: [
        { key: 'general', name: 'general', topic: 'Say hello.' },
        { key: 'make-videos', name: 'make-videos', topic: 'Drop pictures here and get a video.' },
        { key: 'showcase', name: 'showcase', topic: 'Finished videos.' },
        {
          key: 'staff',
          name: 'staff',
          topic: 'Moderators only; the bot cannot see it.',
          overwrites: [
            { target: 'everyone', deny: ['VIEW_CHANNEL'] },
            { target: 'moderator', allow: ['VIEW_CHANNEL'] },
          ],
        },
      ],
    },
  ],
};
