/** Environment → frozen Config, all problems at once with advice. Knows names, defaults and ranges; must not know any room. */
import { z } from 'zod';

export type HttpAddress = { readonly host: string; readonly port: number };

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
  readonly times: ConfigTimes;
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
  HTTP_ADDRESS: '127.0.0.1:8080',
  LOG_LEVEL: 'info',
});

const dayMs = 86_400_000;

const listOf = (text: string): string[] => text.split(/[\s,]+/u).filter((part) => part !== '');

const wholeNumber = (min: number, max: number) => {
  const error = `must be a whole number from ${min} to ${max}.`;
  return z
    .string()
    .regex(/^\d{1,15}$/u, { error, abort: true })
    .transform(Number)
    .pipe(z.number().min(min, { error }).max(max, { error }));
};

const durationMs = (min: number) => wholeNumber(min, dayMs);

/** Visible ASCII only: these values travel in HTTP headers. The value itself is never part of the complaint. */
const headerText = z.string().regex(/^[\x21-\x7e]{1,4096}$/u, {
  error:
    'has spaces, line breaks or letters that no header may carry. Copy the bare value, without quotes or a word before it.',
});

const isBaseUrl = (text: string): boolean => {
  const url = URL.parse(text);
  if (url === null || !['http:', 'https:'].includes(url.protocol)) return false;
  return url.username === '' && url.password === '' && url.search === '' && url.hash === '';
};

const baseUrl = z
  .string()
  .refine(isBaseUrl, {
    error: 'must be an address like https://example.com/api, without a user name, "?" or "#".',
  })
  .transform((text) => text.replace(/\/+$/u, ''));

/** Discord ids are numbers of up to 20 digits, too long for a JavaScript number (Discord docs, reference: snowflakes). */
const isDiscordId = (text: string): boolean => /^\d{1,20}$/u.test(text);

const isHost = (text: string): boolean =>
  /^(\[[\da-f:]+\]|[a-z\d.-]+)(:\d{1,5})?$/u.test(text) && URL.canParse(`http://${text}`);

const attachmentHosts = z
  .string()
  .transform((text) => listOf(text.toLowerCase()))
  .refine((hosts) => hosts.length > 0 && hosts.every(isHost), {
    error:
      'must be host names separated by commas, each with an optional port: cdn.example.com, 127.0.0.1:8080.',
  });

const storeUrl = z
  .string()
  .refine((text) => !/^postgres(ql)?:/u.test(text), {
    error:
      'names a Postgres database, which is not built yet. Use sqlite:data/makevideo.db (one process, one file).',
  })
  .refine((text) => /^(memory:|sqlite:.+|postgres(ql)?:.*)$/u.test(text), {
    error:
      'must be sqlite: and the path of a file, for example sqlite:data/makevideo.db (memory: forgets everything at the end).',
  });

const roles = z
  .string()
  .transform((text) => listOf(text).toSorted().join())
  .refine((names) => ['gateway,worker', 'gateway', 'worker'].includes(names), {
    error: 'must be gateway,worker.',
    abort: true,
  })
  .refine((names) => names === 'gateway,worker', {
    error: 'asks for separate processes, which is not built yet. Leave it out: one process plays both roles.',
  });

const shards = z
  .string()
  .regex(/^(auto|\d+(-\d+)?\/\d+)$/u, { error: 'must be auto.', abort: true })
  .refine((text) => text === 'auto', {
    error:
      'asks for a part of the shards, which is not built yet. Leave it out: this process takes all of them.',
  });

const httpAddressPattern = /^(?<host>\[[\da-f:]+\]|[A-Za-z\d.-]+):(?<port>\d{1,5})$/u;

const httpAddress = z
  .string()
  .refine(
    (text) =>
      text === 'off' || Number(httpAddressPattern.exec(text)?.groups?.['port'] ?? Number.NaN) <= 65_535,
    {
      error: 'must be a host and a port like 127.0.0.1:8080, or off.',
      abort: true,
    },
  )
  .transform((text): HttpAddress | null => {
    const { host, port } = httpAddressPattern.exec(text)?.groups ?? {};
    return host === undefined ? null : { host: host.replace(/^\[|\]$/gu, ''), port: Number(port) };
  });

const environmentSchema = z.object({
  DISCORD_TOKEN: z
    .string({
      error:
        'is missing. Make an application in the Discord developer portal and copy the token from its page "Bot".',
    })
    .pipe(headerText),
  DISCORD_API_URL: baseUrl,
  DISCORD_GUILD_ID: z
    .string()
    .refine(isDiscordId, {
      error:
        'must be one server id, a number. Turn on developer mode in Discord and choose "Copy Server ID".',
    })
    .optional(),
  DISCORD_DROP_CHANNELS: z
    .string()
    .transform(listOf)
    .refine((ids) => ids.every(isDiscordId), {
      error: 'must be channel ids (numbers), separated by commas or spaces.',
    })
    .optional(),
  DISCORD_MESSAGE_CONTENT: z.enum(['on', 'off'], { error: 'must be on or off.' }),
  DISCORD_REQUESTS_PER_SECOND: wholeNumber(1, 1000),
  ATTACHMENT_HOSTS: attachmentHosts,
  NEMO_TOKEN: headerText.optional(),
  NEMO_API_URL: baseUrl,
  NEMO_WEB_URL: baseUrl,
  NEMO_SKILL_SOURCE: headerText,
  NEMO_SKILL_VERSION: headerText,
  NEMO_SKILL_PLATFORM: headerText,
  STORE_URL: storeUrl,
  STORE_SECRET: z
    .string()
    .min(16, {
      error:
        'is too short to protect anything. Use 16 characters or more, or leave it out for a key file beside the store.',
    })
    .optional(),
  ROLES: roles,
  SHARDS: shards,
  NOTICE_INTERVAL_MS: durationMs(1),
  RENDER_POLL_INTERVAL_MS: durationMs(1),
  RECONCILE_FIRST_MS: durationMs(0),
  RECONCILE_INTERVAL_MS: durationMs(1),
  STREAM_MAX_MS: durationMs(1),
  STREAM_QUIET_MAX_MS: durationMs(1),
  RATE_LIMIT_WAIT_MS: durationMs(0),
  BURST_WINDOW_MS: durationMs(0),
  EDIT_INTERVAL_MS: durationMs(0),
  HTTP_ADDRESS: httpAddress,
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
    error: 'must be one of fatal, error, warn, info, debug, trace, silent.',
  }),
});

type Environment = z.output<typeof environmentSchema>;

/** Every name that the bot reads, in the order of the guides. */
export const configVariableNames: readonly string[] = Object.freeze(Object.keys(environmentSchema.shape));

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
  times: timesOf(environment),
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

const messageOf = (error: z.ZodError): string => {
  const lines = error.issues.map((issue) => `- ${issue.path.join('.')} ${issue.message}`);
  return [
    'Makevideo cannot start with these settings (environment or .env, see .env.example):',
    ...lines,
    'No accounts yet? Everything can be tried on this machine without any: npm run playground',
  ].join('\n');
};

/**
 * Reads the whole configuration. Never throws and never repeats a value, so that a secret in the wrong place stays one.
 * @returns the frozen configuration, or one message for the operator with a line per problem.
 */
export const readConfig = (
  environment: Readonly<Record<string, string | undefined>>,
): { readonly ok: true; readonly config: Config } | { readonly ok: false; readonly message: string } => {
  const read = environmentSchema.safeParse(withDefaults(environment));
  return read.success
    ? { ok: true, config: freezeDeep(configOf(read.data)) }
    : { ok: false, message: messageOf(read.error) };
};
