// Everything that is generated from the tables of the programs: the programs with all their options, completions, pages of the manual.
import { readFileSync, rmSync } from 'node:fs'
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
    manual: 'src/manual/index.ts',
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
export const { COMPLETIONS, commandOf } = await import(new URL('completions.mjs', CACHE))
export const { fileNameOf, markdownPage, roffPage, ...manual } = await import(new URL('manual.mjs', CACHE))
rmSync(CACHE, { recursive: true })

export const manifest = JSON.parse(readFileSync(new URL('package.json', ROOT), 'utf8'))
export const programs = PROGRAMS.map(withCommonOptions)

const prose = manual.parseProse(readFileSync(new URL('docs/programs.md', ROOT), 'utf8'))

/** The pages of the manual: one for each program, and the one about all of them. */
export const pages = [
  ...PROGRAMS.map((program) =>
    manual.programPage(
      program,
      prose,
      PROGRAMS.map(({ name }) => name),
    ),
  ),
  manual.overviewPage(PROGRAMS, prose, manifest.description),
]
