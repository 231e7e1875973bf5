/** `npm run test:crash`: the long crash tests, apart from `npm test`. */
import { defineConfig } from 'vitest/config';

// biome-ignore lint/style/noDefaultExport: vitest reads its configuration from the default export.
export default defineConfig({
  test: {
    include: ['test/crash/**/*.crash.ts'],
    globalSetup: ['test/crash/figures.ts', 'test/postgres/global-setup.ts'],
    setupFiles: ['test/setup/loopback-only.ts'],
    pool: 'forks',
    maxWorkers: 3,
    // Generous: only a story that fails waits so long.
    testTimeout: 300_000,
    hookTimeout: 180_000,
  },
});
