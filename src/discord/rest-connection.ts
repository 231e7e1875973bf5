/** Discord without its gateway: requests only, for a process that runs turns and hears no events. It must not know what is asked. */
import { DiscordAPIError, REST, Routes } from 'discord.js';
import { z } from 'zod';
import { ChatError } from '../ports/chat.ts';
import { type DiscordSettings, restOptions } from './client.ts';
import type { Connected, Connection } from './connection.ts';
import { DiscordError, invalidToken } from './errors.ts';
import type { RequestWatch } from './requests.ts';

/** Discord answers this in well under a second; discord.js tries again by itself within this time. */
const openLimitMs = 30_000;

const userShape = z.object({ id: z.string() });

const failureOf = (cause: unknown): DiscordError => {
  if (cause instanceof DiscordAPIError && cause.status === 401) return invalidToken(null);
  return new DiscordError('unreachable', { message: 'Discord could not be reached.', cause });
};

export const createRestConnection = (settings: DiscordSettings, watch: RequestWatch): Connection => {
  let connected: Connected | null = null;
  return {
    /** Who the bot is, which `findOwnMessage` needs, and whether the token is right (Discord docs: Get Current User). */
    open: async () => {
      const rest = new REST(restOptions(settings, watch.makeRequest)).setToken(settings.token);
      try {
        const answer = await rest.get(Routes.user(), { signal: AbortSignal.timeout(openLimitMs) });
        connected = { rest, user: userShape.parse(answer) };
      } catch (cause) {
        throw failureOf(cause);
      }
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
