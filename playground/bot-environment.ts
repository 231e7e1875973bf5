/** The bot's environment in the playground: the settings that every operator has (docs/configuration), pointed at the stand-ins. */
import path from 'node:path';
import type { DiscordStandIn } from './discord/contract.ts';
import type { NemoStandIn } from './nemo/stand-in.ts';

export type BotEnvironmentParts = {
  discord: Pick<DiscordStandIn, 'apiUrl' | 'cdnUrl' | 'people'>;
  nemo: Pick<NemoStandIn, 'url' | 'operatorToken'>;
  /** Where the bot's links for people lead. */
  websiteUrl: string;
  botToken: string;
  /** Where the bot's store lives as long as the playground runs: a killed bot finds it again. */
  folder: string;
  isAnonymous: boolean;
  /** How much faster than life everything goes: the bot's own waiting is divided by it. */
  speed: number;
};

/** The bot's times at speed 1: the product's own, except for looks at renders and broken turns, which are here sooner worth it. */
const timesMs = {
  RENDER_POLL_INTERVAL_MS: 2000,
  RECONCILE_FIRST_MS: 5000,
  RECONCILE_INTERVAL_MS: 5000,
  NOTICE_INTERVAL_MS: 120_000,
  RATE_LIMIT_WAIT_MS: 10_000,
  STREAM_MAX_MS: 900_000,
  STREAM_QUIET_MAX_MS: 600_000,
} as const;
/** Films are encoded in real time, however fast the rest goes: ten looks have to last until then. */
const shortestMs = 1000;

/** What the operating system itself needs, and nothing that could be a setting of the person's own bot. */
const inherited = ['PATH', 'HOME', 'TMPDIR', 'TZ', 'LANG', 'SYSTEMROOT'] as const;

export function botEnvironment(parts: BotEnvironmentParts): Record<string, string> {
  const { discord, nemo, websiteUrl, botToken, folder, isAnonymous, speed } = parts;
  const times = Object.entries(timesMs).map(([name, ms]) => [
    name,
    String(Math.max(shortestMs, Math.round(ms / speed))),
  ]);
  const ofSystem = inherited.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    ...Object.fromEntries(ofSystem),
    NODE_NO_WARNINGS: '1',
    DISCORD_TOKEN: botToken,
    DISCORD_API_URL: discord.apiUrl,
    DISCORD_DROP_CHANNELS: discord.people.ids.channels['make-videos'] ?? '',
    ATTACHMENT_HOSTS: new URL(discord.cdnUrl).host,
    NEMO_API_URL: nemo.url,
    NEMO_WEB_URL: websiteUrl,
    ...(isAnonymous ? {} : { NEMO_TOKEN: nemo.operatorToken }),
    STORE_URL: `sqlite:${path.join(folder, 'makevideo.db')}`,
    HTTP_ADDRESS: 'off',
    ...Object.fromEntries(times),
  };
}
