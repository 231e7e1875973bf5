/** What Discord says about its limits, and whose they are (Discord docs: Rate Limits). It must not know who waits for them. */
import { z } from 'zod';
import type { LimitFacts } from '../core/limit-facts.ts';
import { createBoundedMap } from './bounded-map.ts';

export type BucketIds = {
  /** The bucket of a request; `path` is below the version, without a query. */
  of(method: string, path: string): string;
  /** Discord gave a route's bucket a name: routes that share it are counted together. */
  name(method: string, path: string, name: string): void;
};

/** More than Discord has routes that a bot uses. */
const routesMax = 500;

const majorPart = /^\/(?:channels|guilds|webhooks)\/(\d+)/u;

const routeOf = (method: string, path: string): string => `${method} ${path.replaceAll(/\d{16,}/gu, ':id')}`;

/** Discord counts by the name of a bucket, which its answers tell, and by the channel or server in the path. */
export const createBucketIds = (): BucketIds => {
  const names = createBoundedMap<string>(routesMax);
  return {
    of: (method, path) => {
      const route = routeOf(method, path);
      return `${names.get(route) ?? route} ${majorPart.exec(path)?.[1] ?? ''}`;
    },
    name: (method, path, name) => names.set(routeOf(method, path), name),
  };
};

/** Seconds as Discord writes them, with fractions; null where there are none. */
const millisecondsOf = (seconds: string | null): number | null =>
  seconds === null || !Number.isFinite(Number(seconds)) ? null : Math.max(0, Number(seconds) * 1000);

const countOf = (count: string | null): number | null =>
  count === null || !Number.isFinite(Number(count)) ? null : Number(count);

const refusalShape = z.object({ retry_after: z.number().nonnegative(), global: z.boolean().default(false) });

/** A 429 that names no time that can be read: not Discord's own, so something before it wants a moment of peace. */
const unnamedWaitMs = 1_000;

type Head = { readonly status: number; readonly headers: { get(name: string): string | null } };

/** `body` is that of a 429: it tells the time exactly, the header in whole seconds. */
export const limitFactsOf = ({ status, headers }: Head, body: unknown): LimitFacts => {
  const refusal = status === 429 ? refusalShape.safeParse(body).data : undefined;
  const namedMs =
    refusal === undefined ? millisecondsOf(headers.get('retry-after')) : refusal.retry_after * 1000;
  return {
    remaining: countOf(headers.get('x-ratelimit-remaining')),
    resetAfterMs: millisecondsOf(headers.get('x-ratelimit-reset-after')),
    retryAfterMs: status === 429 ? (namedMs ?? unnamedWaitMs) : null,
    isGlobal: refusal?.global === true || headers.get('x-ratelimit-scope') === 'global',
  };
};
