/** From the start of the process to a bot that hears people, with an empty store: how much of it is ours, and how much Discord's. */
import { loadavg } from 'node:os';
import { createDiscordStandIn } from '../playground/discord/stand-in.ts';
import { startMeasuredBot } from './bot.ts';
import { quantile } from './figures.ts';

const rounds = 7;
const clock = { nowMs: () => Date.now() };

/** Milliseconds until "ready", and of these the ones in which a request to Discord was under way. */
const startOnce = async (): Promise<{ readyMs: number; discordMs: number }> => {
  const botToken = 'bench-bot-token';
  const discord = await createDiscordStandIn({ botToken, clock });
  const startedAtMs = Date.now();
  const bot = await startMeasuredBot({
    DISCORD_TOKEN: botToken,
    DISCORD_API_URL: discord.apiUrl,
    ATTACHMENT_HOSTS: new URL(discord.cdnUrl).host,
    NEMO_TOKEN: 'nmv_usr_bench_token_of_nobody_000000000000000000',
  });
  const readyMs = Date.now() - startedAtMs;
  const discordMs = discord.log
    .requests()
    .reduce((sum, { atMs, answeredAtMs }) => sum + ((answeredAtMs ?? atMs) - atMs), 0);
  await bot.stop();
  await discord.close();
  return { readyMs, discordMs };
};

export const benchStart = async (): Promise<Record<string, unknown>> => {
  const starts: { readyMs: number; discordMs: number }[] = [];
  for (let round = 0; round < rounds; round += 1) starts.push(await startOnce());
  const own = starts.map(({ readyMs, discordMs }) => readyMs - discordMs);
  return {
    bench: 'start',
    rounds,
    ownP50Ms: quantile(own, 0.5),
    ownBestMs: Math.min(...own),
    load: Math.round((loadavg()[0] ?? 0) * 10) / 10,
  };
};
