/** The seed's times, for benches that run the core without a bot. */
import type { Timing } from '../src/core/limits.ts';

export const seedTiming: Timing = {
  noticeIntervalMs: 120_000,
  reconcileFirstMs: 30_000,
  reconcileIntervalMs: 60_000,
  streamMaxMs: 900_000,
  streamQuietMaxMs: 600_000,
  renderPollIntervalMs: 30_000,
};
