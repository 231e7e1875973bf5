/** One run: a bot, a Discord with its real limits and an agent that talks to so many people at once. Returns figures, judges nothing. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type MeasuredBot, startMeasuredBot } from '../bot.ts';
import { processFigures } from '../process-figures.ts';
import type { WorldOptions } from '../relay-world.ts';
import { createWorld } from './world-process.ts';

/** Ours, and what discord.js alone makes of the same work: an edit for each chunk, and one for each message and second. */
export type Subject = 'makevideo' | 'each-chunk' | 'each-second';

export type RunOptions = {
  readonly subject: Subject;
  readonly turns: number;
  /** How long each answer is written. */
  readonly seconds: number;
  readonly patienceMs?: number;
};

const botToken = 'bench-bot-token';
const pieceIntervalMs = 200;
/** Longer answers are written more slowly, so that they fit the messages that an answer may have. */
const pieceLengthOf = (seconds: number): number => (seconds <= 30 ? 20 : 10);
const latencyMs = 80;
/** The share that a process takes by default of Discord's 50. */
const perSecond = 45;
const channelIntervalMs = 1_000;

const programs: Readonly<Record<Subject, { main: string; environment: Readonly<Record<string, string>> }>> = {
  makevideo: { main: 'src/main.ts', environment: {} },
  'each-chunk': { main: 'bench/plain-bot.ts', environment: { PLAIN_INTERVAL_MS: '0' } },
  'each-second': { main: 'bench/plain-bot.ts', environment: { PLAIN_INTERVAL_MS: '1000' } },
};

const measure = async (bot: MeasuredBot, delayFile: string, run: () => Promise<unknown>) => {
  if (bot.processId === null) throw new Error('The bot has no process.');
  process.kill(bot.processId, 'SIGUSR2');
  const before = await processFigures(bot.processId);
  await run();
  const after = await processFigures(bot.processId);
  const loop: unknown = JSON.parse(await readFile(delayFile, 'utf8'));
  return {
    cpuMs: after.cpuMs - before.cpuMs,
    peakRssMb: Math.round(after.peakRssKb / 1024),
    loopDelay: loop,
  };
};

/** The bound of the design, §8: nobody can show words younger than this on the average. */
const boundMs = (turns: number): number =>
  Math.round(Math.max(channelIntervalMs, (turns / perSecond) * 1000) / 2 + latencyMs);

export const runOnce = async (options: RunOptions): Promise<Record<string, unknown>> => {
  const { subject, turns, seconds, patienceMs = 60_000 } = options;
  const pieces = Math.round((seconds * 1000) / pieceIntervalMs);
  const pace = { pieceLength: pieceLengthOf(seconds), pieceIntervalMs, pieces };
  const world = createWorld();
  const folder = await mkdtemp(join(tmpdir(), 'makevideo-bench-'));
  const delayFile = join(folder, 'loop-delay.json');
  const worldOptions: WorldOptions = { botToken, turns, pace, latencyMs, perSecond, patienceMs };
  const built = await world.ask({ do: 'build', options: worldOptions }, 'built');
  const { main, environment } = programs[subject];
  const bot = await startMeasuredBot(
    {
      DISCORD_TOKEN: botToken,
      DISCORD_API_URL: built.apiUrl,
      ATTACHMENT_HOSTS: built.cdnHost,
      NEMO_API_URL: built.backendUrl,
      NEMO_TOKEN: 'nmv_usr_bench_token_of_nobody_000000000000000000',
      LOOP_DELAY_FILE: delayFile,
      ...environment,
    },
    { main, imports: ['./bench/loop-delay.ts'] },
  );
  try {
    let figures: Readonly<Record<string, unknown>> = {};
    const { cpuMs, ...measured } = await measure(bot, delayFile, async () => {
      figures = (await world.ask({ do: 'run' }, 'done')).figures;
    });
    const load = Math.round((loadavg()[0] ?? 0) * 10) / 10;
    const cpuMsPerTurn = Math.round(cpuMs / turns);
    return {
      bench: 'relay',
      subject,
      turns,
      seconds,
      boundMs: boundMs(turns),
      ...figures,
      cpuMsPerTurn,
      ...measured,
      load,
    };
  } finally {
    await bot.stop();
    world.end();
    await rm(folder, { recursive: true, force: true });
  }
};
