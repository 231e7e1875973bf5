/** The real adapter against the Discord stand-in, with people to act. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { DiscordStandIn, DiscordStandInOptions } from '../../playground/discord/contract.ts';
import { createDiscordStandIn } from '../../playground/discord/stand-in.ts';
import type { DiscordSettings } from '../../src/discord/client.ts';
import { createDiscord, type Discord } from '../../src/discord/discord.ts';
import type { DiscordError } from '../../src/discord/errors.ts';
import type { ChatHandlers, IncomingMessage } from '../../src/ports/chat.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { CommandDefinition } from '../../src/ports/command-definition.ts';
import type { Interaction } from '../contracts/chat-contract.ts';
import { createLogRecorder, type LogLine } from './log-recorder.ts';

export const botToken = 'stand-in.bot.token';

export const realClock: Clock = {
  nowMs: () => Date.now(),
  sleep: (durationMs, signal) => sleep(durationMs, undefined, { signal }),
};

export const testCommands: readonly CommandDefinition[] = [
  {
    name: 'makevideo',
    description: { en: 'Make a video', zh: '制作视频' },
    options: [
      {
        kind: 'text',
        name: 'prompt',
        translations: { zh: '描述' },
        description: { en: 'What to make', zh: '要做什么' },
        isRequired: true,
        lengthMax: 2000,
      },
      {
        kind: 'file',
        name: 'image1',
        translations: { zh: '图片1' },
        description: { en: 'A picture', zh: '图片' },
        isRequired: false,
      },
      {
        kind: 'file',
        name: 'image2',
        translations: { zh: '图片2' },
        description: { en: 'A picture', zh: '图片' },
        isRequired: false,
      },
      {
        kind: 'choice',
        name: 'ratio',
        translations: { zh: '画面比例' },
        description: { en: 'Shape', zh: '画面比例' },
        isRequired: false,
        choices: [{ value: '9:16', name: { en: 'Tall', zh: '竖屏' } }],
      },
    ],
    subcommands: [],
  },
  {
    name: 'nemo',
    description: { en: 'More', zh: '更多' },
    options: [],
    subcommands: [{ name: 'credits', description: { en: 'Credits left', zh: '剩余积分' } }],
  },
];

export type Stage = {
  readonly standIn: DiscordStandIn;
  readonly discord: Discord;
  readonly lines: readonly LogLine[];
  readonly messages: readonly IncomingMessage[];
  readonly interactions: readonly Interaction[];
  readonly lost: readonly DiscordError[];
  handleWith(handlers: Partial<ChatHandlers>): void;
  userId(key: string): string;
  channelId(key: string): string;
  until<T>(what: string, look: () => T | null | undefined | false): Promise<T>;
  start(): Promise<void>;
  close(): Promise<void>;
};

type StageOptions = {
  readonly standIn?: Partial<DiscordStandInOptions>;
  readonly settings?: Partial<DiscordSettings>;
  readonly commands?: readonly CommandDefinition[];
};

/** Starts a Discord with the limits out of the way; those are a matter of the tests that ask for them. */
export const startStandIn = (options: Partial<DiscordStandInOptions> = {}): Promise<DiscordStandIn> =>
  createDiscordStandIn({
    botToken,
    clock: { nowMs: () => Date.now() },
    channelWrites: { requestsMax: 1000, windowMs: 1000 },
    acknowledgeWithinMs: 60_000,
    ...options,
  });

export const idOf = (ids: Readonly<Record<string, string>>, key: string): string => {
  const id = ids[key];
  if (id === undefined) throw new Error(`nothing is called "${key}" in this world`);
  return id;
};

/** Looks again every few milliseconds; what is looked for happens in this process or on loopback. */
export const until = async <T>(what: string, look: () => T | null | undefined | false): Promise<T> => {
  const deadlineMs = Date.now() + 90_000;
  for (;;) {
    const found = look();
    if (found !== null && found !== undefined && found !== false) return found;
    if (Date.now() > deadlineMs) throw new Error(`waited in vain for ${what}`);
    await sleep(5);
  }
};

const settingsFor = (standIn: DiscordStandIn, settings: Partial<DiscordSettings> = {}): DiscordSettings => ({
  token: botToken,
  apiUrl: standIn.apiUrl,
  guildId: null,
  wantsMessageContent: true,
  requestsPerSecond: 45,
  wordsIntervalMs: 0,
  attachmentHosts: [new URL(standIn.cdnUrl).host],
  shards: 'auto',
  hearsEvents: true,
  ...settings,
});

/** A process of the bot at this Discord, prepared, not started: nothing has been said yet. `close` leaves the Discord running. */
export const prepareBot = (standIn: DiscordStandIn, options: Omit<StageOptions, 'standIn'> = {}): Stage => {
  const { log, lines } = createLogRecorder();
  const messages: IncomingMessage[] = [];
  const interactions: Interaction[] = [];
  const lost: DiscordError[] = [];
  let handlers: Partial<ChatHandlers> = {};
  const discord = createDiscord({
    settings: settingsFor(standIn, options.settings),
    commands: options.commands ?? testCommands,
    texts: (locale) =>
      locale === 'zh'
        ? { somethingWentWrong: '出错了', notUnderstood: '不明白', restarting: '正在重启' }
        : {
            somethingWentWrong: 'Something went wrong.',
            notUnderstood: 'I do not know that.',
            restarting: 'Restarting.',
          },
    log,
    clock: realClock,
    onLost: (error) => lost.push(error),
  });
  const dispatch: ChatHandlers = {
    onGap: async (sinceMs) => {
      await handlers.onGap?.(sinceMs);
    },
    onMessageEdited: async (edit) => handlers.onMessageEdited?.(edit),
    onMessageDeleted: async (at) => handlers.onMessageDeleted?.(at),
    onMessage: async (message) => {
      messages.push(message);
      await handlers.onMessage?.(message);
    },
    onInteraction: async (interaction) => {
      interactions.push(interaction);
      await handlers.onInteraction?.(interaction);
    },
  };
  return {
    standIn,
    discord,
    lines,
    messages,
    interactions,
    lost,
    until,
    handleWith: (next) => {
      handlers = next;
    },
    userId: (key) => idOf(standIn.people.ids.users, key),
    channelId: (key) => idOf(standIn.people.ids.channels, key),
    start: () => discord.start(dispatch),
    close: () => discord.stop(),
  };
};

/** A Discord of its own with a bot that is prepared, not started. */
export const prepareStage = async ({ standIn, ...options }: StageOptions = {}): Promise<Stage> => {
  const discord = await startStandIn(standIn);
  const stage = prepareBot(discord, options);
  const close = async (): Promise<void> => {
    await stage.close();
    await discord.close();
  };
  return { ...stage, close };
};

/** Started: the bot is in the server and hears. */
export const openStage = async (options: StageOptions = {}): Promise<Stage> => {
  const stage = await prepareStage(options);
  await stage.start();
  return stage;
};
