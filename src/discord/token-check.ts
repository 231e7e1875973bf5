/** Finds out whether a refused token is really over: Discord takes a valid one for invalid now and then. It must not know what was asked. */
import { DiscordAPIError, RequestMethod, Routes } from 'discord.js';
import { z } from 'zod';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { CallDiscord } from './call.ts';
import { type DiscordError, invalidToken } from './errors.ts';

/** So many refusals in a row, this far apart, are no mistake. */
const refusalsNeeded = 3;
const pauseMs = 2_000;
/** A token that was found valid is not asked about again for so long. */
const trustMs = 60_000;

export type TokenCheck = {
  /** Discord refused a request with 401. Asks who we are, and gives up for good when Discord goes on refusing. */
  onRefused(): void;
};

type Deps = {
  readonly call: CallDiscord;
  readonly clock: Clock;
  readonly log: Log;
  readonly onInvalid: (error: DiscordError) => void;
  /** Aborts when the connection is closed on purpose. */
  readonly closing: AbortSignal;
};

const isRefused = (error: unknown): boolean => error instanceof DiscordAPIError && error.status === 401;

export const createTokenCheck = ({ call, clock, log, onInvalid, closing }: Deps): TokenCheck => {
  let isRunning = false;
  let trustedUntilMs = 0;

  /** Rejects with Discord's refusal when it is one, with anything else when the question could not be asked. */
  const ask = (): Promise<unknown> =>
    call(
      { method: RequestMethod.Get, fullRoute: Routes.user('@me') },
      { answer: z.unknown(), signal: closing },
    );

  const check = async (): Promise<void> => {
    for (let refusals = 1; ; refusals += 1) {
      try {
        await ask();
        trustedUntilMs = clock.nowMs() + trustMs;
        return;
      } catch (error) {
        if (!isRefused(error)) throw error;
        if (refusals >= refusalsNeeded) return onInvalid(invalidToken(null));
      }
      await clock.sleep(pauseMs, closing);
    }
  };

  return {
    onRefused: () => {
      if (isRunning || clock.nowMs() < trustedUntilMs) return;
      isRunning = true;
      check()
        .catch((error: unknown) => {
          // Nobody knows yet; the next refusal asks again.
          if (!closing.aborted) log.warn({ err: error }, 'the token could not be checked');
        })
        .finally(() => {
          isRunning = false;
        });
    },
  };
};
