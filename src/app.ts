/** The only place where the rooms are wired together. */
import { newId, systemClock } from './clock.ts';
import { commands, createDispatch } from './commands/index.ts';
import type { Config } from './config.ts';
import { messagesFor } from './core/messages/messages.ts';
import { createDiscord } from './discord/discord.ts';
import { DiscordError } from './discord/errors.ts';
import { recommendedShards } from './discord/rest-connection.ts';
import { createHealth, type Health } from './health/health.ts';
import { openLanes } from './lanes/open.ts';
import { createNemoClient } from './nemo/client.ts';
import { createPictures } from './pictures/pictures.ts';
import type { Chat, IncomingMessage } from './ports/chat.ts';
import type { Exclusively } from './ports/leases.ts';
import type { Log } from './ports/log.ts';
import { type Store, StoreError } from './ports/store.ts';
import type { RelaySettings } from './relay/deps.ts';
import { createRelay } from './relay/relay.ts';
import { openSessions } from './sessions/open.ts';

export type App = {
  /** Ends within the deadline: no new events, last views written, store closed (invariant I6). */
  stop(deadlineMs: number): Promise<void>;
};

type AppOptions = {
  readonly config: Config;
  readonly log: Log;
  /** Something ended that the process cannot go on without. */
  readonly onLost: (error: Error) => void;
};

const createNemo = (
  { config, log }: AppOptions,
  { store, exclusively }: { store: Store; exclusively: Exclusively },
) =>
  createNemoClient({
    settings: {
      ...config.nemo,
      rateLimitWaitMs: config.times.rateLimitWaitMs,
      streamMaxMs: config.times.streamMaxMs,
      fileHosts: config.attachmentHosts,
    },
    accounts: store.accounts,
    exclusively,
    clock: systemClock,
    newId,
    log: log.child({ room: 'nemo' }),
  });

/**
 * Where other processes may connect as well, each shard has one owner: two of the same would hear everything twice. `auto` is put into
 * numbers first. Rejects with StoreError `locked` when another process has one of them, and with DiscordError.
 */
const takeShards = async (
  { config, onLost }: AppOptions,
  { engine, leases }: Pick<Awaited<ReturnType<typeof openSessions>>, 'engine' | 'leases'>,
  held: AsyncDisposableStack,
): Promise<Config['discord']['shards']> => {
  const { shards } = config.discord;
  if (!config.roles.gateway || engine.kind === 'sqlite') return shards;
  const plan = shards === 'auto' ? await recommendedShards(config.discord) : shards;
  for (const id of plan.ids) {
    const lease = await leases.take(`shard ${id} of ${plan.count}`, { onLost });
    held.defer(() => lease.release());
  }
  return plan;
};

const createChat = ({ config, log, onLost }: AppOptions, shards: Config['discord']['shards']) =>
  createDiscord({
    settings: {
      ...config.discord,
      shards,
      hearsEvents: config.roles.gateway,
      wordsIntervalMs: config.times.editIntervalMs,
      attachmentHosts: config.attachmentHosts,
    },
    commands: commands.map(({ definition }) => definition),
    texts: (locale) => ({
      somethingWentWrong: messagesFor(locale).somethingWentWrong,
      notUnderstood: messagesFor(locale).staleButton,
      restarting: messagesFor(locale).restarting,
    }),
    log: log.child({ room: 'discord' }),
    clock: systemClock,
    onLost,
  });

/** A slow round trip to a store across the network, and clocks that differ a little. */
const burstGraceMs = 1_000;

/** The same shards hear the same events, in whatever process. */
const listenerIdOf = (shards: Config['discord']['shards']): string =>
  shards === 'auto' ? 'all' : `${shards.ids.join(',')} of ${shards.count}`;

const relaySettings = (config: Config, isShared: boolean): RelaySettings => ({
  timing: config.times,
  burstWindowMs: config.times.burstWindowMs,
  limits: config.limits,
  burstGraceMs: isShared ? burstGraceMs : 0,
  dropChannels: config.discord.dropChannelIds,
  webUrl: config.nemo.webUrl,
  hasOperatorAccount: config.nemo.operatorToken !== null,
  listenerId: config.roles.gateway ? listenerIdOf(config.discord.shards) : null,
});

const createHandlers = (
  relay: ReturnType<typeof createRelay>,
  chat: Chat,
  options: { log: Log; signal: AbortSignal },
) => ({
  onMessage: (message: IncomingMessage) => relay.onMessage(message),
  onMessageEdited: relay.onMessageEdited,
  onMessageDeleted: relay.onMessageDeleted,
  onGap: relay.onGap,
  onInteraction: createDispatch({ relay, chat, ...options }),
});

const openHealth = ({ config, log }: AppOptions, held: AsyncDisposableStack): Health => {
  const health = createHealth({
    clock: systemClock,
    log,
    address: config.http,
  });
  held.defer(() => health.close());
  return health;
};

/** Wires the rooms; what has to be closed goes to `held`, which closes it in reverse order. */
const createRooms = async (options: AppOptions, held: AsyncDisposableStack) => {
  const { config, log, onLost } = options;
  const clock = systemClock;
  const health = openHealth(options, held);
  const { url: storeUrl, secret: storeSecret } = config.store;
  const sessions = await openSessions({ storeUrl, storeSecret, clock, log, onLeaseLost: onLost });
  held.defer(() => sessions.close());
  const { engine, signals, exclusively } = sessions;
  const isShared = engine.kind === 'postgres';
  const store = health.store(sessions.store);
  const nemo = createNemo(options, { store, exclusively });
  held.defer(() => nemo.close());
  const backend = health.backend(nemo);
  const discord = createChat(options, await takeShards(options, sessions, held));
  held.defer(() => discord.stop());
  const opened = await openLanes({ engine, clock, log: log.child({ room: 'lanes' }) });
  held.defer(() => opened.close());
  const lanes = health.lanes(opened.lanes, opened);
  const chat = health.chat(discord.chat);
  const relayLog = log.child({ room: 'relay' });
  const settings = relaySettings(config, isShared);
  const pictures = createPictures({ log: log.child({ room: 'pictures' }) });
  const cluster = { signals, exclusively };
  const ports = { chat, backend, store, lanes, pictures, clock, ...cluster, tally: health.tally };
  const relay = createRelay({ ...ports, newId, log: relayLog, settings });
  return { discord, chat, relay, relayLog, health };
};

/** Opens the store, connects, takes up what an earlier process left. Rejects with StoreError or DiscordError; nothing stays open then. */
export const startApp = async (options: AppOptions): Promise<App> => {
  const held = new AsyncDisposableStack();
  const stopping = new AbortController();
  const { roles } = options.config;
  try {
    const { discord, chat, relay, relayLog, health } = await createRooms(options, held);
    const handlers = createHandlers(relay, chat, { log: relayLog, signal: stopping.signal });
    await health.listen(() => (roles.gateway ? discord.status() : null));
    await discord.start(handlers);
    if (roles.worker) await relay.start();
    if (roles.gateway) relay.catchUp();
    health.started();
    return {
      stop: async (deadlineMs) => {
        discord.ignoreEvents();
        stopping.abort(new Error('The process is stopping.'));
        await relay.stop(deadlineMs);
        await held.disposeAsync();
      },
    };
  } catch (error) {
    stopping.abort(error);
    await held.disposeAsync();
    throw error;
  }
};

/** Why the app ended: wrong settings · the store cannot be used · starting again later may help · a bug. */
export type FailureReason = 'settings' | 'store' | 'later' | 'bug';

/** What `startApp` rejected with or `onLost` was given, in words for the operator. */
export const describeFailure = (error: unknown): { reason: FailureReason; text: string } => {
  if (error instanceof DiscordError) {
    const isSetting = error.kind === 'invalidToken' || error.kind === 'intentRefused';
    return { reason: isSetting ? 'settings' : 'later', text: error.message };
  }
  if (error instanceof StoreError) {
    return { reason: error.kind === 'locked' ? 'later' : 'store', text: error.message };
  }
  return { reason: 'bug', text: error instanceof Error ? (error.stack ?? error.message) : String(error) };
};
