import { defineConfig } from 'vitest/config'
import manifest from '../package.json' with { type: 'json' }

export default defineConfig({
  define: { VERSION: JSON.stringify(manifest.version) },
  test: {
    root: import.meta.dirname,
    clearMocks: true,
    globalSetup: 'support/build.ts',
    include: ['**/*.test.ts'],
    testTimeout: 30_000,
  },
})
