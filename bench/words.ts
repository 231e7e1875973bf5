/** How old the visible words of a running stream are, and how late the last ones come. Prints one line of JSON. */
import { setTimeout as delay } from 'node:timers/promises';
import type { MessageVersion } from '../playground/discord/contract.ts';
import { createDiscordStandIn } from '../playground/discord/stand-in.ts';
import { startMeasuredBot } from './bot.ts';
import { mean, quantile } from './figures.ts';
import { createTalkingBackend, type Talk } from './talking-backend.ts';

const botToken = 'bench-bot-token';
const clock = { nowMs: () => Date.now() };
const pace = { pieceLength: 20, pieceIntervalMs: 200, pieces: 150 };
const sampleIntervalMs = 100;
const patienceMs = 120_000;

/** How many pieces a version of the message shows. */
const piecesIn = ({ message }: MessageVersion): number => {
  const numbers = [...message.content.matchAll(/(\d+) la/gu)].map(([, digits]) => Number(digits));
  return numbers.length === 0 ? 0 : Math.max(...numbers) + 1;
};

/** At each sample: how long ago the oldest word left that is not visible yet; 0 when all are. */
const staleness = (talk: Talk, versions: readonly MessageVersion[]): number[] => {
  const firstMs = talk.saidAtMs[0];
  const lastMs = talk.endedAtMs;
  if (firstMs === undefined || lastMs === null) return [];
  const samples: number[] = [];
  for (let atMs = firstMs; atMs < lastMs; atMs += sampleIntervalMs) {
    const visible = Math.max(0, ...versions.filter((version) => version.atMs <= atMs).map(piecesIn));
    const oldestHiddenMs = talk.saidAtMs[visible] ?? atMs;
    samples.push(Math.max(0, atMs - oldestHiddenMs));
  }
  return samples;
};

export const benchWords = async (turns: number): Promise<Record<string, unknown>> => {
  const discord = await createDiscordStandIn({ botToken, clock, latencyMs: 80 });
  const backend = await createTalkingBackend(pace);
  const bot = await startMeasuredBot({
    DISCORD_TOKEN: botToken,
    DISCORD_API_URL: discord.apiUrl,
    ATTACHMENT_HOSTS: new URL(discord.cdnUrl).host,
    NEMO_API_URL: backend.url,
    NEMO_TOKEN: 'nmv_usr_bench_token_of_nobody_000000000000000000',
  });
  const { people } = discord;
  const userId = people.ids.users['maya'] ?? '';
  const channelId = people.ids.channels['general'] ?? '';
  const threadIds: string[] = [];
  for (let index = 0; index < turns; index += 1) {
    const thread = await people.createThread({ userId, channelId, name: `turn ${index}` });
    threadIds.push(thread.id);
    await people.sendMessage({
      userId,
      channelId: thread.id,
      content: `<@${people.botId}> make film number ${index}`,
    });
  }
  const finals = () =>
    threadIds.map((threadId) => {
      const versions = discord.log.messages(threadId).flatMap((history) => history.versions);
      return versions.find(
        (version) => piecesIn(version) === pace.pieces && !version.message.content.includes('-#'),
      );
    });
  const deadline = Date.now() + patienceMs;
  while (finals().some((final) => final === undefined) && Date.now() < deadline) await delay(500);
  const talkOf = (index: number): Talk | undefined => backend.talks.get(`make film number ${index}`);
  const perTurn = threadIds.map((threadId, index) => {
    const talk = talkOf(index);
    const versions = discord.log.messages(threadId).flatMap((history) => history.versions);
    return talk === undefined ? [] : staleness(talk, versions);
  });
  const lagsMs = finals().flatMap((final, index) => {
    const endedAtMs = talkOf(index)?.endedAtMs;
    return final === undefined || endedAtMs == null ? [] : [final.atMs - endedAtMs];
  });
  const edits = discord.log.requests({ method: 'PATCH', route: /messages/u }).length;
  const figures = {
    bench: 'words',
    turns,
    stalenessMeanMs: mean(perTurn.map(mean)),
    stalenessWorstTurnMs: Math.max(...perTurn.map(mean)),
    finals: lagsMs.length,
    finalLagP50Ms: quantile(lagsMs, 0.5),
    finalLagP99Ms: quantile(lagsMs, 0.99),
    edits,
    rateLimited: discord.log.rateLimited(),
  };
  await bot.stop();
  await discord.close();
  await backend.close();
  return figures;
};
