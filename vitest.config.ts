import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// Every test file runs in a process of its own, which loads the same packages: compiled once, they are read from here.
process.env['NODE_COMPILE_CACHE'] ??= fileURLToPath(new URL('node_modules/.cache/node', import.meta.url));

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/postgres/global-setup.ts'],
    setupFiles: ['test/setup/loopback-only.ts'],
    pool: 'forks',
    // One more than the two cores of CI: stories wait more than they compute.
    maxWorkers: 3,
    // Generous: only a story that fails waits so long. Longer than any two waits inside, which tell what was waited for.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    // The database of the run is stopped then, and its folder removed.
    teardownTimeout: 60_000,
    expect: { poll: { timeout: 90_000 } },
    restoreMocks: true,
  },
});
