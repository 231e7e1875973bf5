/** One REST request: waits for its share, obeys its signal, reads the answer, turns every failure into a ChatError. It must not know what is asked. */
import { DiscordAPIError, RateLimitError, type REST } from 'discord.js';
import type { z } from 'zod';
import type { Priority } from '../core/pacing.ts';
import { ChatError } from '../ports/chat.ts';
import type { Budget } from './budget.ts';
import { chatErrorOf } from './errors.ts';
import type { BucketIds } from './limit-facts.ts';
import type { RefusalGuard } from './refusal-guard.ts';

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

const isUnauthorized = (error: unknown): boolean => error instanceof DiscordAPIError && error.status === 401;

type Options<T> = {
  readonly answer: z.ZodType<T>;
  readonly signal: AbortSignal;
  /** What the request is for; somebody waits for it, unless said otherwise. */
  readonly priority?: Priority | undefined;
  /** Takes the request back as long as it was not sent; the call then rejects with this signal's reason. */
  readonly takeBack?: AbortSignal | undefined;
};

/** A request whose body is drawn when it is sent, with what is newest then. A `draw` that throws sends nothing and costs nothing. */
type DrawnRequest = Request & { readonly draw?: () => Pick<Request, 'body' | 'files'> };

export type CallDiscord = <T>(request: DrawnRequest, options: Options<T>) => Promise<T>;

type Deps = {
  /** The REST client of the present connection; throws a ChatError when there is none. */
  readonly connected: () => { readonly rest: REST };
  readonly token: string;
  readonly budget: Budget;
  readonly bucketIds: BucketIds;
  readonly guard: Pick<RefusalGuard, 'isCautious'>;
  /** Discord refused our token in a request. */
  readonly onTokenRefused: () => void;
};

/** Sends when the budget lets it, and again when it came too early in spite of that: what is newest then is sent. */
const sendPaced = async (
  { budget, bucketIds }: Deps,
  send: () => Promise<unknown>,
  asked: { request: Request; priority: Priority; signal: AbortSignal },
): Promise<unknown> => {
  const { request, priority, signal } = asked;
  for (;;) {
    const bucketId = bucketIds.of(request.method, request.fullRoute);
    try {
      return await budget.run({ bucketId, priority, signal }, send);
    } catch (error) {
      // The budget has heard of it, too, and knows when the next try makes sense.
      if (!(error instanceof RateLimitError)) throw error;
    }
  }
};

export const createCall = (deps: Deps): CallDiscord => {
  const { connected, token, guard, onTokenRefused } = deps;
  return async ({ draw, ...request }, { answer, signal, takeBack, priority = 'acknowledgement' }) => {
    const { rest } = connected();
    if (priority === 'moreWords' && guard.isCautious()) {
      throw new ChatError('unavailable', {
        message: 'Discord refuses a lot, so words in between are not sent.',
      });
    }
    const send = (signal: AbortSignal): Promise<unknown> => {
      const sendNow = (): Promise<unknown> => rest.request({ ...request, ...draw?.(), signal });
      // Requests with an interaction's token instead of ours do not count (Discord docs: Rate Limits, Global), and cannot wait.
      if (request.auth === false) return sendNow();
      const waitSignal = takeBack ? AbortSignal.any([signal, takeBack]) : signal;
      return sendPaced(deps, sendNow, { request, priority, signal: waitSignal });
    };
    const body = await untilAborted(signal, send).catch((error: unknown) => {
      if (isUnauthorized(error)) {
        // discord.js forgets the token after any 401; one wrong 401 of Discord's must not make the bot mute for ever.
        rest.setToken(token);
        if (request.auth !== false) onTokenRefused();
      }
      throw error;
    });
    const read = answer.safeParse(body);
    if (read.success) return read.data;
    throw new ChatError('unavailable', {
      message: 'Discord answered in an unknown shape.',
      cause: read.error,
    });
  };
};

const isReasonOf = (signal: AbortSignal | undefined, error: unknown): boolean =>
  signal?.aborted === true && error === signal.reason;

/** Runs calls for the port: everything but the signals' own reasons leaves as a ChatError. */
export const asChatErrors = async <T>(
  signal: AbortSignal,
  run: () => Promise<T>,
  takeBack?: AbortSignal,
): Promise<T> => {
  try {
    return await run();
  } catch (error) {
    throw isReasonOf(signal, error) || isReasonOf(takeBack, error) ? error : chatErrorOf(error);
  }
};
