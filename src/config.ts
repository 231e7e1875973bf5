/** Environment → frozen Config, all problems at once with advice. Knows names, defaults and ranges; must not know any room. */
import { z } from 'zod';
import {
  attachmentHosts,
  baseUrl,
  type ConfigRoles,
  type ConfigShards,
  durationMs,
  type HttpAddress,
  headerText,
  httpAddress,
  isDiscordId,
  isPostgres,
  listOf,
  readShards,
  roles,
  shards,
  storeUrl,
  turnLimit,
  wholeNumber,
} from './config-values.ts';

/** Durations and intervals in milliseconds, named like the variables that set them. */
export type ConfigTimes = {
  readonly noticeIntervalMs: number;
  readonly renderPollIntervalMs: number;
  readonly reconcileFirstMs: number;
  readonly reconcileIntervalMs: number;
  readonly streamMaxMs: number;
  readonly streamQuietMaxMs: number;
  readonly rateLimitWaitMs: number;
  readonly burstWindowMs: number;
  readonly editIntervalMs: number;
};

/** Everything that an operator decides, checked and frozen. Base addresses carry no trailing slash. */
export type Config = {
  readonly discord: {
    readonly token: string;
    readonly apiUrl: string;
    /** Commands are registered in this server only; null: everywhere. */
    readonly guildId: string | null;
    readonly dropChannelIds: readonly string[];
    readonly wantsMessageContent: boolean;
    readonly requestsPerSecond: number;
    readonly shards: ConfigShards;
  };
  /** `host` or `host:port`, lower case: the only places that people's files may come from. */
  readonly attachmentHosts: readonly string[];
  readonly nemo: {
    readonly operatorToken: string | null;
    readonly apiUrl: string;
    readonly webUrl: string;
    readonly attribution: { readonly source: string; readonly version: string; readonly platform: string };
  };
  /** `secret` null: a key file beside the store. */
  readonly store: { readonly url: string; readonly secret: string | null };
  /** What this process does; the rest is done by others on the same store. */
  readonly roles: ConfigRoles;
  readonly times: ConfigTimes;
  /** For direct messages, and for servers that have not chosen their own; null: no limit. */
  readonly limits: {
    readonly atOncePerPerson: number | null;
    readonly atOncePerServer: number | null;
    /** Within 24 hours. */
    readonly aDayPerPerson: number | null;
  };
  /** Where health and metrics listen; null: nowhere. */
  readonly http: HttpAddress | null;
  readonly logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';
};

/** What a variable is when it is not set. The times are the seed's; the attribution is its frontmatter (nemo-api §1). */
export const configDefaults: Readonly<Record<string, string>> = Object.freeze({
  DISCORD_API_URL: 'https://discord.com/api',
  DISCORD_MESSAGE_CONTENT: 'on',
  DISCORD_REQUESTS_PER_SECOND: '45',
  ATTACHMENT_HOSTS: 'cdn.discordapp.com, media.discordapp.net',
  NEMO_API_URL: 'https://mega-api-prod.nemovideo.ai',
  NEMO_WEB_URL: 'https://nemovideo.com',
  NEMO_SKILL_SOURCE: 'for-beginners-ai-image',
  NEMO_SKILL_VERSION: '1.0.0',
  NEMO_SKILL_PLATFORM: 'unknown',
  STORE_URL: 'sqlite:data/makevideo.db',
  ROLES: 'gateway,worker',
  SHARDS: 'auto',
  NOTICE_INTERVAL_MS: '120000',
  RENDER_POLL_INTERVAL_MS: '30000',
  RECONCILE_FIRST_MS: '30000',
  RECONCILE_INTERVAL_MS: '60000',
  STREAM_MAX_MS: '900000',
  STREAM_QUIET_MAX_MS: '600000',
  RATE_LIMIT_WAIT_MS: '30000',
  BURST_WINDOW_MS: '2000',
  EDIT_INTERVAL_MS: '1000',
  TURNS_AT_ONCE_PER_PERSON: '10',
  TURNS_AT_ONCE_PER_SERVER: '100',
  TURNS_A_DAY_PER_PERSON: '200',
  HTTP_ADDRESS: '127.0.0.1:8080',
  LOG_LEVEL: 'info',
});

const environmentSchema = z.object({
  DISCORD_TOKEN: z
    .string({
      error:
        'is missing. Make an application in the Discord developer portal and copy the token from its page "Bot".',
    })
    .pipe(headerText)
    .describe("Required. The bot's token from the Discord developer portal."),
  DISCORD_API_URL: baseUrl.describe("Base of Discord's REST API. The gateway's address comes from it."),
  DISCORD_GUILD_ID: z
    .string()
    .refine(isDiscordId, {
      error:
        'must be one server id, a number. Turn on developer mode in Discord and choose "Copy Server ID".',
    })
    .optional()
    .describe('Register commands in this server only (development). Not set: everywhere.'),
  DISCORD_DROP_CHANNELS: z
    .string()
    .transform(listOf)
    .refine((ids) => ids.every(isDiscordId), {
      error: 'must be channel ids (numbers), separated by commas or spaces.',
    })
    .optional()
    .describe(
      'Channel ids, separated by commas or spaces, in which dropped pictures start a video, beside those set with `/nemo settings`.',
    ),
  DISCORD_MESSAGE_CONTENT: z
    .enum(['on', 'off'], { error: 'must be on or off.' })
    .describe('`off` runs without the privileged intent; people then mention the bot or use commands.'),
  DISCORD_REQUESTS_PER_SECOND: wholeNumber(1, 1000).describe(
    "This process's share of Discord's global limit of 50, 1 to 1000. Several processes divide it among them.",
  ),
  ATTACHMENT_HOSTS: attachmentHosts.describe(
    'The only hosts (`host` or `host:port`) from which files are fetched or handed over.',
  ),
  NEMO_TOKEN: headerText
    .optional()
    .describe(
      "The operator's NemoVideo token. Not set: each person gets an anonymous starter account, of which the backend gives ten a week to one address.",
    ),
  NEMO_API_URL: baseUrl.describe('The backend.'),
  NEMO_WEB_URL: baseUrl.describe('The site that links for people lead to.'),
  NEMO_SKILL_SOURCE: headerText.describe('Attribution header `X-Skill-Source`, on every request.'),
  NEMO_SKILL_VERSION: headerText.describe('Attribution header `X-Skill-Version`.'),
  NEMO_SKILL_PLATFORM: headerText.describe('Attribution header `X-Skill-Platform`.'),
  STORE_URL: storeUrl.describe(
    'Where everything is remembered: `sqlite:` and the path of a file (one process), `postgres://…` (many), or `memory:` (tests).',
  ),
  STORE_SECRET: z
    .string()
    .min(16, {
      error:
        'is too short to protect anything. Use 16 characters or more, or leave it out for a key file beside the store.',
    })
    .optional()
    .describe(
      "At least 16 characters; encrypts people's tokens in the store. Not set: a key file beside the SQLite file, mode 0600. Required with Postgres.",
    ),
  ROLES: roles.describe(
    '`gateway`, `worker`, or both. One of them alone needs Postgres: gateways listen to Discord, workers run the requests.',
  ),
  SHARDS: shards.describe(
    "`auto`: all of the gateway's shards. A part of them: `0-3/16` is the first four of sixteen; needs Postgres.",
  ),
  NOTICE_INTERVAL_MS: durationMs(1).describe('"Still working..." appears after each such interval.'),
  RENDER_POLL_INTERVAL_MS: durationMs(1).describe('How often a running render is asked for.'),
  RECONCILE_FIRST_MS: durationMs(0).describe('First look at the project after a broken stream.'),
  RECONCILE_INTERVAL_MS: durationMs(1).describe('Pause between further looks.'),
  STREAM_MAX_MS: durationMs(1).describe("A stream's longest life."),
  STREAM_QUIET_MAX_MS: durationMs(1).describe(
    'The longest silence (heartbeats do not count) before a stream is given up.',
  ),
  RATE_LIMIT_WAIT_MS: durationMs(0).describe("The one wait after the backend's 429."),
  BURST_WINDOW_MS: durationMs(0).describe(
    'Pictures that one person drops within this time of one another are one request.',
  ),
  EDIT_INTERVAL_MS: durationMs(0).describe(
    'The shortest time between two edits of one message, on the average.',
  ),
  TURNS_AT_ONCE_PER_PERSON: turnLimit.describe(
    'Threads in which one person may have something running, until a server chooses its own limit with `/nemo settings`. `none`: no limit.',
  ),
  TURNS_AT_ONCE_PER_SERVER: turnLimit.describe('The same for a whole server.'),
  TURNS_A_DAY_PER_PERSON: turnLimit.describe(
    'Requests of one person within 24 hours, in each server and in direct messages; failed ones do not count. `none`: no limit.',
  ),
  HTTP_ADDRESS: httpAddress.describe(
    '`host:port` for `/healthz`, `/readyz` and `/metrics`, or `off`. An address in use is logged, and the bot goes on without.',
  ),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
      error: 'must be one of fatal, error, warn, info, debug, trace, silent.',
    })
    .describe('`fatal`, `error`, `warn`, `info`, `debug`, `trace` or `silent`.'),
});

type Environment = z.output<typeof environmentSchema>;

/** Every name that the bot reads, in the order of the guides. */
export const configVariableNames: readonly string[] = Object.freeze(Object.keys(environmentSchema.shape));

/** What each name means, in Markdown, for docs/configuration.md. */
export const configMeanings: Readonly<Record<string, string>> = Object.freeze(
  Object.fromEntries(
    Object.entries(environmentSchema.shape).map(([name, schema]) => [name, schema.description ?? '']),
  ),
);

const timesOf = (environment: Environment): ConfigTimes => ({
  noticeIntervalMs: environment.NOTICE_INTERVAL_MS,
  renderPollIntervalMs: environment.RENDER_POLL_INTERVAL_MS,
  reconcileFirstMs: environment.RECONCILE_FIRST_MS,
  reconcileIntervalMs: environment.RECONCILE_INTERVAL_MS,
  streamMaxMs: environment.STREAM_MAX_MS,
  streamQuietMaxMs: environment.STREAM_QUIET_MAX_MS,
  rateLimitWaitMs: environment.RATE_LIMIT_WAIT_MS,
  burstWindowMs: environment.BURST_WINDOW_MS,
  editIntervalMs: environment.EDIT_INTERVAL_MS,
});

const configOf = (environment: Environment): Config => ({
  discord: {
    token: environment.DISCORD_TOKEN,
    apiUrl: environment.DISCORD_API_URL,
    guildId: environment.DISCORD_GUILD_ID ?? null,
    dropChannelIds: environment.DISCORD_DROP_CHANNELS ?? [],
    wantsMessageContent: environment.DISCORD_MESSAGE_CONTENT === 'on',
    requestsPerSecond: environment.DISCORD_REQUESTS_PER_SECOND,
    shards: environment.SHARDS,
  },
  attachmentHosts: environment.ATTACHMENT_HOSTS,
  nemo: {
    operatorToken: environment.NEMO_TOKEN ?? null,
    apiUrl: environment.NEMO_API_URL,
    webUrl: environment.NEMO_WEB_URL,
    attribution: {
      source: environment.NEMO_SKILL_SOURCE,
      version: environment.NEMO_SKILL_VERSION,
      platform: environment.NEMO_SKILL_PLATFORM,
    },
  },
  store: { url: environment.STORE_URL, secret: environment.STORE_SECRET ?? null },
  roles: environment.ROLES,
  times: timesOf(environment),
  limits: {
    atOncePerPerson: environment.TURNS_AT_ONCE_PER_PERSON,
    atOncePerServer: environment.TURNS_AT_ONCE_PER_SERVER,
    aDayPerPerson: environment.TURNS_A_DAY_PER_PERSON,
  },
  http: environment.HTTP_ADDRESS,
  logLevel: environment.LOG_LEVEL,
});

const freezeDeep = <T>(value: T): T => {
  if (typeof value === 'object' && value !== null) Object.values(value).forEach(freezeDeep);
  return Object.freeze(value);
};

/** An empty or blank value counts as not set: that is how .env files and container panels say "nothing". */
const withDefaults = (
  environment: Readonly<Record<string, string | undefined>>,
): Record<string, string | undefined> => {
  const set = Object.entries(environment).map(([name, value]) => [name, value?.trim()] as const);
  return {
    ...configDefaults,
    ...Object.fromEntries(set.filter(([, value]) => value !== undefined && value !== '')),
  };
};

/** Several processes need a store that they can share. */
const partsWithoutPostgres = (given: Readonly<Record<string, string | undefined>>): string[] => {
  const { ROLES: rolesGiven = '', SHARDS: shardsGiven = '', STORE_URL: url = '' } = given;
  if (isPostgres(url)) return [];
  const isPartOfRoles = ['gateway', 'worker'].includes(listOf(rolesGiven).join());
  const shardsRead = readShards(shardsGiven);
  const isPartOfShards = shardsRead !== null && shardsRead !== 'auto';
  const names = [...(isPartOfRoles ? ['ROLES'] : []), ...(isPartOfShards ? ['SHARDS'] : [])];
  return names.map(
    (name) =>
      `${name} leaves a part of the work to other processes, so STORE_URL must name a Postgres database that all of them share. Leave ${name} out to run everything in one.`,
  );
};

/** There is no place for a key file that every process sees. */
const secretForPostgres = (given: Readonly<Record<string, string | undefined>>): string[] => {
  const { STORE_SECRET: secret = '', STORE_URL: url = '' } = given;
  if (!isPostgres(url) || secret !== '') return [];
  return [
    "STORE_SECRET is missing. It encrypts people's tokens in the Postgres database: set 16 characters or more, the same for every process.",
  ];
};

const problemsOf = (error: z.ZodError | undefined): string[] =>
  (error?.issues ?? []).map((issue) => `${issue.path.join('.')} ${issue.message}`);

const messageOf = (problems: readonly string[]): string =>
  [
    'Makevideo cannot start with these settings (environment or .env, see .env.example):',
    ...problems.map((problem) => `- ${problem}`),
    'No accounts yet? Everything can be tried on this machine without any: npm run playground',
  ].join('\n');

/**
 * Reads the whole configuration. Never throws and never repeats a value, so that a secret in the wrong place stays one.
 * @returns the frozen configuration, or one message for the operator with a line per problem.
 */
export const readConfig = (
  environment: Readonly<Record<string, string | undefined>>,
): { readonly ok: true; readonly config: Config } | { readonly ok: false; readonly message: string } => {
  const given = withDefaults(environment);
  const read = environmentSchema.safeParse(given);
  const problems = [...problemsOf(read.error), ...partsWithoutPostgres(given), ...secretForPostgres(given)];
  return read.success && problems.length === 0
    ? { ok: true, config: freezeDeep(configOf(read.data)) }
    : { ok: false, message: messageOf(problems) };
};
