/** The tests of the core alone, for mutation testing: fast, and without a network to guard. */
import { defineConfig } from 'vitest/config';

// biome-ignore lint/style/noDefaultExport: vitest reads its configuration from the default export.
export default defineConfig({
  test: { include: ['test/core/**/*.test.ts'], restoreMocks: true, testTimeout: 60_000 },
});
