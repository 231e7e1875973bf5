/** What the stand-in is to those who start it: options, addresses, faults, log. Types only; it must not know how any of it works. */
import type { People } from './people.ts';
import type { Message, Snowflake } from './shapes.ts';
import type { WorldSeed } from './world-seed.ts';

/** Epoch milliseconds. Tests that need time to pass give a clock with an offset over the real one: timers stay real. */
export interface StandInClock {
  nowMs(): number;
}

export interface DiscordStandInOptions {
  botToken: string;
  clock: StandInClock;
  /** 0 (default) takes a free port of 127.0.0.1. */
  port?: number;
  applicationId?: Snowflake;
  /** Added before every REST answer. Default 0. */
  latencyMs?: number;
  /** Discord's own is 50. */
  globalRequestsPerSecond?: number;
  /** Writes to one channel: creates and edits have a bucket each. Default 5 in 5,000 ms. */
  channelWrites?: { requestsMax: number; windowMs: number };
  /** Limit of one file in bytes where the server is not boosted. Default 10 MiB. */
  uploadLimitBytes?: number;
  /** Whether the application was granted MESSAGE_CONTENT. Default true. */
  hasMessageContentIntent?: boolean;
  /** Life of a signed file address. Default 24 h. */
  fileUrlLifeMs?: number;
  /** How long an interaction waits for its first answer. Discord's own is 3,000. */
  acknowledgeWithinMs?: number;
  /** Life of an interaction token. Discord's own is 15 min. */
  interactionTokenLifeMs?: number;
  heartbeatIntervalMs?: number;
  /** Default: the server "Paradise Studio". */
  world?: WorldSeed;
  /** Entries the log keeps of each kind; the oldest go first. Default 50,000. */
  logEntriesMax?: number;
}

export interface DiscordStandIn {
  /** REST base without the version: what `DISCORD_API_URL` and discord.js's `rest.api` want. */
  apiUrl: string;
  /** Where files are served; the only host of attachment addresses. */
  cdnUrl: string;
  gatewayUrl: string;
  people: People;
  faults: Faults;
  log: TrafficLog;
  close(): Promise<void>;
}

/** A 429 without more gets Discord's own body and `retry-after: 1`. Header names in small letters. */
export interface ScriptedAnswer {
  status: number;
  code?: number;
  message?: string;
  body?: unknown;
  headers?: Record<string, string>;
}

/**
 * What happens to a request that a fault catches.
 * `answer`: it is not carried out and gets this. `afterwards`: it is carried out, then the
 * connection is closed (`drop`) or reset (`reset`: discord.js tries such a request again by itself), or the answer is a 500. `delayMs`: it waits first.
 */
export type FaultEffect =
  | {
      answer: {
        status: number;
        code?: number;
        message?: string;
        body?: unknown;
        headers?: Record<string, string>;
      };
    }
  | { afterwards: 'drop' | 'reset' | 'serverError' }
  | { delayMs: number };

export interface Faults {
  /**
   * Catches the next `times` (default 1) requests whose path below `/api/v10` matches `route`;
   * with `isUpload` only those that bring files along.
   */
  next(fault: {
    method?: string;
    route: RegExp;
    isUpload?: boolean;
    times?: number;
    effect: FaultEffect;
  }): InjectedFault;
  clear(): void;
  /** Cuts every gateway connection without a goodbye. Not resumable: the next RESUME gets INVALID_SESSION. */
  dropGateway(options?: { isResumable?: boolean }): void;
  /** Op 7: asks the bot to come back, as Discord does in a deployment. */
  askForReconnect(): void;
  /** Answers no heartbeat any more, until called with false: a zombie connection. */
  ignoreHeartbeats(isIgnoring: boolean): void;
  /** Sends the newest `count` events again, with their old numbers, as a replay after RESUME may. */
  repeatEvents(count: number): void;
  /** The gateway refuses new connections until called with false. */
  refuseGateway(isRefusing: boolean): void;
  /** The application loses the privileged intent MESSAGE_CONTENT, or gets it back: felt at the next IDENTIFY (4014). */
  withholdMessageContent(isWithheld: boolean): void;
  /** Ends all signed file addresses at once. */
  expireFiles(): void;
  /** Takes permissions from the bot in a channel, by Discord's names. */
  revoke(channelId: Snowflake, permissions: readonly string[]): void;
  deleteMessage(channelId: Snowflake, messageId: Snowflake): void;
  deleteChannel(channelId: Snowflake): void;
}

export interface InjectedFault {
  hits(): number;
  remove(): void;
}

/** One REST request of the bot and its answer. No authorization header is kept; interaction tokens are masked in `path`. */
export interface RequestRecord {
  atMs: number;
  answeredAtMs: number | null;
  method: string;
  /** Below `/api/v10`, with the query. */
  path: string;
  /** The pattern, e.g. `/channels/:channelId/messages/:messageId`; `null` when there is none. */
  route: string | null;
  body: unknown;
  files: { field: string; name: string; sizeBytes: number; contentType: string }[];
  /** `null` while it runs, or when the answer was dropped. */
  status: number | null;
  /** Discord's code in an error body. */
  code: number | null;
}

export interface DispatchRecord {
  atMs: number;
  event: string;
  sequence: number;
  sessionId: string;
  data: unknown;
}

/** A message as people saw it from `atMs` on, and whom this version pinged (an edit pings nobody). */
export interface MessageVersion {
  atMs: number;
  message: Message;
  pinged: { userIds: Snowflake[]; roleIds: Snowflake[]; everyone: boolean };
}

export interface MessageHistory {
  id: Snowflake;
  channelId: Snowflake;
  authorId: Snowflake;
  /** The one person who could see it, or `null`. */
  onlyFor: Snowflake | null;
  versions: MessageVersion[];
  deletedAtMs: number | null;
}

export interface TrafficLog {
  requests(filter?: { method?: string; route?: RegExp }): RequestRecord[];
  dispatches(event?: string): DispatchRecord[];
  /** Every message that ever stood in a channel, the deleted ones too, oldest first, with all its versions. */
  messages(channelId: Snowflake): MessageHistory[];
  /** Answers 401, 403 and 429 (shared ones excepted): Discord bans an address at 10,000 in 10 minutes. */
  invalidRequests(): number;
  rateLimited(): { perRoute: number; global: number };
  clear(): void;
}
