/** What an answer of Discord tells about its limits. Pure; it must not know who learns from it. */

/** An answer of Discord's, as far as it tells how to go on. Times count from its arrival. */
export type LimitFacts = {
  readonly remaining: number | null;
  readonly resetAfterMs: number | null;
  /** Of a 429. */
  readonly retryAfterMs: number | null;
  /** The 429 is for everything, and not for this bucket alone. */
  readonly isGlobal: boolean;
};
