/** How large a file may be, as far as Discord tells. It must not know what is uploaded. */
import { type Client, GuildPremiumTier } from 'discord.js';
import { createBoundedMap } from './bounded-map.ts';

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

export type UploadLimits = {
  /** Keeps what an interaction said (`attachment_size_limit`, Discord docs: Interaction object). */
  learn(guildId: string | null, sizeBytesMax: number): void;
  sizeBytesMax(client: Client | null, channelId: string): number;
};

export const createUploadLimits = (): UploadLimits => {
  const told = createBoundedMap<number>(serversRemembered);
  return {
    learn: (guildId, sizeBytesMax) => told.set(guildId ?? directMessages, sizeBytesMax),
    sizeBytesMax: (client, channelId) => {
      const channel = client?.channels.cache.get(channelId);
      const guild = channel && !channel.isDMBased() ? channel.guild : null;
      const assumed = assumedSizeBytesMax[guild?.premiumTier ?? GuildPremiumTier.None];
      return channel ? (told.get(guild?.id ?? directMessages) ?? assumed) : assumed;
    },
  };
};
