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

/** Returns the source without comments. */
function codeOf(file: string): string {
  return readFileSync(`${ROOT}${file}`, 'utf8').replace(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm, '')
}

const sources = [...filesIn('bin', '.ts'), ...filesIn('src', '.ts')]

interface Import {
  readonly file: string
  /** The path of our own file, the name of a package, or the name of a Node module with its `node:` prefix. */
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

/** The rooms from which a room may import. A room is a folder without its subfolders, which are rooms of their own. */
const ARROWS: Record<string, readonly string[]> = {
  'core/errors': [],
  'core/http': [],
  'core/stream': ['core/errors'],
  'core/text': ['core/stream'],
  'core/json': ['core/errors', 'core/stream', 'core/text'],
  'core/secrets': ['core/errors', 'core/stream', 'core/text'],
  'core/sse': ['core/errors', 'core/json', 'core/stream', 'core/text'],
  'core/answer': ['core/errors', 'core/json', 'core/sse', 'core/stream', 'core/text'],
  'core/answer/repeat': ['core/answer', 'core/json', 'core/sse', 'core/stream', 'core/text'],
  dialects: ['core', 'dialects/*'],
  'dialects/*': ['core'],
  'filters/*': ['core'],
  'filters/text': ['core', 'filters/usage'],
  'request/apis': ['core', 'dialects/*'],
  request: ['core', 'request/apis'],
  recordings: ['core'],
  'recordings/faults': ['core', 'recordings'],
  client: ['core'],
  'client/undici': [],
  server: ['core'],
  'server/routes': ['core', 'server', 'client', 'recordings', 'filters/fold'],
  cli: ['core', 'cli/command-line'],
  'cli/command-line': ['core'],
  completions: ['cli/command-line'],
  manual: ['core/errors', 'cli/command-line'],
  'programs/options': ['core', 'cli', 'cli/command-line', 'dialects', 'request', 'request/apis', 'client', 'server'],
  programs: [
    'core',
    'dialects',
    'filters/*',
    'request',
    'request/apis',
    'client',
    'recordings',
    'recordings/faults',
    'server',
    'server/routes',
    'cli',
    'cli/command-line',
    'programs/options',
  ],
  library: ['core', 'dialects', 'filters/*', 'request', 'request/apis', 'client', 'recordings', 'recordings/faults'],
  bin: ['cli', 'programs'],
}

/** Returns the folder of a file, relative to src. */
function roomOf(file: string): string {
  return posix.dirname(file).replace(/^src\//, '')
}

/** Returns the arrows of a room: its own entry, or the wildcard entry of its parent. */
function arrowsOf(room: string): readonly string[] | undefined {
  return ARROWS[room] ?? ARROWS[room.replace(/[^/]+$/, '*')]
}

/** Returns true if an arrow leads to a room. `core` stands for all of its rooms. */
function leadsTo(room: string, arrow: string): boolean {
  if (arrow === 'core') return room.startsWith('core/')
  return arrow.endsWith('/*') ? posix.dirname(room) === arrow.slice(0, -2) : room === arrow
}

const PURE = /^(?:core|dialects|filters|request)(?:\/|$)/

function describeImport({ file, target }: Import): string {
  return `${file} imports ${target}`
}

test('every import is found', () => {
  const any = /^(?:import|export)\b[^'"]*?\bfrom ['"`]|^import ['"`]|\b(?:import|require)\(/gm
  const lines = sources.flatMap((file) => codeOf(file).match(any) ?? [])
  expect(imports.length).toBe(lines.length)
  expect(ours.length).toBeGreaterThan(sources.length)
})

test('every file is in a known room, and no room has more than 16 files', () => {
  const rooms = [...new Set(sources.map(roomOf))]
  expect(rooms.filter((room) => arrowsOf(room) === undefined)).toEqual([])
  const count = (room: string) => sources.filter((file) => roomOf(file) === room).length
  expect(rooms.filter((room) => count(room) > 16)).toEqual([])
})

test('no file has more than 250 lines', () => {
  expect(sources.filter((file) => readFileSync(`${ROOT}${file}`, 'utf8').split('\n').length > 251)).toEqual([])
})

test('rooms only import along the arrows', () => {
  const violations = ours.filter(({ file, target }) => {
    const [from, to] = [roomOf(file), roomOf(target)]
    return from !== to && !arrowsOf(from)?.some((arrow) => leadsTo(to, arrow))
  })
  expect(violations.map(describeImport)).toEqual([])
})

test('the arrows have no cycle', () => {
  const rooms = [...new Set(sources.map(roomOf))]
  const next = new Map(
    rooms.map((room) => [
      room,
      rooms.filter((to) => to !== room && arrowsOf(room)?.some((arrow) => leadsTo(to, arrow))),
    ]),
  )
  expect(cyclesIn(next)).toEqual([])
})

test('the imports have no cycle', () => {
  const next = new Map(
    sources.map((file) => [file, ours.filter((one) => one.file === file).map(({ target }) => target)]),
  )
  expect(cyclesIn(next)).toEqual([])
})

/** Returns the first cycle found from each node of a graph, without cycles through a node that was already visited. */
function cyclesIn(next: ReadonlyMap<string, readonly string[]>): string[] {
  const cycles: string[] = []
  const done = new Set<string>()
  function visit(node: string, path: readonly string[]) {
    if (path.includes(node)) cycles.push([...path.slice(path.indexOf(node)), node].join(' > '))
    else if (!done.has(node)) for (const other of next.get(node) ?? []) visit(other, [...path, node])
    done.add(node)
  }
  for (const node of next.keys()) visit(node, [])
  return cycles
}

test('cyclesIn finds a cycle', () => {
  const next = new Map([
    ['a', ['b']],
    ['b', ['c', 'd']],
    ['c', []],
    ['d', ['a']],
  ])
  expect(cyclesIn(next)).toEqual(['a > b > d > a'])
})

test('programs do not import programs', () => {
  expect(ours.filter(({ target }) => target.startsWith('bin/')).map(describeImport)).toEqual([])
})

test('the pure rooms do not import Node modules', () => {
  expect(nodes.filter(({ file }) => PURE.test(roomOf(file))).map(describeImport)).toEqual([])
})

test('only client and server open sockets, and only cli uses the process', () => {
  const sockets = /^node:(?:https?2?|net|tls|dgram|dns)\b/
  const violations = nodes.filter(
    ({ file, target }) =>
      (sockets.test(target) && !['client', 'server'].includes(roomOf(file))) ||
      (/^node:(?:process|child_process|worker_threads|cluster|tty|v8)\b/.test(target) && roomOf(file) !== 'cli'),
  )
  expect(violations.map(describeImport)).toEqual([])
})

/** Returns the files that import a package or a file of it. */
function importersOf(name: string): string[] {
  const inside = packages.filter(({ target }) => target === name || target.startsWith(`${name}/`))
  return [...new Set(inside.map(({ file }) => file))]
}

test.each([
  ['eventsource-parser', /^src\/core\/sse\/parser\.ts$/],
  ['yargs', /^src\/cli\/command-line\/argv\.ts$/],
  ['undici', /^src\/client\//],
  ['@cfworker/json-schema', /^src\/filters\/json\/schema\.ts$/],
])('%s is only imported in its room', (name, place) => {
  const importers = importersOf(name)
  expect([importers.length > 0, importers.filter((file) => !place.test(file))]).toEqual([true, []])
})

test('every other package is imported in one file only', () => {
  const others = new Set(packages.map(({ target }) => target).filter((name) => !/^undici\b/.test(name)))
  expect([...others].filter((name) => importersOf(name).length !== 1)).toEqual([])
})

test('every dependency is imported', () => {
  expect(Object.keys(manifest.dependencies).filter((name) => importersOf(name).length === 0)).toEqual([])
})

test.each([
  ['process', /(?<![.\w'])process\b(?!')/, (file: string) => file.startsWith('src/cli/')],
  ['process.exit', /\bprocess\.exit\(/, () => false],
  ['string_decoder', /string_decoder/, () => false],
  ['readline', /readline/, () => false],
  ['setEncoding', /setEncoding/, () => false],
  ['fetch', /(?<![.\w])fetch\(/, () => false],
  ['chance', /\bMath\.random\b|\bcrypto\b/, (file: string) => !PURE.test(roomOf(file))],
  ['Buffer', /\bBuffer\b/, (file: string) => !PURE.test(roomOf(file))],
  [
    'a clock',
    /\bDate\.now\(|\bnew Date\(\)|\bperformance\.now\(|\bset(?:Timeout|Interval|Immediate)\(/,
    (file: string) => !PURE.test(roomOf(file)),
  ],
])('%s is only used in its room', (_, word, belongs) => {
  expect(sources.filter((file) => word.test(codeOf(file)) && !belongs(file))).toEqual([])
})

test('the pure rooms are synchronous', () => {
  const pure = sources.filter((file) => PURE.test(roomOf(file)))
  expect(pure.filter((file) => /\basync\b|\bawait\b|\bPromise\b/.test(codeOf(file)))).toEqual([])
})

test('each program has one file in bin and one line in package.json', () => {
  const programs = filesIn('bin', '.ts').map((file) => posix.basename(file, '.ts'))
  expect(manifest.bin).toEqual(Object.fromEntries(programs.map((name) => [name, `dist/bin/${name}.cjs`])))
})

/** File names that rooms or dialects have in common. */
const PARTS = new Set(['index.ts', 'read.ts', 'assemble.ts', 'errors.ts'])

test('every other file name in src is unique', () => {
  const names = filesIn('src', '.ts')
    .map((file) => posix.basename(file))
    .filter((name) => !PARTS.has(name))
  expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([])
})

/** Names that each dialect exports. */
const DIALECT_EXPORTS = new Set(['read', 'assembler', 'errorBody'])

test('every other exported name in src is declared once', () => {
  const declared = filesIn('src', '.ts').flatMap((file) => {
    const names = codeOf(file).matchAll(/^export (?:async )?(?:const|function\*?|interface|type|class) (\w+)/gm)
    // The overloads of a function are one declaration.
    return [...new Set(Array.from(names, ([, name]) => name ?? ''))].filter((name) => !DIALECT_EXPORTS.has(name))
  })
  expect(declared.filter((name, at) => declared.indexOf(name) !== at)).toEqual([])
})

test('every test file of a room mirrors a source file', () => {
  const rooms = readdirSync(`${ROOT}src`)
  const tests = filesIn('test', '.test.ts').filter((file) => rooms.includes(file.split('/')[1] ?? ''))
  const mirrored = new Set(sources.map((file) => file.replace(/^src/, 'test').replace(/\.ts$/, '.test.ts')))
  // This dialect only exists in its test.
  expect(tests.filter((file) => !mirrored.has(file))).toEqual(['test/dialects/made-up.test.ts'])
})

test('the build only decodes with TextDecoder', () => {
  const built = filesIn('dist/bin', '.cjs')
  expect(built).toEqual(filesIn('bin', '.ts').map((file) => `dist/${file.replace(/\.ts$/, '.cjs')}`))
  expect(built.filter((file) => /string_decoder|readline/.test(readFileSync(`${ROOT}${file}`, 'utf8')))).toEqual([])
})
