/** How large a file may be, as far as Discord tells. It must not know what is uploaded. */
import { type Client, GuildPremiumTier, RequestMethod, Routes } from 'discord.js';
import { z } from 'zod';
import type { Log } from '../ports/log.ts';
import { createBoundedMap } from './bounded-map.ts';
import type { CallDiscord } from './call.ts';

const mebibyte = 1024 * 1024;

/**
 * What is assumed until an interaction says more: the table of Discord's help pages. It changed four times in four years
 * (8, 25, 10, 20 MB without boosts), so the smallest present value stands here and a refusal of a larger file is normal.
 */
const assumedSizeBytesMax: Readonly<Record<GuildPremiumTier, number>> = {
  [GuildPremiumTier.None]: 10 * mebibyte,
  [GuildPremiumTier.Tier1]: 10 * mebibyte,
  [GuildPremiumTier.Tier2]: 50 * mebibyte,
  [GuildPremiumTier.Tier3]: 100 * mebibyte,
};

const serversRemembered = 5_000;
const directMessages = 'direct messages';
/** Two small requests; without their answer the smallest limit is assumed. */
const askLimitMs = 10_000;

const channelShape = z.object({ guild_id: z.string().nullish() });
const guildShape = z.object({ premium_tier: z.enum(GuildPremiumTier) });

/** A server, or direct messages with the limit of a server without boosts. */
type Where = { readonly id: string; readonly tier: GuildPremiumTier };

const inDirectMessages: Where = { id: directMessages, tier: GuildPremiumTier.None };

type Deps = {
  readonly call: CallDiscord;
  /** The client of the gateway, which knows channels and servers; null where there is none. */
  readonly current: () => Client | null;
  readonly log: Log;
};

export type UploadLimits = {
  /** Keeps what an interaction said (`attachment_size_limit`, Discord docs: Interaction object). */
  learn(guildId: string | null, sizeBytesMax: number): void;
  /** Never rejects: the smallest limit is assumed where nothing better can be had. */
  sizeBytesMax(channelId: string): Promise<number>;
};

const fromCache = (client: Client | null, channelId: string): Where | null => {
  const channel = client?.channels.cache.get(channelId);
  if (channel === undefined) return null;
  return channel.isDMBased() ? inDirectMessages : { id: channel.guild.id, tier: channel.guild.premiumTier };
};

/** Without a gateway nothing is known (Discord docs: Get Channel, Get Guild). */
const ask = async (call: CallDiscord, channelId: string): Promise<Where> => {
  const signal = AbortSignal.timeout(askLimitMs);
  const get = <T>(fullRoute: `/${string}`, answer: z.ZodType<T>): Promise<T> =>
    call({ method: RequestMethod.Get, fullRoute }, { answer, signal });
  const { guild_id: id } = await get(Routes.channel(channelId), channelShape);
  if (id === null || id === undefined) return inDirectMessages;
  const { premium_tier: tier } = await get(Routes.guild(id), guildShape);
  return { id, tier };
};

export const createUploadLimits = ({ call, current, log }: Deps): UploadLimits => {
  const told = createBoundedMap<number>(serversRemembered);
  return {
    learn: (guildId, sizeBytesMax) => told.set(guildId ?? directMessages, sizeBytesMax),
    sizeBytesMax: async (channelId) => {
      try {
        const where = fromCache(current(), channelId) ?? (await ask(call, channelId));
        return told.get(where.id) ?? assumedSizeBytesMax[where.tier];
      } catch (error) {
        log.info({ err: error, channelId }, 'the largest file of a channel is not known');
        return assumedSizeBytesMax[GuildPremiumTier.None];
      }
    },
  };
};
