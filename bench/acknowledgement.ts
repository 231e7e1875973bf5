/** How long people wait for the first answer to a command, at 200 commands a second. Prints one line of JSON. */
import { setTimeout as delay } from 'node:timers/promises';
import { createDiscordStandIn } from '../playground/discord/stand-in.ts';
import { createNemoStandIn } from '../playground/nemo/stand-in.ts';
import { startMeasuredBot } from './bot.ts';
import { quantile } from './figures.ts';

const perSecond = 200;
const seconds = 10;
const clock = { nowMs: () => Date.now() };
const botToken = 'bench-bot-token';

/** Fires at a steady pace, whatever becomes of the answers. */
const fire = async (count: number, run: (index: number) => Promise<unknown>): Promise<void> => {
  const startedAtMs = performance.now();
  const runs: Promise<unknown>[] = [];
  for (let index = 0; index < count; index += 1) {
    const dueMs = (index * 1_000) / perSecond - (performance.now() - startedAtMs);
    if (dueMs > 1) await delay(dueMs);
    runs.push(run(index));
  }
  await Promise.all(runs);
};

export const benchAcknowledgement = async (): Promise<Record<string, unknown>> => {
  const discord = await createDiscordStandIn({ botToken, clock });
  const nemo = await createNemoStandIn({ clock, speed: 20, filmLongEdgePx: 320 });
  const bot = await startMeasuredBot({
    DISCORD_TOKEN: botToken,
    DISCORD_API_URL: discord.apiUrl,
    ATTACHMENT_HOSTS: new URL(discord.cdnUrl).host,
    NEMO_API_URL: nemo.url,
    NEMO_TOKEN: nemo.operatorToken,
  });
  const { people } = discord;
  const userId = people.ids.users['maya'] ?? '';
  const channelId = people.ids.channels['general'] ?? '';
  const ids: string[] = [];
  await fire(perSecond * seconds, async () => {
    const { id } = await people.runCommand({
      userId,
      channelId,
      name: 'makevideo',
      options: { prompt: 'hello' },
    });
    ids.push(id);
  });
  await delay(3_500);
  const views = ids.map((id) => people.interaction(id));
  const waits = views.flatMap((view) =>
    view?.answeredAtMs == null ? [] : [view.answeredAtMs - view.createdAtMs],
  );
  await bot.stop();
  await discord.close();
  await nemo.close();
  return {
    bench: 'acknowledgement',
    perSecond,
    seconds,
    sent: ids.length,
    answered: waits.length,
    failed: views.filter((view) => view?.state === 'failed').length,
    p50Ms: quantile(waits, 0.5),
    p99Ms: quantile(waits, 0.99),
    maxMs: Math.max(0, ...waits),
  };
};
