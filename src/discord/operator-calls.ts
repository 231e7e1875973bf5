/** What the operator's tools ask of Discord over REST, without a gateway connection. It must not know what is made of the answers. */
import {
  DefaultRestOptions,
  DiscordAPIError,
  PermissionsBitField,
  REST,
  type RESTOptions,
  Routes,
} from 'discord.js';
import { z } from 'zod';
import type { BotPermission } from '../ports/chat.ts';
import type { Clock } from '../ports/clock.ts';
import type { CommandDefinition } from '../ports/command-definition.ts';
import type { Log } from '../ports/log.ts';
import type { CallDiscord } from './call.ts';
import { DiscordError } from './errors.ts';
import { invitePermissions, missingPermissions } from './permissions.ts';
import { registerCommands } from './registration.ts';

/** Somebody waits at a terminal. */
const requestLimitMs = 10_000;

/** Application flags (Discord docs: Application, Flags): granted to a verified bot, and to a small one. */
const contentIntentFlags = (1 << 18) | (1 << 19);

/** A server has at most this many on one page (Discord docs: Get Current User Guilds). */
const guildsRead = 200;

const applicationShape = z.object({
  id: z.string(),
  flags: z.number().nullish(),
  bot: z.object({ username: z.string() }).nullish(),
  name: z.string().default(''),
});

const guildsShape = z.array(z.object({ name: z.string(), permissions: z.string() }));

export type OperatorCalls = {
  /** Rejects with DiscordError, like all of them. */
  application(): Promise<{ id: string; botName: string; hasContentIntent: boolean }>;
  /** The servers that the bot is in, and which of its rights the roles there do not give. */
  guilds(): Promise<readonly { name: string; missing: readonly BotPermission[] }[]>;
  /** Registers the commands, in one server or (null) everywhere, unless they are there already. */
  register(
    commands: readonly CommandDefinition[],
    options: { applicationId: string; guildId: string | null; log: Log },
  ): Promise<void>;
  /** Our clock minus that of Discord's last answer, ms; null before the first. */
  clockSkewMs(): number | null;
};

type Options = { readonly token: string; readonly apiUrl: string; readonly clock: Clock };

const discordErrorOf = (cause: unknown): DiscordError => {
  if (cause instanceof DiscordAPIError && cause.status === 401)
    return new DiscordError('invalidToken', {
      message:
        'Discord does not accept DISCORD_TOKEN. Copy the bot token from the developer portal (Bot, Reset Token).',
    });
  if (cause instanceof DiscordAPIError)
    return new DiscordError('rejected', {
      message: `Discord answered ${cause.status} with code ${cause.code}.`,
    });
  return new DiscordError('unreachable', { message: 'Discord could not be reached.', cause });
};

/** A server of which the bot is no member is refused or unknown (Discord docs: Opcodes and Status Codes, JSON). */
const registrationErrorOf = (cause: unknown, guildId: string | null): DiscordError => {
  const isForbidden = cause instanceof DiscordAPIError && [403, 404].includes(cause.status);
  if (guildId === null || !isForbidden) return discordErrorOf(cause);
  return new DiscordError('rejected', {
    message: `Discord does not let this bot into the server ${guildId}. Check DISCORD_GUILD_ID, and bring the bot there with the link of "npm run invite".`,
    cause,
  });
};

const asked = async <T>(run: () => Promise<T>, errorOf = discordErrorOf): Promise<T> => {
  try {
    return await run();
  } catch (cause) {
    throw errorOf(cause);
  }
};

/** Scopes and rights that the bot needs and no more (Discord docs: OAuth2, Bot Authorization Flow). */
export const inviteUrl = (applicationId: string): string => {
  const query = new URLSearchParams({
    client_id: applicationId,
    scope: 'bot applications.commands',
    permissions: String(invitePermissions),
  });
  return `https://discord.com/oauth2/authorize?${query.toString()}`;
};

export const createOperatorCalls = ({ token, apiUrl, clock }: Options): OperatorCalls => {
  let skewMs: number | null = null;
  const makeRequest: RESTOptions['makeRequest'] = async (url, init) => {
    const answer = await DefaultRestOptions.makeRequest(url, init);
    const date = Date.parse(answer.headers.get('date') ?? '');
    skewMs = Number.isNaN(date) ? skewMs : clock.nowMs() - date;
    return answer;
  };
  const rest = new REST({ api: apiUrl, timeout: requestLimitMs, retries: 1, makeRequest }).setToken(token);
  const call: CallDiscord = async ({ draw, ...request }, { answer, signal }) =>
    answer.parse(await rest.request({ ...request, ...draw?.(), signal }));
  return {
    application: () =>
      asked(async () => {
        const { id, name, flags, bot } = applicationShape.parse(await rest.get(Routes.currentApplication()));
        const hasContentIntent = ((flags ?? 0) & contentIntentFlags) !== 0;
        return { id, botName: bot?.username ?? name, hasContentIntent };
      }),
    guilds: () =>
      asked(async () => {
        const query = new URLSearchParams({ limit: String(guildsRead) });
        const guilds = guildsShape.parse(await rest.get(Routes.userGuilds(), { query }));
        return guilds.map(({ name, permissions }) => {
          const rights = new PermissionsBitField(BigInt(permissions));
          return { name, missing: missingPermissions(rights, { isThread: false }) };
        });
      }),
    register: (commands, options) =>
      asked(
        () =>
          registerCommands(commands, { ...options, call, signal: AbortSignal.timeout(requestLimitMs * 3) }),
        (cause) => registrationErrorOf(cause, options.guildId),
      ),
    clockSkewMs: () => skewMs,
  };
};
