import { readdirSync, readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import manifest from '../package.json' with { type: 'json' }

const ROOT = fileURLToPath(new URL('..', import.meta.url))

function filesIn(folder: string, ending: string): string[] {
  return readdirSync(`${ROOT}${folder}`, { recursive: true, encoding: 'utf8' })
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
    .filter((name) => name.endsWith(ending) && !name.endsWith('.d.ts'))
    .toSorted()
}

/** The source without its comments. */
function codeOf(file: string): string {
  return readFileSync(`${ROOT}${file}`, 'utf8').replace(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm, '')
}

const sources = [...filesIn('bin', '.ts'), ...filesIn('src', '.ts')]

interface Import {
  readonly file: string
  /** The path of a file of ours, the name of a package, or that of a module of Node with `node:` before it. */
  readonly target: string
}

const IMPORTS = /^(?:import|export)\b[^'"]*?\bfrom '([^']+)'|^import '([^']+)'|\b(?:import|require)\('([^']+)'\)/gm

function importsOf(file: string): Import[] {
  return [...codeOf(file).matchAll(IMPORTS)].map(([, from, bare, dynamic]) => {
    const name = from ?? bare ?? dynamic ?? ''
    if (name.startsWith('.')) {
      return { file, target: posix.join(posix.dirname(file), name).replace(/\.js$/, '.ts') }
    }
    return { file, target: builtinModules.includes(name) ? `node:${name}` : name }
  })
}

const imports = sources.flatMap(importsOf)
const ours = imports.filter(({ target }) => /^(?:src|bin)\//.test(target))
const nodes = imports.filter(({ target }) => target.startsWith('node:'))
const packages = imports.filter(({ target }) => !/^(?:src|bin)\/|^node:|^\./.test(target))

/** The library: what puts the rooms together for those who have no use for the programs. */
const COMPOSERS = new Set([
  'src/library/index.ts',
  'src/library/stream-chat.ts',
  'src/library/stream-json.ts',
  'src/client/ask.ts',
  'src/server/routes/recordings.ts',
  'src/server/routes/whole.ts',
])

/** Which rooms a room may enter beside its own. */
const ARROWS: Record<string, readonly string[]> = {
  core: [],
  dialects: ['core'],
  filters: ['core'],
  request: ['core'],
  transport: ['core'],
  recordings: ['core'],
  server: ['core'],
  cli: ['core'],
  library: ['core', 'dialects', 'filters', 'request', 'transport', 'recordings', 'server'],
  bin: ['core', 'dialects', 'filters', 'request', 'transport', 'recordings', 'server', 'cli', 'library'],
}

/** The room in which a file lies. */
function roomOf(file: string): string {
  if (file.startsWith('bin/')) return 'bin'
  return COMPOSERS.has(file) ? 'library' : (file.split('/')[1] ?? '')
}

function told({ file, target }: Import): string {
  return `${file} imports ${target}`
}

test('every import is found', () => {
  const any = /^(?:import|export)\b[^'"]*?\bfrom ['"`]|^import ['"`]|\b(?:import|require)\(/gm
  const lines = sources.flatMap((file) => codeOf(file).match(any) ?? [])
  expect(imports.length).toBe(lines.length)
  expect(ours.length).toBeGreaterThan(sources.length)
})

test('every file lies in a room', () => {
  expect(sources.filter((file) => ARROWS[roomOf(file)] === undefined)).toEqual([])
})

test('no room is entered sideways', () => {
  const sideways = ours.filter(({ file, target }) => {
    const [from, to] = [roomOf(file), roomOf(target)]
    return from !== to && !ARROWS[from]?.includes(to)
  })
  expect(sideways.map(told)).toEqual([])
})

test('programs import no programs, and dialects no dialects but in their tables', () => {
  const wrong = ours.filter(
    ({ file, target }) =>
      target.startsWith('bin/') ||
      (target.startsWith('src/dialects/') && roomOf(file) === 'dialects' && !/(?:index|readable)\.ts$/.test(file)),
  )
  expect(wrong.map(told)).toEqual([])
})

test('the pure rooms import nothing of Node', () => {
  const pure = new Set(['core', 'dialects', 'filters', 'request'])
  expect(nodes.filter(({ file }) => pure.has(roomOf(file))).map(told)).toEqual([])
})

test('only transport and server open sockets, only the command line has a process', () => {
  const sockets = /^node:(?:https?2?|net|tls|dgram|dns)\b/
  const wrong = nodes.filter(
    ({ file, target }) =>
      (sockets.test(target) && !['transport', 'server'].includes(roomOf(file))) ||
      (/^node:(?:process|child_process|worker_threads|cluster|tty)\b/.test(target) && roomOf(file) !== 'cli'),
  )
  expect(wrong.map(told)).toEqual([])
})

/** The files that import a package, or something inside it. */
function importersOf(name: string): string[] {
  const inside = packages.filter(({ target }) => target === name || target.startsWith(`${name}/`))
  return [...new Set(inside.map(({ file }) => file))]
}

test.each([
  ['eventsource-parser', /^src\/core\/sse\.ts$/],
  ['yargs', /^src\/cli\/argv\.ts$/],
  ['undici', /^src\/transport\//],
  ['@cfworker/json-schema', /^src\/filters\/schema\.ts$/],
])('%s is imported where it belongs', (name, place) => {
  const importers = importersOf(name)
  expect([importers.length > 0, importers.filter((file) => !place.test(file))]).toEqual([true, []])
})

test('any other package is imported in one file', () => {
  const others = new Set(packages.map(({ target }) => target).filter((name) => !/^undici\b/.test(name)))
  expect([...others].filter((name) => importersOf(name).length !== 1)).toEqual([])
})

test('what a user has to install is imported', () => {
  expect(Object.keys(manifest.dependencies).filter((name) => importersOf(name).length === 0)).toEqual([])
})

test.each([
  ['process', /(?<![.\w'])process\b(?!')/, (file: string) => file.startsWith('src/cli/')],
  ['process.exit', /\bprocess\.exit\(/, () => false],
  ['string_decoder', /string_decoder/, () => false],
  ['readline', /readline/, () => false],
  ['setEncoding', /setEncoding/, () => false],
  ['fetch', /(?<![.\w])fetch\(/, () => false],
  [
    'a clock',
    /\bDate\.now\(|\bnew Date\(\)|\bperformance\.now\(|\bset(?:Timeout|Interval|Immediate)\(/,
    (file: string) => !/^src\/(?:core|dialects|filters|request)\//.test(file),
  ],
])('%s is named only where it belongs', (_, word, belongs) => {
  expect(sources.filter((file) => word.test(codeOf(file)) && !belongs(file))).toEqual([])
})

test('the core waits for nothing', () => {
  const pure = sources.filter((file) => /^src\/(?:core|dialects|filters|request)\//.test(file))
  expect(pure.filter((file) => /\basync\b|\bawait\b|\bPromise\b/.test(codeOf(file)))).toEqual([])
})

test('each program is one file in bin and one line in package.json', () => {
  const programs = filesIn('bin', '.ts').map((file) => posix.basename(file, '.ts'))
  expect(manifest.bin).toEqual(Object.fromEntries(programs.map((name) => [name, `dist/bin/${name}.cjs`])))
})

test('the tests of a room mirror its files', () => {
  const rooms = readdirSync(`${ROOT}src`)
  const tests = filesIn('test', '.test.ts').filter((file) => rooms.includes(file.split('/')[1] ?? ''))
  const mirrored = new Set(sources.map((file) => file.replace(/^src/, 'test').replace(/\.ts$/, '.test.ts')))
  // A dialect that only the test knows.
  expect(tests.filter((file) => !mirrored.has(file))).toEqual(['test/dialects/made-up.test.ts'])
})

test('what is built decodes with TextDecoder alone', () => {
  const built = filesIn('dist/bin', '.cjs')
  expect(built).toEqual(filesIn('bin', '.ts').map((file) => `dist/${file.replace(/\.ts$/, '.cjs')}`))
  expect(built.filter((file) => /string_decoder|readline/.test(readFileSync(`${ROOT}${file}`, 'utf8')))).toEqual([])
})
