/** Discord without its gateway: requests only, for a process that runs turns and hears no events. It must not know what is asked. */
import { DefaultRestOptions, DiscordAPIError, REST, Routes } from 'discord.js';
import { z } from 'zod';
import { ChatError } from '../ports/chat.ts';
import { type DiscordSettings, restOptions, type ShardPlan } from './client.ts';
import type { Connected, Connection } from './connection.ts';
import { DiscordError, invalidToken } from './errors.ts';
import type { RequestWatch } from './requests.ts';

/** Discord answers this in well under a second; discord.js tries again by itself within this time. */
const openLimitMs = 30_000;

const userShape = z.object({ id: z.string() });
const shardsShape = z.object({ shards: z.int().min(1) });

const failureOf = (cause: unknown): DiscordError =>
  cause instanceof DiscordAPIError && cause.status === 401
    ? invalidToken(null)
    : new DiscordError('unreachable', { message: 'Discord could not be reached.', cause });

type MakeRequest = RequestWatch['makeRequest'];

/** Asks for one thing, which also proves the token. Rejects with DiscordError. */
const openRest = async <T>(
  settings: Pick<DiscordSettings, 'apiUrl' | 'token'>,
  asked: { makeRequest: MakeRequest; route: `/${string}`; answer: z.ZodType<T> },
): Promise<{ rest: REST; answer: T }> => {
  const rest = new REST(restOptions(settings, asked.makeRequest)).setToken(settings.token);
  try {
    const answer = await rest.get(asked.route, { signal: AbortSignal.timeout(openLimitMs) });
    return { rest, answer: asked.answer.parse(answer) };
  } catch (cause) {
    throw failureOf(cause);
  }
};

/** All shards that Discord recommends (Discord docs: Get Gateway Bot). Rejects with DiscordError. */
export const recommendedShards = async (
  settings: Pick<DiscordSettings, 'apiUrl' | 'token'>,
): Promise<ShardPlan> => {
  const { makeRequest } = DefaultRestOptions;
  const { answer } = await openRest(settings, {
    makeRequest,
    route: Routes.gatewayBot(),
    answer: shardsShape,
  });
  const count = answer.shards;
  return { ids: Array.from({ length: count }, (_, id) => id), count };
};

export const createRestConnection = (settings: DiscordSettings, watch: RequestWatch): Connection => {
  let connected: Connected | null = null;
  return {
    /** Who the bot is, which `findOwnMessage` needs, and whether the token is right (Discord docs: Get Current User). */
    open: async () => {
      const { makeRequest } = watch;
      const opened = await openRest(settings, { makeRequest, route: Routes.user(), answer: userShape });
      connected = { rest: opened.rest, user: opened.answer };
    },
    close: async () => {
      connected = null;
    },
    connected: () => {
      if (connected !== null) return connected;
      throw new ChatError('unavailable', { message: 'There is no connection to Discord.' });
    },
    current: () => null,
    shards: () => [],
    hasMessageContent: () => settings.wantsMessageContent,
  };
};
