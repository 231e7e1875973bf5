/** One discord.js client with small caches. It must not know what is done with its events. */
import {
  type CacheFactory,
  Client,
  GatewayIntentBits,
  LimitedCollection,
  Options,
  Partials,
  type RESTOptions,
} from 'discord.js';
import type { RequestWatch } from './requests.ts';

/** The shards of this process, and how many there are in all. */
export type ShardPlan = { readonly ids: readonly number[]; readonly count: number };

export type DiscordSettings = {
  readonly token: string;
  /** REST base without the version; the gateway's address comes from it. */
  readonly apiUrl: string;
  /** Commands are registered for this server only; null: everywhere. */
  readonly guildId: string | null;
  readonly wantsMessageContent: boolean;
  /** This process's share of Discord's global limit of 50 requests a second. */
  readonly requestsPerSecond: number;
  /** Least time between two edits of a channel that only bring more words. */
  readonly wordsIntervalMs: number;
  /** Hosts (with or without port) from which files may come. */
  readonly attachmentHosts: readonly string[];
  /** `auto`: as many as Discord recommends, all of them here. */
  readonly shards: 'auto' | ShardPlan;
  /** False: requests only, no events; nothing is registered. */
  readonly hearsEvents: boolean;
};

/** An MP4 of a hundred megabytes over a slow line; requests without files have their own limit. */
const uploadLimitMs = 300_000;

/** discord.js keeps two queues of 400 bytes for each channel that was written to. An idle one holds nothing that budget.ts does not know. */
const queueSweepIntervalMs = 10_000;

/** Requests in channels are held back before they reach discord.js (budget.ts); there they would wait with words that get old. */
const heldBackBefore = ['/channels'];

/** Enough to read the event at hand: nothing is looked up later but servers, channels, roles and the bot itself. */
const membersKept = 50;
const usersKept = 200;

const limitedCache = Options.cacheWithLimits({
  ...Options.DefaultMakeCacheSettings,
  ApplicationCommandManager: 0,
  AutoModerationRuleManager: 0,
  BaseGuildEmojiManager: 0,
  GuildBanManager: 0,
  GuildEmojiManager: 0,
  GuildInviteManager: 0,
  GuildMemberManager: {
    maxSize: membersKept,
    keepOverLimit: (member) => member.id === member.client.user.id,
  },
  GuildScheduledEventManager: 0,
  GuildStickerManager: 0,
  MessageManager: 0,
  PresenceManager: 0,
  ReactionManager: 0,
  ReactionUserManager: 0,
  StageInstanceManager: 0,
  // Only whether the bot itself was added: private threads are closed to it otherwise.
  ThreadMemberManager: { maxSize: 1, keepOverLimit: (member) => member.id === member.client.user.id },
  UserManager: { maxSize: usersKept, keepOverLimit: (user) => user.id === user.client.user.id },
  VoiceStateManager: 0,
});

const noCache = new LimitedCollection<never, never>({ maxSize: 0 });

/** Nothing ever gets into a cache of size 0, so one is enough for all; each channel would have one of its own, of 200 bytes. */
const caches: CacheFactory = (managerType, holds, manager) => {
  const cache = limitedCache(managerType, holds, manager);
  return cache instanceof LimitedCollection && cache.maxSize === 0 ? noCache : cache;
};

const intentsOf = (hasMessageContent: boolean): GatewayIntentBits[] => [
  GatewayIntentBits.Guilds,
  GatewayIntentBits.GuildMessages,
  GatewayIntentBits.DirectMessages,
  ...(hasMessageContent ? [GatewayIntentBits.MessageContent] : []),
];

/** How requests are sent, with the gateway or without it. */
export const restOptions = (
  settings: Pick<DiscordSettings, 'apiUrl'>,
  makeRequest: RequestWatch['makeRequest'],
): Partial<RESTOptions> => ({
  api: settings.apiUrl,
  timeout: uploadLimitMs,
  handlerSweepInterval: queueSweepIntervalMs,
  // Everything of ours is paced before (budget.ts), and answers to interactions do not count (Discord docs: Rate Limits, Global).
  globalRequestsPerSecond: Number.POSITIVE_INFINITY,
  rejectOnRateLimit: heldBackBefore,
  // The budget waits for the end of a window by itself.
  offset: 0,
  makeRequest,
});

/** `hasMessageContent` asks for the privileged intent, without which Discord withholds words and files. */
export const createClient = (
  settings: DiscordSettings,
  options: { hasMessageContent: boolean; makeRequest: RequestWatch['makeRequest'] },
): Client => {
  const { shards } = settings;
  return new Client({
    intents: intentsOf(options.hasMessageContent),
    partials: [Partials.Channel],
    // Always given: left out, discord.js would parse the environment's SHARDS in a form of its own.
    ...(shards === 'auto' ? { shards } : { shards: [...shards.ids], shardCount: shards.count }),
    makeCache: caches,
    allowedMentions: { parse: [] },
    enforceNonce: true,
    rest: restOptions(settings, options.makeRequest),
  });
};
