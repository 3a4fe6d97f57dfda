import { rmSync } from 'node:fs'
import { resolve } from 'node:path'
import { defineConfig } from 'tsup'
import manifest from './package.json' with { type: 'json' }

rmSync('dist', { recursive: true, force: true })

/** Packages of which a program needs a small part: what stands in for them. */
const slim = new Map([
  ['string-width', 'src/cli/string-width.ts'],
  ['undici', 'src/transport/undici-slim.ts'],
])

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
    minify: true,
    noExternal: [/.*/],
    esbuildPlugins: [
      {
        name: 'slim',
        setup(build) {
          build.onResolve({ filter: new RegExp(`^(${[...slim.keys()].join('|')})$`) }, ({ path }) => ({ path: resolve(slim.get(path) ?? path) }))
        },
      },
    ],
  },
])
