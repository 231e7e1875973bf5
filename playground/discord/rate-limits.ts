/** Discord's limits: a bucket for each route and major parameter, and one for all. It must not know what requests do. */
import { createHash } from 'node:crypto';
import type { StandInClock } from './contract.ts';

export interface RouteLimit {
  requestsMax: number;
  windowMs: number;
}

export interface LimitedRequest {
  method: string;
  /** Pattern of the path. */
  route: string;
  /** Channel, server, or webhook with its token. */
  major: string;
  limit: RouteLimit;
  /** Answers to interactions are not bound to the global limit (docs: topics, Rate Limits). */
  isGlobalExempt: boolean;
}

export interface RateVerdict {
  /** `null`: go on. */
  retryAfterMs: number | null;
  scope: 'user' | 'global';
  headers: Record<string, string>;
}

export interface RateLimits {
  take(request: LimitedRequest): RateVerdict;
}

interface Bucket {
  used: number;
  resetsAtMs: number;
}

/** Buckets held; finished ones are cleared beyond it. */
const bucketsMax = 20_000;

export function createRateLimits(deps: { clock: StandInClock; globalRequestsPerSecond: number }): RateLimits {
  const buckets = new Map<string, Bucket>();
  const names = new Map<string, string>();
  const bucketName = (key: string) => {
    const name = names.get(key) ?? createHash('md5').update(key).digest('hex');
    names.set(key, name);
    return name;
  };
  const everything: Bucket = { used: 0, resetsAtMs: 0 };

  const current = (key: string, { windowMs }: RouteLimit, nowMs: number): Bucket => {
    const found = buckets.get(key);
    if (found !== undefined && found.resetsAtMs > nowMs) return found;
    const fresh = { used: 0, resetsAtMs: nowMs + windowMs };
    buckets.set(key, fresh);
    if (buckets.size > bucketsMax) {
      for (const [old, { resetsAtMs }] of buckets) if (resetsAtMs <= nowMs) buckets.delete(old);
    }
    return fresh;
  };

  const takeGlobal = (nowMs: number): number | null => {
    if (everything.resetsAtMs <= nowMs) Object.assign(everything, { used: 0, resetsAtMs: nowMs + 1000 });
    if (everything.used >= deps.globalRequestsPerSecond) return everything.resetsAtMs - nowMs;
    everything.used += 1;
    return null;
  };

  return {
    take({ method, route, major, limit, isGlobalExempt }) {
      const nowMs = deps.clock.nowMs();
      const globalWaitMs = isGlobalExempt ? null : takeGlobal(nowMs);
      if (globalWaitMs !== null) {
        return {
          retryAfterMs: globalWaitMs,
          scope: 'global',
          headers: { 'x-ratelimit-global': 'true', 'x-ratelimit-scope': 'global' },
        };
      }
      const bucket = current(`${method} ${route} ${major}`, limit, nowMs);
      const isOver = bucket.used >= limit.requestsMax;
      if (!isOver) bucket.used += 1;
      const leftMs = bucket.resetsAtMs - nowMs;
      const headers = {
        'x-ratelimit-limit': String(limit.requestsMax),
        'x-ratelimit-remaining': String(limit.requestsMax - bucket.used),
        'x-ratelimit-reset': (bucket.resetsAtMs / 1000).toFixed(3),
        'x-ratelimit-reset-after': (leftMs / 1000).toFixed(3),
        'x-ratelimit-bucket': bucketName(`${method} ${route}`),
        ...(isOver ? { 'x-ratelimit-scope': 'user' } : {}),
      };
      return { retryAfterMs: isOver ? leftMs : null, scope: 'user', headers };
    },
  };
}
