/** Half an hour of life sixty times as fast: two hundred turns under faults drawn by chance. SOAK_SEED=… plays it again, SOAK_TURNS=… is longer. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { z } from 'zod';
import type { Message, Snowflake } from '../../playground/discord/shapes.ts';
import { createChance } from '../crash/chance.ts';
import { type House, openHouse, pictures } from '../e2e/house.ts';
import { hasVideo, idOf } from '../e2e/person.ts';
import { createWeather } from './weather.ts';

const speed = 60;
const turnsMax = Number(process.env['SOAK_TURNS'] ?? 200);
const seed = Number(process.env['SOAK_SEED'] ?? Date.now() % 2 ** 31);
/** Threads in which requests are made in turn, and requests that are open at the same time. */
const threadsMax = 12;
const openMax = 8;
/** Looks at the memory; the first half of them is what warms up. */
const looksMax = 10;
/** For the last turns to end once all were asked for, in ms. */
const patienceMs = 180_000;

/** The product's own times, sixty times as fast. */
const times = {
  NOTICE_INTERVAL_MS: 120_000,
  RENDER_POLL_INTERVAL_MS: 30_000,
  RECONCILE_FIRST_MS: 30_000,
  RECONCILE_INTERVAL_MS: 60_000,
  RATE_LIMIT_WAIT_MS: 30_000,
  STREAM_MAX_MS: 900_000,
  STREAM_QUIET_MAX_MS: 600_000,
};

const preload = (path: string): string => `--import=${pathToFileURL(join(process.cwd(), path)).href}`;

const openWorld = async (): Promise<{ house: House; outputPath: string }> => {
  let outputPath = '';
  const house = await openHouse({
    // A command that gets lost is asked again as soon as Discord says so, after its own three seconds.
    discord: { acknowledgeWithinMs: 3_000 },
    nemo: { speed, filmLongEdgePx: 160 },
    environment: async ({ folder }) => {
      outputPath = join(folder, 'output');
      return {
        ...Object.fromEntries(Object.entries(times).map(([name, ms]) => [name, String(ms / speed)])),
        KEPT_OUTPUT: outputPath,
        KEPT_MEMORY: `${outputPath}.memory`,
        NODE_OPTIONS: ['setup/loopback-only', 'security/keep-output', 'soak/memory-look']
          .map((name) => preload(`test/${name}.ts`))
          .join(' '),
      };
    },
  });
  // Two hundred turns take more than an account has.
  for (const { userId } of house.nemo.accounts.all()) house.nemo.accounts.setCredits(userId, 10_000_000);
  return { house, outputPath };
};

const lineShape = z.object({ msg: z.string(), turnId: z.string().optional() });

/** Turns by what the log says of them. */
const turnsIn = async (outputPath: string) => {
  // The last line may be half written.
  const lines = (await readFile(outputPath, 'utf8')).split('\n').slice(0, -1);
  const read = lines.flatMap((line) => (line.startsWith('{') ? [lineShape.parse(JSON.parse(line))] : []));
  const idsOf = (words: string) =>
    new Set(read.flatMap(({ msg, turnId }) => (msg === words ? (turnId ?? []) : [])));
  return { accepted: idsOf('a turn is accepted'), settled: idsOf('the turn is settled') };
};

const memoryShape = z.object({ heapUsed: z.number(), arrayBuffers: z.number(), rss: z.number() });

/** What is in use once garbage is gone: how much of the rest the process has given back is V8's business. */
const memoryOf = async ({ bot }: House, outputPath: string): Promise<z.infer<typeof memoryShape>> => {
  const path = `${outputPath}.memory`;
  // There is no file before the first look.
  const linesNow = async (): Promise<readonly string[]> =>
    (await readFile(path, 'utf8').catch(() => '')).split('\n').slice(0, -1);
  const before = (await linesNow()).length;
  const { processId } = bot.state();
  if (processId === null) throw new Error('The bot is gone.');
  process.kill(processId, 'SIGUSR2');
  for (;;) {
    const line = (await linesNow())[before];
    if (line !== undefined) return memoryShape.parse(JSON.parse(line));
    await sleep(50);
  }
};

const mebibytes = (bytes: number): number => Math.round(bytes / 2 ** 20);

const newest = (house: House, channelId: Snowflake): readonly Message[] =>
  house.discord.log
    .messages(channelId)
    .filter(({ authorId, deletedAtMs }) => authorId === house.discord.people.botId && deletedAtMs === null)
    .flatMap(({ versions }) => versions.at(-1)?.message ?? []);

const customIdsOf = ({ components }: Message): readonly string[] =>
  components.flatMap((row) =>
    row.components.flatMap((part) => ('custom_id' in part ? (part.custom_id ?? []) : [])),
  );

/** As long as a message has a Stop button, its turn or render is not over. */
const runsIn = (house: House, threads: readonly Snowflake[]): number =>
  threads
    .flatMap((id) => newest(house, id))
    .filter((one) => customIdsOf(one).some((id) => id.startsWith('stop:'))).length;

/** A person who asks for films: in a new thread, or in one that is there. Every wish is worded differently. */
const createAsking = async (house: House) => {
  const { people } = house.discord;
  const [image1] = await pictures(1);
  if (image1 === undefined) throw new Error('There is no picture.');
  const userId = idOf(people.ids.users, 'maya');
  let asked = 0;
  let lost = 0;
  const wish = (): string => {
    asked += 1;
    return `make the title bigger and the film ${asked + 4} seconds long`;
  };
  const hasThread = (id: Snowflake): boolean =>
    people.world(userId).guilds.some((guild) => guild.threads.some((thread) => thread.id === id));
  /** Null when Discord said that the bot did not answer: the command came while its connection was lost. */
  const runCommand = async (): Promise<Snowflake | null> => {
    const channelId = idOf(people.ids.channels, 'general');
    const options = { prompt: wish(), image1 };
    const { id } = await people.runCommand({ userId, channelId, name: 'makevideo', options });
    const isOver = () => {
      const view = people.interaction(id);
      return view?.state === 'failed' || view?.messageId != null ? view : null;
    };
    return (await people.until('the answer', isOver, patienceMs)).messageId;
  };
  return {
    asked: () => asked,
    heard: () => asked - lost,
    inNewThread: async (): Promise<Snowflake> => {
      for (;;) {
        const threadId = await runCommand();
        if (threadId === null) {
          lost += 1;
          continue;
        }
        await people.until('the thread', () => hasThread(threadId), patienceMs);
        return threadId;
      }
    },
    inThread: async (channelId: Snowflake): Promise<void> => {
      await people.sendMessage({ userId, channelId, content: wish() });
    },
  };
};

/** Asks for turn after turn, a few at a time: the first ones open threads, the others are written in them. */
const askForAll = async (house: House, outputPath: string, chance: () => number) => {
  const asking = await createAsking(house);
  const weather = createWeather(house, chance);
  const threads: Snowflake[] = [];
  const looks: Awaited<ReturnType<typeof memoryOf>>[] = [];
  let faults = 0;
  const isBusy = async () => asking.heard() - (await turnsIn(outputPath)).settled.size >= openMax;
  for (let turn = 0; turn < turnsMax; turn += 1) {
    while (await isBusy()) await sleep(200);
    faults += weather.change().length;
    if (threads.length < threadsMax) threads.push(await asking.inNewThread());
    else await asking.inThread(threads[Math.floor(chance() * threads.length)] ?? '');
    if (turn % Math.ceil(turnsMax / looksMax) === 0) looks.push(await memoryOf(house, outputPath));
  }
  return { threads, faults, looks, asked: asking.asked(), clear: weather.clear };
};

it(`lives through ${turnsMax} turns (SOAK_SEED=${seed})`, async () => {
  const { house, outputPath } = await openWorld();
  try {
    const startedAtMs = Date.now();
    const { threads, clear, ...figures } = await askForAll(house, outputPath, createChance(seed));
    const isOver = async (): Promise<boolean> => {
      const { accepted, settled } = await turnsIn(outputPath);
      return accepted.size === settled.size && runsIn(house, threads) === 0;
    };
    await expect.poll(isOver, { timeout: patienceMs, interval: 500 }).toBe(true);
    const end = await memoryOf(house, outputPath);
    clear();
    const { accepted } = await turnsIn(outputPath);
    const { ledger } = house.nemo;
    const submitted = ledger.submissions().map(({ text }) => text);
    const charged = ledger.charges().map(({ turnId }) => turnId);
    const results = threads.flatMap((id) =>
      newest(house, id)
        .filter(hasVideo)
        .map((one) => JSON.stringify(customIdsOf(one))),
    );
    process.stdout.write(
      `${JSON.stringify({
        soak: {
          seed,
          turns: accepted.size,
          faults: figures.faults,
          minutesOfLife: Math.round(((Date.now() - startedAtMs) * speed) / 60_000),
          seconds: Math.round((Date.now() - startedAtMs) / 1000),
          submissions: submitted.length,
          charges: charged.length,
          results: results.length,
          heapMiB: [...figures.looks, end].map(({ heapUsed }) => mebibytes(heapUsed)),
          residentMiB: [...figures.looks, end].map(({ rss }) => mebibytes(rss)),
        },
      })}\n`,
    );
    expect(accepted.size, 'a wish gets lost only when Discord says so').toBeGreaterThanOrEqual(turnsMax);
    expect(accepted.size).toBeLessThanOrEqual(figures.asked);
    expect(new Set(submitted).size, 'nothing is sent twice').toBe(submitted.length);
    expect(submitted.length).toBeLessThanOrEqual(accepted.size);
    expect(new Set(charged).size, 'nothing is charged twice').toBe(charged.length);
    expect(charged.length).toBeLessThanOrEqual(submitted.length);
    expect(new Set(results).size, 'nothing is posted twice').toBe(results.length);
    expect(results.length).toBeGreaterThan(0);
    const warm = figures.looks[looksMax / 2] ?? end;
    const inUse = ({ heapUsed, arrayBuffers }: typeof end): number => heapUsed + arrayBuffers;
    expect(inUse(end), 'memory is flat').toBeLessThan(inUse(warm) * 1.3 + 16 * 2 ** 20);
  } finally {
    await house.close();
  }
});
