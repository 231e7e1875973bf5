/** Edits of messages older than an hour have a limit of their own. It must not know messages. */
import type { StandInClock } from './contract.ts';
import { refusal } from './refusal.ts';
import type { Snowflake } from './shapes.ts';

/** Discord does not publish the figure; an observer counted 3 in 20 s for a channel. */
const editsMax = 3;
const windowMs = 20_000;

/** Counts an edit of an old message in a channel. Throws 30046 (a 429) when there were too many. */
export function createOldEdits(clock: StandInClock): (channelId: Snowflake) => void {
  const times = new Map<Snowflake, number[]>();
  return (channelId) => {
    const nowMs = clock.nowMs();
    const recent = (times.get(channelId) ?? []).filter((atMs) => nowMs - atMs < windowMs);
    const [oldest = nowMs] = recent;
    if (recent.length >= editsMax) throw refusal(30046, oldest + windowMs - nowMs);
    times.set(channelId, [...recent, nowMs]);
  };
}
