/** From the start of the process to a bot that hears people, with an empty store: how much of it is ours, and how much Discord's. */
import { mkdtemp, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDiscordStandIn } from '../playground/discord/stand-in.ts';
import { startMeasuredBot } from './bot.ts';
import { quantile } from './figures.ts';
import { processFigures } from './process-figures.ts';

const rounds = 7;
const clock = { nowMs: () => Date.now() };

type Start = {
  /** From the start of the process, Node's own included, until it says that it is ready. */
  readonly readyMs: number;
  /** The same without the time in which a request to Discord was under way. Its gateway, which greets at once here, counts as ours. */
  readonly ownMs: number;
  /** What the processor did for it, on all threads. */
  readonly cpuMs: number;
};

/** How much time the intervals cover; where two overlap, once. */
const coveredMs = (intervals: readonly (readonly [number, number])[]): number => {
  let reached = 0;
  let covered = 0;
  for (const [from, to] of intervals.toSorted(([one], [other]) => one - other)) {
    covered += Math.max(0, to - Math.max(from, reached));
    reached = Math.max(reached, to);
  }
  return covered;
};

/** `compileCache`: the folder in which Node keeps compiled code from one start to the next; written when the process ends in order. */
const startOnce = async (compileCache: string): Promise<Start> => {
  const botToken = 'bench-bot-token';
  const discord = await createDiscordStandIn({ botToken, clock });
  const startedAtMs = Date.now();
  const bot = await startMeasuredBot({
    DISCORD_TOKEN: botToken,
    DISCORD_API_URL: discord.apiUrl,
    ATTACHMENT_HOSTS: new URL(discord.cdnUrl).host,
    NEMO_TOKEN: 'nmv_usr_bench_token_of_nobody_000000000000000000',
    NODE_COMPILE_CACHE: compileCache,
  });
  const readyMs = Date.now() - startedAtMs;
  const { cpuMs } = await processFigures(bot.processId ?? 0);
  const discordMs = coveredMs(
    discord.log.requests().map(({ atMs, answeredAtMs }) => [atMs, answeredAtMs ?? atMs] as const),
  );
  await bot.end();
  await discord.close();
  return { readyMs, ownMs: readyMs - discordMs, cpuMs };
};

const p50 = (values: readonly number[]): number | null => quantile(values, 0.5);

const figuresOf = (starts: readonly Start[]) => {
  const own = starts.map(({ ownMs }) => ownMs);
  return {
    readyP50Ms: p50(starts.map(({ readyMs }) => readyMs)),
    ownP50Ms: p50(own),
    ownBestMs: Math.min(...own),
    cpuP50Ms: p50(starts.map(({ cpuMs }) => cpuMs)),
  };
};

/** `first`: nothing is compiled yet, as after an installation. `again`: every later start. The store is empty in both (goal: 1 s of our own). */
export const benchStart = async (): Promise<Record<string, unknown>> => {
  const first: Start[] = [];
  const again: Start[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const compileCache = await mkdtemp(join(tmpdir(), 'makevideo-compiled-'));
    first.push(await startOnce(compileCache));
    again.push(await startOnce(compileCache));
    await rm(compileCache, { recursive: true, force: true });
  }
  return {
    bench: 'start',
    rounds,
    first: figuresOf(first),
    again: figuresOf(again),
    load: Math.round((loadavg()[0] ?? 0) * 10) / 10,
  };
};
