/** The room's front door: wires the connection, what comes in and what goes out. It must not know the relay or any command. */
import type { Chat, ChatHandlers } from '../ports/chat.ts';
import type { Clock } from '../ports/clock.ts';
import type { CommandDefinition } from '../ports/command-definition.ts';
import type { Log } from '../ports/log.ts';
import { createReadAttachments } from './attachments.ts';
import { type Budget, createBudget } from './budget.ts';
import { type CallDiscord, createCall } from './call.ts';
import { createChat } from './chat.ts';
import type { DiscordSettings } from './client.ts';
import { type Connection, createConnection } from './connection.ts';
import type { DiscordError } from './errors.ts';
import { createEvents, type GatewayEvents } from './events.ts';
import { createInteractions, type DiscordTexts } from './interactions.ts';
import { type BucketIds, createBucketIds } from './limit-facts.ts';
import { createMissed } from './missed.ts';
import { createPeople } from './places.ts';
import { createRefusalGuard, type RefusalGuard } from './refusal-guard.ts';
import { registerCommands } from './registration.ts';
import { type AnswerTold, createRequestWatch, type RequestWatch } from './requests.ts';
import { createRestConnection } from './rest-connection.ts';
import { createTokenCheck } from './token-check.ts';
import { createUploadLimits } from './upload-limits.ts';

/** Waiting for Discord's daily limit of commands would keep the bot from working; it does without fresh commands then. */
const registrationLimitMs = 30_000;

export type DiscordStatus = {
  readonly isReady: boolean;
  /** When the gateway last sent anything; null before the first event. */
  readonly lastEventAtMs: number | null;
  /** Time of the last heartbeat's way there and back; null before the first. */
  readonly pingMs: number | null;
  readonly guildCount: number;
  /** Answers 401, 403 and 429 in the running ten minutes; Discord bans an address at 10,000. */
  readonly invalidRequests: number;
  /** Answers 429 since the start, by Discord's scope. */
  readonly rateLimited: Readonly<Record<string, number>>;
  readonly shards: readonly {
    readonly id: number;
    readonly isReady: boolean;
    /** When Discord last acknowledged a heartbeat; null before the first. */
    readonly heardAtMs: number | null;
  }[];
  /** False when Discord withholds people's words. */
  readonly hasMessageContent: boolean;
};

export type Discord = {
  readonly chat: Chat;
  /** Connects and registers the commands. Rejects with DiscordError. Events reach `handlers` from then on. */
  start(handlers: ChatHandlers): Promise<void>;
  /** No new events reach the handlers any more; `chat` goes on working until `stop`. */
  ignoreEvents(): void;
  /** Ends the connection; `chat` rejects as unavailable afterwards. */
  stop(): Promise<void>;
  status(): DiscordStatus;
};

type Deps = {
  readonly settings: DiscordSettings;
  readonly commands: readonly CommandDefinition[];
  readonly texts: DiscordTexts;
  readonly log: Log;
  readonly clock: Clock;
  /** Discord ended the connection for good while the bot was running (the token was reset, for example). */
  readonly onLost: (error: DiscordError) => void;
};

const register = async (connection: Connection, call: CallDiscord, deps: Deps): Promise<void> => {
  const { settings, commands, log } = deps;
  const applicationId = connection.current()?.application?.id;
  if (applicationId === undefined) return;
  const signal = AbortSignal.timeout(registrationLimitMs);
  await registerCommands(commands, { applicationId, guildId: settings.guildId, call, log, signal }).catch(
    (error: unknown) => {
      // Messages, buttons and the commands of yesterday still work: better than no bot at all.
      log.error({ error, guildId: settings.guildId }, 'commands could not be registered');
    },
  );
};

/** Every answer teaches the budget, those to discord.js's own requests too. */
const createLearning =
  (budget: Budget, bucketIds: BucketIds) =>
  ({ method, path, bucket, facts }: AnswerTold): void => {
    if (bucket !== null) bucketIds.name(method, path, bucket);
    budget.learn(bucketIds.of(method, path), facts);
  };

type Watched = {
  readonly connection: Connection;
  readonly events: Pick<GatewayEvents, 'lastEventAtMs'>;
  readonly guard: RefusalGuard;
  readonly watch: RequestWatch;
};

const createStatus =
  ({ connection, events, guard, watch }: Watched): Discord['status'] =>
  () => {
    const client = connection.current();
    return {
      isReady: client?.isReady() ?? false,
      lastEventAtMs: events.lastEventAtMs(),
      pingMs: client && client.ws.ping >= 0 ? client.ws.ping : null,
      guildCount: client?.guilds.cache.size ?? 0,
      invalidRequests: guard.refusals(),
      rateLimited: watch.rateLimited(),
      shards: connection.shards(),
      hasMessageContent: connection.hasMessageContent(),
    };
  };

/** The adapter to Discord. Nothing happens before `start`. */
export const createDiscord = (deps: Deps): Discord => {
  const { settings, texts, log, clock, onLost } = deps;
  const bucketIds = createBucketIds();
  const budget = createBudget({ ...settings, clock });
  const guard = createRefusalGuard({ clock, log });
  const watch = createRequestWatch(guard, createLearning(budget, bucketIds));
  const closing = new AbortController();
  const people = createPeople();
  const readAttachments = createReadAttachments(settings.attachmentHosts, log);
  const call = createCall({
    connected: () => connection.connected(),
    token: settings.token,
    budget,
    bucketIds,
    guard,
    onTokenRefused: () => tokenCheck.onRefused(),
  });
  const tokenCheck = createTokenCheck({ call, clock, log, onInvalid: onLost, closing: closing.signal });
  const uploadLimits = createUploadLimits({ call, current: () => connection.current(), log });
  const interactions = createInteractions({ call, people, uploadLimits, readAttachments, texts, log });
  const hasMessageContent = (): boolean => connection.hasMessageContent();
  const inbound = { people, readAttachments, hasMessageContent };
  const events = createEvents({
    interactions,
    inbound,
    log,
    clock,
  });
  const connection = settings.hearsEvents
    ? createConnection({ settings, watch, log, clock, listen: events.listen, onLost })
    : createRestConnection(settings, watch);

  const isShort = (): boolean => budget.isShort() || guard.isCautious();

  return {
    chat: {
      ...createChat({ call, isShort, connection, uploadLimits, readAttachments, clock, log }),
      ...createMissed({ client: () => connection.current(), inbound, budget, bucketIds }),
      heardUntilMs: () => events.heardUntilMs(),
    },
    start: async (handlers) => {
      events.handOverTo(handlers);
      await connection.open();
      await register(connection, call, deps);
    },
    ignoreEvents: () => events.handOverTo(null),
    stop: async () => {
      closing.abort(new Error('The connection is closed on purpose.'));
      events.handOverTo(null);
      await connection.close();
    },
    status: createStatus({ connection, events, guard, watch }),
  };
};
