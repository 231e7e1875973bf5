/** Time and chance as the rooms see them: passed in, never reached for, so that tests own both. */

export type Clock = {
  /** Milliseconds since 1970. */
  nowMs(): number;
  /** Resolves after `durationMs`; rejects with `signal.reason` as soon as the signal aborts. */
  sleep(durationMs: number, signal: AbortSignal): Promise<void>;
};

/** A fresh random identifier (UUID, 36 characters). */
export type NewId = () => string;
