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
    nemo: { speed, filmLongEdgePx: 160 },
    environment: async ({ folder }) => {
      outputPath = join(folder, 'output');
      return {
        ...Object.fromEntries(Object.entries(times).map(([name, ms]) => [name, String(ms / speed)])),
        KEPT_OUTPUT: outputPath,
        NODE_OPTIONS: `${preload('test/setup/loopback-only.ts')} ${preload('test/security/keep-output.ts')}`,
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
  const lines = (await readFile(outputPath, 'utf8')).split('\n').filter((line) => line.startsWith('{'));
  const read = lines.map((line) => lineShape.parse(JSON.parse(line)));
  const idsOf = (words: string) =>
    new Set(read.flatMap(({ msg, turnId }) => (msg === words ? (turnId ?? []) : [])));
  return { accepted: idsOf('a turn is accepted'), settled: idsOf('the turn is settled') };
};

/** Bytes of memory that the bot's process really has. */
const residentBytes = async ({ bot }: House): Promise<number> => {
  const status = await readFile(`/proc/${bot.state().processId}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/u.exec(status)?.[1]) * 1024;
};

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
  const looks: number[] = [];
  let faults = 0;
  const isBusy = async () => asking.heard() - (await turnsIn(outputPath)).settled.size >= openMax;
  for (let turn = 0; turn < turnsMax; turn += 1) {
    while (await isBusy()) await sleep(200);
    faults += weather.change().length;
    if (threads.length < threadsMax) threads.push(await asking.inNewThread());
    else await asking.inThread(threads[Math.floor(chance() * threads.length)] ?? '');
    if (turn % Math.ceil(turnsMax / looksMax) === 0) looks.push(await residentBytes(house));
  }
  return { threads, faults, residentBytes: looks, asked: asking.asked(), clear: weather.clear };
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
    const endBytes = await residentBytes(house);
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
          residentMiB: [...figures.residentBytes, endBytes].map((bytes) => Math.round(bytes / 2 ** 20)),
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
    const warmBytes = figures.residentBytes[looksMax / 2] ?? 0;
    expect(endBytes).toBeLessThan(warmBytes * 1.25 + 40 * 2 ** 20);
  } finally {
    await house.close();
  }
});
