/** Discord's ids: time in the upper bits, so they sort by age. It must not know what they name. */
import type { StandInClock } from './contract.ts';
import type { Snowflake } from './shapes.ts';

/** 2015-01-01T00:00:00Z in epoch ms (docs: reference, Snowflakes). */
const discordEpochMs = 1_420_070_400_000n;

/** Makes ids that never repeat and never go back, also when the clock does. */
export function createSnowflakes(clock: StandInClock): () => Snowflake {
  let last = 0n;
  return () => {
    const now = (BigInt(clock.nowMs()) - discordEpochMs) << 22n;
    last = now > last ? now : last + 1n;
    return String(last);
  };
}

/** Epoch ms at which an id was made. */
export function snowflakeTimeMs(id: Snowflake): number {
  return Number((BigInt(id) >> 22n) + discordEpochMs);
}

/** Negative when `left` is older than `right`. Ids differ in length only across decades, and digits alone would sort wrongly there. */
export function compareSnowflakes(left: Snowflake, right: Snowflake): number {
  return left.length - right.length || (left < right ? -1 : left > right ? 1 : 0);
}
