/** Remembers under which nonce a message was made, for "the past few minutes". It must not know messages. */
import type { StandInClock } from './contract.ts';
import type { Snowflake } from './shapes.ts';

/** The true length is not public (docs: resources/Message, Create Message, `enforce_nonce`). */
const nonceLifeMs = 5 * 60_000;

export interface Nonces {
  /** The message that this author made under this nonce, deleted since or not. */
  find(authorId: Snowflake, nonce: string | number): Snowflake | null;
  remember(authorId: Snowflake, nonce: string | number, messageId: Snowflake): void;
}

export function createNonces(clock: StandInClock): Nonces {
  const made = new Map<string, { messageId: Snowflake; untilMs: number }>();
  return {
    find(authorId, nonce) {
      const earlier = made.get(`${authorId}:${nonce}`);
      return earlier === undefined || earlier.untilMs <= clock.nowMs() ? null : earlier.messageId;
    },
    remember(authorId, nonce, messageId) {
      const nowMs = clock.nowMs();
      // Oldest first, because a key is put at the end again whenever it is written.
      for (const [key, { untilMs }] of made) {
        if (untilMs > nowMs) break;
        made.delete(key);
      }
      made.delete(`${authorId}:${nonce}`);
      made.set(`${authorId}:${nonce}`, { messageId, untilMs: nowMs + nonceLifeMs });
    },
  };
}
