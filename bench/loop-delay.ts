/** Loaded into a measured process with --import: keeps the delay of its event loop in a file, from the last SIGUSR2 on. */
import { renameSync, writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';

const file = process.env['LOOP_DELAY_FILE'];
const writeIntervalMs = 1_000;
const toMs = (nanoseconds: number): number => Math.round(nanoseconds / 1e4) / 100;

/** The histogram counts its own timer of 10 ms as well. */
const above = (value: number): number => Math.max(0, toMs(value) - 10);

if (file !== undefined) {
  const histogram = monitorEventLoopDelay({ resolution: 10 });
  histogram.enable();
  process.on('SIGUSR2', () => histogram.reset());
  setInterval(() => {
    const figures = {
      p50Ms: above(histogram.percentile(50)),
      p99Ms: above(histogram.percentile(99)),
      maxMs: above(histogram.max),
    };
    // Whoever reads it sees the old figures or the new ones, never half of them.
    writeFileSync(`${file}.new`, JSON.stringify(figures));
    renameSync(`${file}.new`, file);
  }, writeIntervalMs).unref();
}
