import { defineConfig } from 'vitest/config'
import manifest from '../package.json' with { type: 'json' }

const coverage = {
  provider: 'custom' as const,
  customProviderModule: 'vitest-monocart-coverage',
  coverageReportOptions: { outputDir: 'coverage/tests', reports: ['raw'], sourceFilter: '**/src/**', logging: 'off' },
}

export default defineConfig({
  cacheDir: 'node_modules/.cache/vite',
  define: { VERSION: JSON.stringify(manifest.version) },
  test: {
    root: import.meta.dirname,
    clearMocks: true,
    globalSetup: 'support/build.ts',
    include: ['**/*.test.ts'],
    testTimeout: 30_000,
    maxWorkers: 3,
    isolate: false,
    coverage,
  },
})
