// Writes what the tables of the programs generate: dist/completions. Part of npm run build.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { build } from 'tsup'

const ROOT = new URL('../', import.meta.url)
// Inside the package, so that its dependencies are found.
const CACHE = new URL('node_modules/.cache/or-stream/generate/', ROOT)

await build({
  config: false,
  silent: true,
  entry: {
    programs: 'src/programs/index.ts',
    options: 'src/cli/command-line/common-options.ts',
    completions: 'src/completions/index.ts',
  },
  outDir: CACHE.pathname,
  format: 'esm',
  target: 'node20',
  splitting: true,
  external: [/^[^./]/],
  outExtension: () => ({ js: '.mjs' }),
})
const { withCommonOptions } = await import(new URL('options.mjs', CACHE))
const { PROGRAMS } = await import(new URL('programs.mjs', CACHE))
const { COMPLETIONS, commandOf } = await import(new URL('completions.mjs', CACHE))

const COMPLETIONS_FOLDER = new URL('dist/completions/', ROOT)
mkdirSync(COMPLETIONS_FOLDER, { recursive: true })
for (const program of PROGRAMS.map(withCommonOptions))
  for (const [shell, write] of Object.entries(COMPLETIONS))
    writeFileSync(new URL(`${program.name}.${shell}`, COMPLETIONS_FOLDER), write(commandOf(program)))
rmSync(CACHE, { recursive: true })
