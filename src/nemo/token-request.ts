/** Asks for an anonymous token (nemo-api §2). Knows this one request and its limits; must not know accounts. */
import { z } from 'zod';
import { withoutRetry } from '../core/problems.ts';
import { NemoError } from '../ports/backend.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import { dataOf } from './answer.ts';
import type { Api } from './api.ts';
import { idSchema } from './json.ts';
import { tokenLifeMs } from './limits.ts';

export type NewToken = {
  readonly token: string;
  readonly expiresAtMs: number;
  readonly userId: string | null;
};

export type TokenRequestDependencies = {
  readonly rateLimitWaitMs: number;
  readonly api: Api;
  readonly clock: Clock;
  readonly log: Log;
};

/** Everything but the token is missing in some samples. */
const tokenSchema = z.object({
  token: z.string().min(1),
  user_id: idSchema.nullish().catch(undefined),
  expires_at: z.string().nullish().catch(undefined),
});

/** Rejects with NemoError: `accountLimit` after a second 429, because that limit lasts seven days (nemo-api §15 row 12). */
export const createTokenRequest = ({ rateLimitWaitMs, api, clock, log }: TokenRequestDependencies) => {
  const once = async (clientId: string, signal: AbortSignal): Promise<NewToken> => {
    const body = await api.json({
      call: 'token',
      method: 'POST',
      path: '/api/auth/anonymous-token',
      token: null,
      headers: { 'X-Client-Id': clientId },
      signal,
    });
    const { token, user_id: userId, expires_at: expiresAt } = dataOf('token', body, tokenSchema);
    const named = Date.parse(expiresAt ?? '');
    return {
      token,
      expiresAtMs: Number.isNaN(named) ? clock.nowMs() + tokenLifeMs : named,
      userId: userId ?? null,
    };
  };

  return async (clientId: string, signal: AbortSignal): Promise<NewToken> => {
    try {
      return await once(clientId, signal);
    } catch (error) {
      if (!(error instanceof NemoError) || error.problem.kind !== 'accountLimit') throw error;
      log.warn({ waitMs: rateLimitWaitMs }, 'starter accounts are limited; trying once more');
      await clock.sleep(rateLimitWaitMs, signal);
    }
    return once(clientId, signal).catch((error: unknown) => {
      if (!(error instanceof NemoError)) throw error;
      if (error.problem.kind === 'accountLimit') {
        log.error(
          {},
          'NemoVideo gives out no more starter accounts this week; set NEMO_TOKEN to an account of your own',
        );
      }
      throw new NemoError(error.kind, withoutRetry(error.problem), error);
    });
  };
};
