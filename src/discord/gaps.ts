/** Until when each shard heard everything, and since when it did not. Pure but for the clock; it must not know what an event says. */
import type { Clock } from '../ports/clock.ts';

export type Gaps = {
  /** An event came. */
  heard(shardId: number): void;
  /** The connection broke. Whether anything is lost shows when it comes back. */
  broke(shardId: number): void;
  /** The session goes on: Discord sent again what was missed. */
  resumed(shardId: number): void;
  /** A new session began. Since when events are lost, in epoch ms; null when this is the first one. */
  began(shardId: number): number | null;
  /** Everything before was heard; null before the first event. */
  heardUntilMs(): number | null;
};

export const createGaps = (clock: Clock): Gaps => {
  const lastHeardMs = new Map<number, number>();
  const brokenSinceMs = new Map<number, number>();
  return {
    heard: (shardId) => {
      lastHeardMs.set(shardId, clock.nowMs());
    },
    broke: (shardId) => {
      const sinceMs = lastHeardMs.get(shardId);
      if (sinceMs !== undefined && !brokenSinceMs.has(shardId)) brokenSinceMs.set(shardId, sinceMs);
    },
    resumed: (shardId) => {
      brokenSinceMs.delete(shardId);
    },
    began: (shardId) => {
      const sinceMs = brokenSinceMs.get(shardId) ?? null;
      brokenSinceMs.delete(shardId);
      return sinceMs;
    },
    heardUntilMs: () => {
      if (lastHeardMs.size === 0) return null;
      // A quiet shard that stands has heard everything up to now; the latest event of any of them proves that events come.
      return Math.min(Math.max(...lastHeardMs.values()), ...brokenSinceMs.values());
    },
  };
};
