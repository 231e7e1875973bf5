/** The connection to the gateway: made, kept, given up, with or without the privileged intent. It must not know what events mean. */
import {
  type Client,
  DiscordjsErrorCodes,
  Events,
  GatewayCloseCodes,
  type REST,
  Status,
  type WebSocketShard,
} from 'discord.js';
import { ChatError } from '../ports/chat.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import { createClient, type DiscordSettings } from './client.ts';
import { DiscordError, invalidToken } from './errors.ts';
import { guardPackets } from './packets.ts';
import type { RequestWatch } from './requests.ts';

/** discord.js waits 15 s at most for the servers that READY promised. */
const readyLimitMs = 30_000;
/** A peer that does not answer the close frame is left behind. */
const closeLimitMs = 3_000;

/** What requests need: the way to send them, and who we are. */
export type Connected = { readonly rest: REST; readonly user: { readonly id: string } };

export type Connection = {
  /** Rejects with DiscordError. */
  open(): Promise<void>;
  close(): Promise<void>;
  /** The present connection; throws ChatError `unavailable` when there is none. */
  connected(): Connected;
  /** The client of the gateway; null while there is none. */
  current(): Client | null;
  /** The gateway shards of the present connection; none while there is none. */
  shards(): readonly { id: number; isReady: boolean; heardAtMs: number | null }[];
  hasMessageContent(): boolean;
};

type Deps = {
  readonly settings: DiscordSettings;
  readonly watch: RequestWatch;
  readonly log: Log;
  readonly clock: Clock;
  /** Attaches the listeners of events to a fresh client. */
  readonly listen: (client: Client) => void;
  /** The connection ended for good while the bot was running. */
  readonly onLost: (error: DiscordError) => void;
};

const intentAdvice =
  'Discord refuses the Message Content intent. Starting without it: in threads people then have to mention the bot, reply to it ' +
  'or use buttons and commands. Grant the intent in the developer portal (Bot, Privileged Gateway Intents), or set ' +
  'DISCORD_MESSAGE_CONTENT=off to keep it this way without this line.';

const isInvalidToken = (cause: unknown): boolean =>
  cause instanceof Error && 'code' in cause && cause.code === DiscordjsErrorCodes.TokenInvalid;

/** Why the gateway did not let us in, or ended it (Discord docs: Gateway Close Event Codes). */
const discordErrorOf = (closeCode: number | null, cause: unknown): DiscordError => {
  if (cause instanceof DiscordError) return cause;
  if (closeCode === GatewayCloseCodes.AuthenticationFailed || isInvalidToken(cause))
    return invalidToken(cause);
  if (closeCode === GatewayCloseCodes.DisallowedIntents) {
    return new DiscordError('intentRefused', { message: intentAdvice, cause });
  }
  if (closeCode !== null) {
    const message = `Discord closed the connection for good with code ${closeCode}.`;
    return new DiscordError('rejected', { message, cause });
  }
  return new DiscordError('unreachable', { message: 'Discord could not be reached.', cause });
};

const logTroubles = (client: Client, log: Log): void => {
  // A rejected listener arrives here; without this listener it would end the process.
  client.on(Events.Error, (error) => log.error({ error }, 'an event could not be handled'));
  client.on(Events.Warn, (warning) => log.warn({ warning }, 'discord.js warns'));
  client.on(Events.ShardError, (error, shardId) => log.warn({ error, shardId }, 'gateway error'));
  client.on(Events.ShardReconnecting, (shardId) =>
    log.info({ shardId }, 'gateway connection lost, coming back'),
  );
  client.on(Events.ShardResume, (shardId, replayed) =>
    log.info({ shardId, replayed }, 'gateway session resumed'),
  );
  client.on(Events.ShardReady, (shardId) => log.info({ shardId }, 'gateway session opened'));
};

/** Logs in and waits until the servers are known. Rejects with the plain cause. */
const logIn = async (client: Client, { settings, clock }: Deps): Promise<void> => {
  const limit = new AbortController();
  const ready = Promise.withResolvers<void>();
  client.once(Events.ClientReady, () => ready.resolve());
  const tooLate = clock.sleep(readyLimitMs, limit.signal).then(() => {
    throw new DiscordError('unreachable', {
      message: 'Discord did not finish the start of the connection in time.',
    });
  });
  const loggedIn = client.login(settings.token).then(() => ready.promise);
  try {
    await Promise.race([loggedIn, tooLate]);
  } finally {
    limit.abort();
  }
};

/** discord.js keeps -1 until the first heartbeat was acknowledged. */
const shardFacts = ({ id, status, lastPingTimestamp }: WebSocketShard) => ({
  id,
  isReady: status === Status.Ready,
  heardAtMs: lastPingTimestamp < 0 ? null : lastPingTimestamp,
});

const leave = async (client: Client, clock: Clock): Promise<void> => {
  // discord.js announces this for a connection that is closed on purpose as well.
  client.removeAllListeners(Events.ShardReconnecting);
  const limit = new AbortController();
  const waited = clock.sleep(closeLimitMs, limit.signal).catch(() => undefined);
  await Promise.race([client.destroy(), waited]).finally(() => limit.abort());
};

/** Brings a fresh client into service; `onEnd` hears when Discord ends it for good. Rejects with DiscordError. */
const openClient = async (
  client: Client,
  deps: Deps,
  onEnd: (error: DiscordError) => void,
): Promise<void> => {
  const { log, clock, listen } = deps;
  let closeCode: number | null = null;
  let isOpen = false;
  logTroubles(client, log);
  guardPackets(client, log);
  listen(client);
  client.on(Events.ShardDisconnect, ({ code }) => {
    closeCode = code;
    if (isOpen) onEnd(discordErrorOf(code, null));
  });
  try {
    await logIn(client, deps);
    isOpen = true;
  } catch (cause) {
    await leave(client, clock);
    throw discordErrorOf(closeCode, cause);
  }
};

export const createConnection = (deps: Deps): Connection => {
  const { settings, watch, log, clock, onLost } = deps;
  let client: Client | null = null;
  let hasMessageContent = settings.wantsMessageContent;
  let isClosed = false;

  const connect = async (): Promise<void> => {
    client = createClient(settings, { hasMessageContent, makeRequest: watch.makeRequest });
    await openClient(client, deps, (error) => void lose(error));
    if (isClosed) await close();
  };

  const close = async (): Promise<void> => {
    const left = client;
    client = null;
    if (left) await leave(left, clock);
  };

  /** A refused intent is not worth the bot; everything else is for the caller to decide. */
  const connectAgain = async (error: unknown): Promise<void> => {
    const isIntent = error instanceof DiscordError && error.kind === 'intentRefused';
    if (!isIntent || !hasMessageContent) throw error;
    log.error({}, intentAdvice);
    hasMessageContent = false;
    await connect();
  };

  const lose = async (error: DiscordError): Promise<void> => {
    if (isClosed) return;
    try {
      await close();
      await connectAgain(error);
    } catch (cause) {
      onLost(cause instanceof DiscordError ? cause : discordErrorOf(null, cause));
    }
  };

  return {
    open: () => connect().catch(connectAgain),
    close: async () => {
      isClosed = true;
      await close();
    },
    connected: () => {
      if (client?.isReady()) return client;
      throw new ChatError('unavailable', { message: 'There is no connection to Discord.' });
    },
    current: () => client,
    shards: () => (client === null ? [] : client.ws.shards.map(shardFacts)),
    hasMessageContent: () => hasMessageContent,
  };
};
