/** The whole playground: both stand-ins, the bot as a child process, the page. It must not know the terminal. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { botEnvironment } from './bot-environment.ts';
import { type BotProcess, createBotProcess } from './bot-process.ts';
import type { DiscordStandIn } from './discord/contract.ts';
import { createFaultDesk } from './discord/fault-desk.ts';
import { createDiscordStandIn } from './discord/stand-in.ts';
import { samplePictures } from './nemo/sample-pictures.ts';
import { createNemoStandIn, type NemoStandIn } from './nemo/stand-in.ts';
import { createMonitor } from './web/monitor.ts';
import { createPageServer } from './web/page-server.ts';
import { websitePath } from './web/website-page.ts';

export type PlaygroundOptions = {
  /** Port of the page; 0 takes a free one. */
  port: number;
  /** Divides the waiting of the NemoVideo stand-in and of the bot; the page can change it. */
  speed: number;
  /** The bot has no operator's token: each person gets an anonymous account. */
  isAnonymous: boolean;
  /** The longer side of films in pixels. */
  filmLongEdgePx: number;
  /** The bot's program, another one in tests. */
  botProgram?: string;
  /** How long Discord waits for a first answer; its own three seconds where nothing is said. */
  acknowledgeWithinMs?: number;
  /** Told about errors of the stand-ins themselves. */
  onError: (error: unknown) => void;
};

export type Playground = {
  /** Address of the page. */
  url: string;
  discord: DiscordStandIn;
  nemo: NemoStandIn;
  bot: BotProcess;
  /** Ends the bot, then the servers, and removes the temporary folder. */
  close(): Promise<void>;
};

const repository = fileURLToPath(new URL('..', import.meta.url));
/** The bot promises to be gone sooner (invariant I6); this is the patience of someone who pressed Ctrl-C. */
const stopWithinMs = 15_000;

/** Starts everything, or cleans up and rejects. */
export async function createPlayground(options: PlaygroundOptions): Promise<Playground> {
  const closers: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).toReversed()) await closer();
  };
  try {
    return { ...(await openPlayground(options, closers)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function openPlayground(
  options: PlaygroundOptions,
  closers: (() => Promise<void>)[],
): Promise<Omit<Playground, 'close'>> {
  const clock = { nowMs: () => Date.now() };
  const folder = await mkdtemp(path.join(tmpdir(), 'makevideo-playground-'));
  closers.push(() => rm(folder, { recursive: true, force: true }));
  const botToken = randomBytes(24).toString('base64url');
  const { speed, filmLongEdgePx, isAnonymous, acknowledgeWithinMs = 3_000, onError } = options;
  const discord = await createDiscordStandIn({ botToken, clock, acknowledgeWithinMs });
  closers.push(() => discord.close());
  const nemo = await createNemoStandIn({ clock, speed, filmLongEdgePx, workDirectory: folder, onError });
  closers.push(() => nemo.close());
  let websiteUrl = '';
  const bot = createBotProcess({
    program: process.execPath,
    arguments: [options.botProgram ?? path.join(repository, 'src/main.ts')],
    folder: repository,
    environment: () =>
      botEnvironment({
        discord,
        nemo,
        websiteUrl,
        botToken,
        folder,
        isAnonymous,
        speed: nemo.pace.speed(),
      }),
    clock,
    stopWithinMs,
  });
  closers.push(() => bot.stop());
  const url = await openPage({ options, discord, nemo, bot, closers });
  // The page shows the bot and is the website of its links, so each needs the other: the bot looks when it starts.
  websiteUrl = new URL(websitePath, url).href;
  bot.start();
  return { url, discord, nemo, bot };
}

async function openPage(parts: {
  options: PlaygroundOptions;
  discord: DiscordStandIn;
  nemo: NemoStandIn;
  bot: BotProcess;
  closers: (() => Promise<void>)[];
}): Promise<string> {
  const { options, discord, nemo, bot, closers } = parts;
  const { people, log: discordLog } = discord;
  const { ledger, scenarios, pace, accounts } = nemo;
  const faults = createFaultDesk({ faults: discord.faults, people });
  const monitor = createMonitor({ people, discordLog, ledger, scenarios, accounts, faults, pace, bot });
  closers.push(async () => monitor.close());
  const page = await createPageServer({
    people,
    monitor,
    bot,
    scenarios,
    faults,
    accounts,
    pace,
    samples: await drawSamples(),
    mediaOrigins: [new URL(discord.cdnUrl).origin, new URL(nemo.url).origin],
    firstViewerId: idOf(people.ids.users, 'maya'),
    firstChannelId: idOf(people.ids.channels, 'make-videos'),
    port: options.port,
  });
  closers.push(() => page.close());
  return page.url;
}

function drawSamples() {
  return Promise.all(
    samplePictures.map(async ({ filename, description, mimeType, draw }) => ({
      name: filename,
      description,
      contentType: mimeType,
      bytes: await draw(),
    })),
  );
}

function idOf(ids: Readonly<Record<string, string>>, key: string): string {
  const id = ids[key];
  if (id === undefined) throw new Error(`The playground's world has nothing named "${key}".`);
  return id;
}
