/** Discord and NemoVideo in a process of their own, and the people who ask. Told over IPC what to do; it must not know which bot comes. */
import { setTimeout as delay } from 'node:timers/promises';
import type { MessageHistory } from '../../playground/discord/contract.ts';
import { createDiscordStandIn } from '../../playground/discord/stand-in.ts';
import { createTalkingBackend, type Pace } from '../talking-backend.ts';
import { figuresOf, hasFinal } from './talk.ts';

export type WorldOptions = {
  readonly botToken: string;
  readonly turns: number;
  readonly pace: Pace;
  /** Discord's latency before every answer. */
  readonly latencyMs: number;
  readonly perSecond: number;
  /** How long to wait for last words after the last stream has ended. */
  readonly patienceMs: number;
};

export type Order = { readonly do: 'build'; readonly options: WorldOptions } | { readonly do: 'run' };

export type Report =
  | { readonly told: 'built'; readonly apiUrl: string; readonly cdnHost: string; readonly backendUrl: string }
  | { readonly told: 'done'; readonly figures: Readonly<Record<string, unknown>> };

const clock = { nowMs: () => Date.now() };
const lookIntervalMs = 500;

const tell = (report: Report): void => {
  process.send?.(report);
};

const build = async (options: WorldOptions) => {
  const { botToken, latencyMs, pace, turns } = options;
  const discord = await createDiscordStandIn({ botToken, clock, latencyMs });
  const backend = await createTalkingBackend(pace);
  const { people } = discord;
  const userId = people.ids.users['maya'] ?? '';
  const channelId = people.ids.channels['general'] ?? '';
  const threads: string[] = [];
  for (let index = 0; index < turns; index += 1) {
    threads.push((await people.createThread({ userId, channelId, name: `turn ${index}` })).id);
  }

  const historiesOf = (threadId: string): readonly MessageHistory[] =>
    discord.log.messages(threadId).filter(({ authorId }) => authorId === people.botId);
  const talkOf = (index: number) => backend.talks.get(`make film number ${index}`);

  const untilSilent = async (): Promise<void> => {
    const open = new Set(threads.keys());
    let deadlineMs = Number.POSITIVE_INFINITY;
    while (open.size > 0 && Date.now() < deadlineMs) {
      await delay(lookIntervalMs);
      const isTalking = threads.some((_, index) => talkOf(index)?.endedAtMs == null);
      if (isTalking) continue;
      if (deadlineMs === Number.POSITIVE_INFINITY) deadlineMs = Date.now() + options.patienceMs;
      for (const index of open)
        if (hasFinal(historiesOf(threads[index] ?? ''), pace.pieces)) open.delete(index);
    }
  };

  const run = async (): Promise<void> => {
    for (const [index, threadId] of threads.entries()) {
      const content = `<@${people.botId}> make film number ${index}`;
      await people.sendMessage({ userId, channelId: threadId, content });
    }
    await untilSilent();
    const all = threads.flatMap((threadId, index) => {
      const talk = talkOf(index);
      return talk === undefined ? [] : [{ talk, histories: historiesOf(threadId) }];
    });
    const answered = (method: string): number =>
      discord.log.requests({ method, route: /messages/u }).filter(({ status }) => status === 200).length;
    const figures = {
      ...figuresOf(all, pace, options.perSecond),
      edits: answered('PATCH'),
      creates: answered('POST'),
      typing: discord.log.requests({ method: 'POST', route: /typing/u }).length,
      rateLimited: discord.log.rateLimited(),
    };
    tell({ told: 'done', figures });
  };

  tell({
    told: 'built',
    apiUrl: discord.apiUrl,
    cdnHost: new URL(discord.cdnUrl).host,
    backendUrl: backend.url,
  });
  return run;
};

let run: (() => Promise<void>) | null = null;

const obey = async (order: Order): Promise<void> => {
  if (order.do === 'build') run = await build(order.options);
  else await run?.();
};

process.on('message', (order: Order) => {
  obey(order).catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    process.exit(1);
  });
});
process.on('disconnect', () => process.exit());
