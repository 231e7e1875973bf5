/** `npm run test:fuzz`: the properties of this folder with many more cases than in `npm test`. */
import { defineConfig } from 'vitest/config';

// biome-ignore lint/style/noDefaultExport: vitest reads its configuration from the default export.
export default defineConfig({
  test: {
    include: ['test/fuzz/*.test.ts'],
    globalSetup: ['test/fuzz/many-cases.ts'],
    setupFiles: ['test/setup/loopback-only.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 1_800_000,
  },
});
