/** What an open turn costs: memory over the idle process, and the event loop, with many streams open in one real bot. */
import { access, mkdtemp, readFile, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startMeasuredBot } from './bot.ts';
import { mean } from './figures.ts';
import { processFigures } from './process-figures.ts';
import { createWorld } from './relay/world-process.ts';

const botToken = 'bench-bot-token';
const calmMs = 10_000;
const watchedMs = 30_000;
const patienceMs = 300_000;
/** Every stream says something now and then; Discord's limits are not what is measured here. */
const pace = { pieceLength: 20, pieceIntervalMs: 20_000, pieces: 1_000 };
const perSecond = 1_000;
const lookIntervalMs = 100;
const collectMsMax = 60_000;
const sampleIntervalMs = 1_000;

const exists = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );

/** What the process holds once its garbage is collected. */
const memoryOf = async (processId: number, memoryFile: string) => {
  await rm(memoryFile, { force: true });
  process.kill(processId, 'SIGWINCH');
  const signal = AbortSignal.timeout(collectMsMax);
  while (!(await exists(memoryFile))) await delay(lookIntervalMs, undefined, { signal });
  const inUse: unknown = JSON.parse(await readFile(memoryFile, 'utf8'));
  return { ...(await processFigures(processId)), inUse };
};

/** Memory goes up and down with garbage; one look at it would be chance. */
const memorySamples = async (processId: number): Promise<readonly number[]> => {
  const samples: number[] = [];
  for (let atMs = 0; atMs < watchedMs; atMs += sampleIntervalMs) {
    await delay(sampleIntervalMs);
    samples.push((await processFigures(processId)).rssKb);
  }
  return samples;
};

export const benchOpenTurns = async (turns: number): Promise<Record<string, unknown>> => {
  const world = createWorld();
  const folder = await mkdtemp(join(tmpdir(), 'makevideo-bench-'));
  const delayFile = join(folder, 'loop-delay.json');
  const memoryFile = join(folder, 'memory.json');
  const limits = { perSecond, globalRequestsPerSecond: 100_000, latencyMs: 0, patienceMs };
  const built = await world.ask({ do: 'build', options: { botToken, turns, pace, ...limits } }, 'built');
  const environment = {
    DISCORD_TOKEN: botToken,
    DISCORD_API_URL: built.apiUrl,
    DISCORD_REQUESTS_PER_SECOND: String(perSecond),
    ATTACHMENT_HOSTS: built.cdnHost,
    NEMO_API_URL: built.backendUrl,
    NEMO_TOKEN: 'nmv_usr_bench_token_of_nobody_000000000000000000',
    LOOP_DELAY_FILE: delayFile,
    MEMORY_FILE: memoryFile,
    STORE_URL: `sqlite:${join(folder, 'bot.db')}`,
  };
  const bot = await startMeasuredBot(environment, {
    imports: ['./bench/loop-delay.ts', './bench/memory-in-use.ts'],
  });
  try {
    const processId = bot.processId ?? 0;
    await delay(calmMs);
    const idle = await memoryOf(processId, memoryFile);
    const { streams } = await world.ask({ do: 'open' }, 'opened');
    // Turns that are still being prepared cost memory as well, so a part of them cannot be measured.
    if (streams < turns) throw new Error(`Only ${streams} of ${turns} turns were open in time.`);
    const opened = await processFigures(processId);
    await delay(calmMs);
    process.kill(processId, 'SIGUSR2');
    const before = await processFigures(processId);
    const samples = await memorySamples(processId);
    const watched = await processFigures(processId);
    const loopDelay: unknown = JSON.parse(await readFile(delayFile, 'utf8'));
    const left = await memoryOf(processId, memoryFile);
    const kbPerTurn = (rssKb: number): number => Math.round((10 * (rssKb - idle.rssKb)) / turns) / 10;
    return {
      bench: 'open-turns',
      turns,
      idleRssMb: Math.round(idle.rssKb / 1024),
      /** As it runs, garbage included: right after opening; and while watched, on the average and at most. */
      kbPerTurnOpened: kbPerTurn(opened.rssKb),
      kbPerTurn: kbPerTurn(mean(samples)),
      kbPerTurnMax: kbPerTurn(Math.max(...samples)),
      /** What is in use. */
      kbPerTurnCollected: kbPerTurn(left.rssKb),
      idle: idle.inUse,
      open: left.inUse,
      cpuShare: (watched.cpuMs - before.cpuMs) / watchedMs,
      loopDelay,
      load: Math.round((loadavg()[0] ?? 0) * 10) / 10,
    };
  } finally {
    await bot.stop();
    world.end();
    await rm(folder, { recursive: true, force: true });
  }
};
