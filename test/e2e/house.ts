/** Both stand-ins and the real bot as a child process, configured through the environment alone. What a story needs, and no more. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { type BotProcess, createBotProcess } from '../../playground/bot-process.ts';
import type {
  DiscordStandIn,
  DiscordStandInOptions,
  MessageHistory,
} from '../../playground/discord/contract.ts';
import type { PersonFile } from '../../playground/discord/people.ts';
import type { Message } from '../../playground/discord/shapes.ts';
import { createDiscordStandIn } from '../../playground/discord/stand-in.ts';
import { samplePictures } from '../../playground/nemo/sample-pictures.ts';
import {
  createNemoStandIn,
  type NemoStandIn,
  type NemoStandInOptions,
} from '../../playground/nemo/stand-in.ts';

/** One process of the bot. */
export type BotOfHouse = {
  readonly bot: BotProcess;
  /** What the bot wrote to its log, one parsed line each; lines that are no JSON are left out. */
  readonly logLines: () => readonly Record<string, unknown>[];
};

export type House = BotOfHouse & {
  readonly discord: DiscordStandIn;
  readonly nemo: NemoStandIn;
  readonly botToken: string;
  readonly applicationId: string;
  /** Starts one more process with the same environment but for these variables; it is stopped with the house. */
  startAnother(changes: Environment): BotOfHouse;
  /** Everything that ever stood in a place, as a person would read it at the end: one text per message. */
  transcript(channelId: string): readonly string[];
  /** Resolves with the first message of the bot there for which `isIt` holds, in its newest version. */
  waitForMessage(channelId: string, isIt: (message: Message) => boolean, what: string): Promise<Message>;
  close(): Promise<void>;
};

type Environment = Readonly<Record<string, string>>;

/** What an environment may depend on. */
export type StandIns = {
  readonly discord: DiscordStandIn;
  readonly nemo: NemoStandIn;
  /** Where the store lies; removed at the end. */
  readonly folder: string;
};

type HouseOptions = {
  readonly environment?: Environment | ((standIns: StandIns) => Promise<Environment>);
  readonly discord?: Partial<DiscordStandInOptions>;
  readonly nemo?: Partial<NemoStandInOptions>;
};

const clock = { nowMs: () => Date.now() };
const botToken = 'e2e-bot-token-of-the-stand-in';
const root = new URL('../../', import.meta.url);
const waitMs = 90_000;
/** Discord's own three seconds are the benchmark's matter: a machine that stands still for a moment breaks no story. */
const acknowledgeWithinMs = 30_000;
/** The bot's own deadline is shorter; a busy machine adds to it. */
const stopWithinMs = 30_000;

const logLineShape = z.record(z.string(), z.unknown());

/** Short times, so that a story takes seconds; everything else is the product's own default. */
const quickTimes: Readonly<Record<string, string>> = {
  EDIT_INTERVAL_MS: '150',
  RENDER_POLL_INTERVAL_MS: '300',
  BURST_WINDOW_MS: '400',
  RECONCILE_FIRST_MS: '300',
  RECONCILE_INTERVAL_MS: '300',
  RATE_LIMIT_WAIT_MS: '200',
};

/** One person plays many in most stories; those about limits set them. */
const noLimits: Readonly<Record<string, string>> = {
  TURNS_AT_ONCE_PER_PERSON: 'none',
  TURNS_AT_ONCE_PER_SERVER: 'none',
  TURNS_A_DAY_PER_PERSON: 'none',
};

const newestOf = (history: MessageHistory): Message | null =>
  history.deletedAtMs === null ? (history.versions.at(-1)?.message ?? null) : null;

/** Pictures that the project draws itself, as a person would attach them. */
export const pictures = async (count: number): Promise<PersonFile[]> =>
  Promise.all(
    samplePictures.slice(0, count).map(async ({ filename, mimeType, draw }) => ({
      name: filename,
      contentType: mimeType,
      bytes: new Uint8Array(await draw()),
    })),
  );

/** A line that is very long was cut, and is no JSON any more. */
const readLogLine = (line: string): readonly Record<string, unknown>[] => {
  try {
    return [logLineShape.parse(JSON.parse(line))];
  } catch {
    // Not everything that a process prints is its log.
    return [];
  }
};

const startBot = (environment: Environment): BotOfHouse => {
  const bot = createBotProcess({
    program: process.execPath,
    arguments: ['src/main.ts'],
    folder: root.pathname,
    environment: () => environment,
    clock,
    stopWithinMs,
    // A line that a story looks for stays, however much was said since its last look.
    outputLinesMax: 5_000,
  });
  bot.start();
  return { bot, logLines: () => bot.state().output.flatMap(readLogLine) };
};

export const openHouse = async (options: HouseOptions = {}): Promise<House> => {
  const folder = await mkdtemp(join(tmpdir(), 'makevideo-e2e-'));
  const discord = await createDiscordStandIn({ botToken, clock, acknowledgeWithinMs, ...options.discord });
  const nemo = await createNemoStandIn({ clock, speed: 20, filmLongEdgePx: 480, ...options.nemo });
  const environment = {
    PATH: process.env['PATH'] ?? '',
    NODE_OPTIONS: `--import=${pathToFileURL(join(root.pathname, 'test/setup/loopback-only.ts')).href}`,
    DISCORD_TOKEN: botToken,
    DISCORD_API_URL: discord.apiUrl,
    ATTACHMENT_HOSTS: new URL(discord.cdnUrl).host,
    DISCORD_DROP_CHANNELS: discord.people.ids.channels['make-videos'] ?? '',
    NEMO_API_URL: nemo.url,
    NEMO_TOKEN: nemo.operatorToken,
    STORE_URL: `sqlite:${join(folder, 'bot.db')}`,
    HTTP_ADDRESS: 'off',
    ...quickTimes,
    ...noLimits,
    ...(typeof options.environment === 'function'
      ? await options.environment({ discord, nemo, folder })
      : options.environment),
  };
  const { bot, logLines } = startBot(environment);
  const others: BotOfHouse[] = [];
  const house: House = {
    discord,
    nemo,
    bot,
    botToken,
    applicationId: discord.people.botId,
    logLines,
    startAnother: (changes) => {
      const other = startBot({ ...environment, ...changes });
      others.push(other);
      return other;
    },
    transcript: (channelId) =>
      discord.log.messages(channelId).flatMap((history) => {
        const message = newestOf(history);
        return message === null ? [] : [`${message.author.username}: ${message.content}`];
      }),
    waitForMessage: async (channelId, isIt, what) => {
      const look = () =>
        discord.log
          .messages(channelId)
          .filter(({ authorId }) => authorId === discord.people.botId)
          .map(newestOf)
          .find((message) => message !== null && isIt(message));
      try {
        return await discord.people.until(what, look, waitMs);
      } catch (cause) {
        const seen = [...house.transcript(channelId), '', ...bot.state().output.slice(-15)].join('\n');
        throw new Error(`Waited in vain for ${what}. What was there, and the log:\n${seen}`, { cause });
      }
    },
    close: async () => {
      await Promise.all([bot, ...others.map((other) => other.bot)].map((one) => one.stop()));
      await discord.close();
      await nemo.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
  await untilReady(house);
  return house;
};

/** The bot says so in its log; what an earlier process said does not count. */
const isReady = ({ bot, logLines }: BotOfHouse): boolean =>
  logLines().some(
    (line) =>
      line['msg'] === 'Makevideo is ready' &&
      Date.parse(String(line['time'])) >= (bot.state().startedAtMs ?? Number.POSITIVE_INFINITY),
  );

/** A look every 50 ms, bounded: the bot's log is the only place that says so. */
export const untilReady = async (house: BotOfHouse): Promise<void> => {
  const deadline = Date.now() + 120_000;
  while (!isReady(house)) {
    const { phase, output } = house.bot.state();
    if (phase !== 'running' || Date.now() > deadline)
      throw new Error(`The bot did not start (${phase}):\n${output.join('\n')}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};

/** SIGKILL, unless it is gone already, and a new process on the same store. */
export const killAndRestart = async (house: House): Promise<void> => {
  await house.bot.kill();
  house.bot.start();
  await untilReady(house);
};
