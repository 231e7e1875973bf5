/** Looks at the backend's state after the stream, at the times that the turn's state names, until the turn is settled. */

import type { Found } from '../../core/turn.ts';
import { NemoError } from '../../ports/backend.ts';
import type { RelayDeps } from '../deps.ts';
import type { LiveTurn } from './live-turns.ts';
import type { OpenSession } from './thread-sessions.ts';

const emptyTimeline = { tracks: [], durationMs: 0, width: null, height: null };

const lookOnce = async (
  deps: RelayDeps,
  live: LiveTurn,
  open: OpenSession,
  signal: AbortSignal,
): Promise<Found> => {
  try {
    const { account, session } = open;
    const { timeline, fingerprint } = await deps.backend.snapshot({
      account,
      signal,
      sessionId: session.sessionId,
    });
    const { before } = live.record();
    return {
      hasChanged: before === null ? timeline.tracks.length > 0 : before.fingerprint !== fingerprint,
      fingerprint,
      before: before?.timeline ?? emptyTimeline,
      after: timeline,
    };
  } catch (error) {
    if (!(error instanceof NemoError)) throw error;
    deps.log.warn({ err: error, turnId: live.record().turnId }, 'a look at the state failed');
    return null;
  }
};

/**
 * `told`: what is to be told with the last words, such as the cost; it never rejects and takes no longer than a look may.
 * Rejects with the signal's reason when the process stops or the person pressed Stop.
 */
export const lookUntilSettled = async (
  deps: RelayDeps,
  live: LiveTurn,
  options: { open: OpenSession; signal: AbortSignal; told?: Promise<void> },
): Promise<void> => {
  for (;;) {
    const { looking } = live.record().state;
    if (looking === null) return;
    await deps.clock.sleep(Math.max(0, looking.nextLookAtMs - deps.clock.nowMs()), options.signal);
    const found = await lookOnce(deps, live, options.open, options.signal);
    await options.told;
    live.dispatch({ type: 'looked', found });
    await live.save();
  }
};
