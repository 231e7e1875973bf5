/** What was written while nobody listened, read over REST. It must not know what becomes of it. */
import {
  type Channel,
  ChannelType,
  type Client,
  type Message,
  type NewsChannel,
  PermissionFlagsBits,
  Routes,
  SnowflakeUtil,
  type TextChannel,
  type ThreadChannel,
} from 'discord.js';
import type { Chat, OwnAnswer } from '../ports/chat.ts';
import type { Budget } from './budget.ts';
import { asChatErrors } from './call.ts';
import { type Inbound, readMessage } from './inbound.ts';
import type { BucketIds } from './limit-facts.ts';

/** The largest page (Discord docs: Get Channel Messages). */
const messagesRead = 100;

type Deps = {
  readonly client: () => Client | null;
  readonly inbound: Inbound;
  readonly budget: Budget;
  readonly bucketIds: BucketIds;
};

/** The last id before that moment; what comes `after` it begins with the moment itself (Discord docs: Reference, Snowflakes). */
const idBefore = (epochMs: number): string =>
  String((BigInt(Math.max(1, epochMs - Number(SnowflakeUtil.epoch))) << 22n) - 1n);

const timeOf = (id: string): number => SnowflakeUtil.timestampFrom(id);

/** The bot opened it, or has written in it. */
const isIn = (thread: ThreadChannel): boolean => thread.ownerId === thread.client.user.id || thread.joined;

const isChannel = (channel: Channel): channel is TextChannel | NewsChannel =>
  channel.type === ChannelType.GuildText || channel.type === ChannelType.GuildAnnouncement;

const mayRead = (channel: TextChannel | NewsChannel): boolean =>
  channel
    .permissionsFor(channel.client.user)
    ?.has([PermissionFlagsBits.ViewChannel, PermissionFlagsBits.ReadMessageHistory]) === true;

type Talked = { readonly id: string; readonly lastMessageId: string | null };

/** Those in which something was written since then, the newest first. */
const withNews = (places: readonly Talked[], sinceMs: number): readonly string[] =>
  places
    .flatMap(({ id, lastMessageId }) =>
      lastMessageId === null ? [] : [{ id, newsAtMs: timeOf(lastMessageId) }],
    )
    .filter(({ newsAtMs }) => newsAtMs >= sinceMs)
    .toSorted((one, other) => other.newsAtMs - one.newsAtMs)
    .map(({ id }) => id);

export type Missed = Pick<Chat, 'threadsWithNews' | 'channelsWithNews' | 'messagesSince' | 'answersSince'>;

type Reading = { readonly sinceMs: number; readonly signal: AbortSignal };

/** Everything that was written there since then, the oldest first and a hundred at most. Rejects with ChatError. */
const createRead =
  ({ client, budget, bucketIds }: Deps) =>
  (channelId: string, { sinceMs, signal }: Reading): Promise<readonly Message[]> =>
    asChatErrors(signal, async () => {
      const bucketId = bucketIds.of('GET', Routes.channelMessages(channelId));
      const channel = await client()?.channels.fetch(channelId);
      if (channel?.isTextBased() !== true) return [];
      const query = { after: idBefore(sinceMs), limit: messagesRead, cache: false };
      const found = await budget.run({ bucketId, priority: 'notice', signal }, () =>
        channel.messages.fetch(query),
      );
      return [...found.values()].toSorted((one, other) => (BigInt(one.id) < BigInt(other.id) ? -1 : 1));
    });

/** null for anything but an answer of our own that has no thread. */
const answerOf = (message: Message): OwnAnswer | null => {
  const { author, client, interactionMetadata, id: messageId, channelId, content } = message;
  if (author.id !== client.user.id || interactionMetadata === null || message.hasThread) return null;
  return { at: { channelId, messageId }, eventId: interactionMetadata.id, text: content };
};

const createNews = ({ client }: Deps): Pick<Missed, 'threadsWithNews' | 'channelsWithNews'> => ({
  /** From the threads that Discord lists when a session begins; archived ones are opened again by what is written in them. */
  threadsWithNews: (sinceMs) => {
    const threads = [...(client()?.channels.cache.values() ?? [])].filter((channel) => channel.isThread());
    return withNews(threads.filter(isIn), sinceMs);
  },

  channelsWithNews: (sinceMs) => {
    const channels = [...(client()?.channels.cache.values() ?? [])].filter(isChannel);
    return withNews(channels.filter(mayRead), sinceMs);
  },
});

export const createMissed = (deps: Deps): Missed => {
  const read = createRead(deps);
  return {
    ...createNews(deps),
    messagesSince: async (channelId, options) =>
      (await read(channelId, options)).flatMap((message) => readMessage(message, deps.inbound) ?? []),
    answersSince: async (channelId, options) =>
      (await read(channelId, options)).flatMap((message) => answerOf(message) ?? []),
  };
};
