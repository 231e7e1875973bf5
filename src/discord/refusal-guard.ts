/** Keeps this address from being banned: counts what Discord refuses, and stops sending before Discord stops listening. It must not know what is sent. */
import { ChatError } from '../ports/chat.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';

/** Discord bans an address after 10,000 answers 401, 403 or 429 in this time (Discord docs: Rate Limits, Invalid Request Limit). */
const windowMs = 600_000;
/** The window moves on in steps. */
const sliceMs = 10_000;

/** From here on only what matters is sent; from there on nothing, until the window has moved on. */
const cautiousAt = 5_000;
const silentAt = 9_000;

export type RefusalGuard = {
  /** Discord refused a request with 401, 403, or a 429 that is not shared. */
  count(): void;
  /** Refusals in the last ten minutes. */
  refusals(): number;
  /** No time for courtesies and words in between. */
  isCautious(): boolean;
  /** Throws ChatError `unavailable` when nothing may be sent any more. */
  requireLeave(): void;
};

type Level = 'open' | 'cautious' | 'silent';

const levelAt = (refusals: number): Level => {
  if (refusals >= silentAt) return 'silent';
  return refusals >= cautiousAt ? 'cautious' : 'open';
};

const createCount = (clock: Clock): Pick<RefusalGuard, 'count' | 'refusals'> => {
  const slices = new Map<number, number>();
  const forgetOld = (): void => {
    const oldest = Math.floor((clock.nowMs() - windowMs) / sliceMs);
    for (const slice of slices.keys()) if (slice <= oldest) slices.delete(slice);
  };
  return {
    count: () => {
      const slice = Math.floor(clock.nowMs() / sliceMs);
      slices.set(slice, (slices.get(slice) ?? 0) + 1);
      forgetOld();
    },
    refusals: () => {
      forgetOld();
      return [...slices.values()].reduce((sum, count) => sum + count, 0);
    },
  };
};

const lines = {
  open: 'Discord refuses little again: everything is sent',
  cautious: 'Discord refuses a lot: only what matters is sent',
  silent:
    'Discord is about to ban this address for what it refused: nothing is sent until ten minutes have passed',
} as const;

export const createRefusalGuard = ({ clock, log }: { clock: Clock; log: Log }): RefusalGuard => {
  const { count, refusals } = createCount(clock);
  let level: Level = 'open';

  const look = (): Level => {
    const next = levelAt(refusals());
    if (next === level) return level;
    level = next;
    log[next === 'silent' ? 'error' : 'warn']({ refusals: refusals() }, lines[next]);
    return level;
  };

  return {
    count: () => {
      count();
      look();
    },
    refusals,
    isCautious: () => look() !== 'open',
    requireLeave: () => {
      if (look() !== 'silent') return;
      throw new ChatError('unavailable', {
        message: 'Nothing is sent to Discord, because it has refused too much lately.',
      });
    },
  };
};
