import { rmSync } from 'node:fs'
import { resolve } from 'node:path'
import { defineConfig, type Options } from 'tsup'
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
  ['string-width', 'src/cli/command-line/string-width.ts'],
  ['https://unpkg.com/yargs-parser@21.1.1/browser.js', 'node_modules/yargs-parser/browser.js'],
  ['undici', 'src/client/undici/slim.ts'],
  ['./client-h2.js', '.scripts/parts/no-http2.js'],
])

type Plugin = NonNullable<Options['esbuildPlugins']>[number]

const standIn: Plugin = {
  name: 'stand-ins',
  setup(build) {
    build.onResolve({ filter: /./ }, ({ path }) => {
      const file = standIns.get(path)
      return file === undefined ? undefined : { path: resolve(file) }
    })
  },
}

/** Takes the packages that stand in a file of their own from there. Node compiles all of a file before it runs any of it. */
const apart: Plugin = {
  name: 'apart',
  setup(build) {
    build.onResolve({ filter: /^(?:yargs|undici)(?:\/|$)/ }, ({ path }) => ({ path, namespace: 'apart' }))
    build.onResolve({ filter: /^/, namespace: 'apart' }, ({ path }) => ({ path, external: true }))
    build.onLoad({ filter: /^/, namespace: 'apart' }, ({ path }) => {
      const [name] = path.split('/')
      return { contents: `module.exports = require('../parts/${name}.cjs')[${JSON.stringify(path)}]` }
    })
  },
}

/** The coverage of spawned programs is read back to the sources. */
const measuresCoverage = process.env['COVERAGE'] !== undefined

const define = { VERSION: JSON.stringify(manifest.version) }

/** CommonJS with everything in it: it starts in half the time of modules that are looked up and loaded. */
const program = {
  format: 'cjs',
  target: 'node20',
  splitting: false,
  minify: !measuresCoverage,
  noExternal: [/.*/],
} satisfies Options

export default defineConfig([
  {
    entry: { index: 'src/library/index.ts', pure: 'src/library/pure.ts', 'text-path': 'src/library/text-path.ts' },
    format: 'esm',
    target: 'node20',
    define,
    // tsup sets baseUrl, which TypeScript 6 calls deprecated.
    dts: {
      entry: { index: 'src/library/index.ts', pure: 'src/library/pure.ts' },
      compilerOptions: { ignoreDeprecations: '6.0' },
    },
  },
  {
    ...program,
    entry: ['bin/*.ts'],
    outDir: 'dist/bin',
    define,
    shims: true,
    sourcemap: measuresCoverage,
    esbuildPlugins: [notices(new URL('dist/bin/THIRD_PARTY_NOTICES.txt', import.meta.url)), apart],
  },
  {
    ...program,
    entry: ['.scripts/parts/*.cjs'],
    outDir: 'dist/parts',
    esbuildPlugins: [notices(new URL('dist/parts/THIRD_PARTY_NOTICES.txt', import.meta.url)), standIn],
  },
])
