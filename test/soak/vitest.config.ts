/** `npm run test:soak`: a long life of one bot under random faults, apart from `npm test`. */
import { defineConfig } from 'vitest/config';

// biome-ignore lint/style/noDefaultExport: vitest reads its configuration from the default export.
export default defineConfig({
  test: {
    include: ['test/soak/*.soak.ts'],
    setupFiles: ['test/setup/loopback-only.ts'],
    pool: 'forks',
    testTimeout: 7_200_000,
    hookTimeout: 180_000,
  },
});
