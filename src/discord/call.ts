/** One REST request: waits for its share, obeys its signal, reads the answer, turns every failure into a ChatError. It must not know what is asked. */
import { DiscordAPIError, type REST } from 'discord.js';
import type { z } from 'zod';
import { ChatError } from '../ports/chat.ts';
import type { Budget } from './budget.ts';
import { chatErrorOf } from './errors.ts';

type Request = Omit<Parameters<REST['request']>[0], 'signal'>;

/** Rejects as soon as the signal aborts: discord.js itself may still be waiting for a rate limit. Its result is then nobody's. */
const untilAborted = async <T>(signal: AbortSignal, run: (signal: AbortSignal) => Promise<T>): Promise<T> => {
  signal.throwIfAborted();
  // discord.js never takes its listener off the signal that it is given, so it gets one that lives as long as the request.
  const own = new AbortController();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => {
    own.abort();
    reject(signal.reason);
  };
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([run(own.signal), aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
};

/** discord.js forgets the token after any 401; one wrong 401 of Discord's must not make the bot mute for ever. */
const keepToken = (rest: REST, token: string, error: unknown): void => {
  if (error instanceof DiscordAPIError && error.status === 401) rest.setToken(token);
};

type Options<T> = {
  readonly answer: z.ZodType<T>;
  readonly signal: AbortSignal;
  /** Newer words will replace these: everything else goes first. */
  readonly isPassing?: boolean;
};

/** A request given as a function is made when its turn has come, with what is newest then. */
export type CallDiscord = <T>(request: Request | (() => Request), options: Options<T>) => Promise<T>;

type Deps = {
  /** The REST client of the present connection; throws a ChatError when there is none. */
  readonly connected: () => { readonly rest: REST };
  readonly token: string;
  readonly budget: Budget;
};

export const createCall =
  ({ connected, token, budget }: Deps): CallDiscord =>
  async (asked, { answer, signal, isPassing = false }) => {
    const { rest } = connected();
    const send = async (signal: AbortSignal): Promise<unknown> => {
      // Requests with an interaction's token instead of ours do not count (Discord docs: Rate Limits, Global), and cannot wait.
      const isFree = typeof asked !== 'function' && asked.auth === false;
      if (!isFree) await budget.take({ isPassing, signal });
      return rest.request({ ...(typeof asked === 'function' ? asked() : asked), signal });
    };
    const body = await untilAborted(signal, send).catch((error: unknown) => {
      keepToken(rest, token, error);
      throw error;
    });
    const read = answer.safeParse(body);
    if (read.success) return read.data;
    throw new ChatError('unavailable', {
      message: 'Discord answered in an unknown shape.',
      cause: read.error,
    });
  };

/** Runs calls for the port: everything but the signal's own reason leaves as a ChatError. */
export const asChatErrors = async <T>(signal: AbortSignal, run: () => Promise<T>): Promise<T> => {
  try {
    return await run();
  } catch (error) {
    throw signal.aborted && error === signal.reason ? error : chatErrorOf(error);
  }
};
