import { rmSync } from 'node:fs'
import { resolve } from 'node:path'
import { defineConfig } from 'tsup'
import { notices } from './.scripts/notices.mjs'
import manifest from './package.json' with { type: 'json' }

rmSync('dist', { recursive: true, force: true })

/**
 * What stands in for what in the built programs, where a package loads more than a short-lived process can afford. yargs comes
 * in its build for browsers, which asks nothing of the system; what that build fetches from the web is taken from the package.
 */
const standIns = new Map([
  ['yargs', 'node_modules/yargs/browser.mjs'],
  ['https://unpkg.com/cliui@8.0.1/index.mjs', 'node_modules/cliui/index.mjs'],
  ['string-width', 'src/cli/string-width.ts'],
  ['https://unpkg.com/yargs-parser@21.1.1/browser.js', 'node_modules/yargs-parser/browser.js'],
  ['undici', 'src/transport/undici-slim.ts'],
])

/** The coverage of spawned programs is read back to the sources. */
const measuresCoverage = process.env['COVERAGE'] !== undefined

const define = { VERSION: JSON.stringify(manifest.version) }

export default defineConfig([
  {
    entry: { index: 'src/index.ts' },
    format: 'esm',
    target: 'node20',
    define,
    // tsup sets baseUrl, which TypeScript 6 calls deprecated.
    dts: { compilerOptions: { ignoreDeprecations: '6.0' } },
  },
  {
    // One CommonJS file a program, everything in it: it starts in half the time of modules that are looked up and loaded.
    entry: ['bin/*.ts'],
    outDir: 'dist/bin',
    format: 'cjs',
    target: 'node20',
    define,
    splitting: false,
    shims: true,
    minify: !measuresCoverage,
    sourcemap: measuresCoverage,
    noExternal: [/.*/],
    esbuildPlugins: [
      notices(new URL('dist/bin/THIRD_PARTY_NOTICES.txt', import.meta.url)),
      {
        name: 'stand-ins',
        setup(build) {
          build.onResolve({ filter: /./ }, ({ path }) => {
            const standIn = standIns.get(path)
            return standIn === undefined ? undefined : { path: resolve(standIn) }
          })
        },
      },
    ],
  },
])
