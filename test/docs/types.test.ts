import { mkdirSync, symlinkSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import ts from 'typescript'
import { expect, test } from 'vitest'
import { folderWith } from '../support/folder.js'
import { blocksOf } from './blocks.js'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

const OPTIONS = [
  ['--strict', '--noUncheckedIndexedAccess', '--noEmit', '--pretty', 'false'],
  ['--target', 'es2022', '--module', 'nodenext', '--types', 'node', '--typeRoots', `${ROOT}node_modules/@types`],
].flat()

/** Compiles each file as a module that has the package installed. Returns the errors by file, without positions. */
async function compile(files: Record<string, string>): Promise<Record<string, string[]>> {
  const cwd = folderWith({ 'package.json': '{"type": "module"}', ...files })
  mkdirSync(`${cwd}/node_modules`)
  symlinkSync(ROOT, `${cwd}/node_modules/or-stream`)
  const { stdout } = await execa(`${ROOT}node_modules/.bin/tsc`, [...OPTIONS, ...Object.keys(files)], {
    cwd,
    reject: false,
  })
  const errors: Record<string, string[]> = Object.fromEntries(Object.keys(files).map((name) => [name, []]))
  for (const [, name = '', error = ''] of stdout.matchAll(/^(\S+?)\(\d+,\d+\): error (.*)$/gm)) {
    errors[name] = [...(errors[name] ?? []), error]
  }
  return errors
}

/** A call with the options and the fields that are given. */
const call = (options: string, fields = '') =>
  `import { streamChat } from 'or-stream'
streamChat({ model: 'test/model', messages: [{ role: 'user', content: 'Why?' }], ${fields} }, ${options})`

/** Code that compiles, by title. */
const VALID = {
  'one limit': call('{ limits: { idle: 1000 } }'),
  'one part of the retry policy': call('{ retry: { times: 0 } }'),
  'headers as a record': call(`{ fetchOptions: { headers: { 'X-A': '1' } } }`),
  'unknown fields in extra': call('{}', 'extra: { modle: 1 }'),
  'text yields strings': `import { text, type AnswerEvent, type Stage } from 'or-stream'
const plain: Stage<AnswerEvent, string> = text()
const joined: Stage<AnswerEvent, string> = text({ choice: 'all', reasoning: 'stdout' })
export { plain, joined }`,
  'the type of an element': `import { jsonElements, jsonSnapshots } from 'or-stream'
for await (const { day } of jsonElements<{ day: string }>(['[]'], '.')) day.toUpperCase()
for await (const { days } of jsonSnapshots<{ days: { day: string }[] }>(['{}'])) days?.[0]?.day?.toUpperCase()`,
  'each folded object by its dialect': `import { dialects, fold } from 'or-stream/pure'
for (const answer of fold(dialects).end()) {
  if (answer.type !== 'folded') continue
  if (answer.dialect === 'chat') answer.object.choices[0]?.message.tool_calls?.[0]?.id.toUpperCase()
  if (answer.dialect === 'completions') answer.object.choices[0]?.text.toUpperCase()
  if (answer.dialect === 'responses') answer.object.output.length.toFixed()
  if (answer.dialect === 'messages') answer.object.content.length.toFixed()
  if (answer.dialect === 'gemini') answer.object.candidates[0]?.content.parts.length.toFixed()
}`,
}

/** Code that does not compile, and a part of the error. */
const INVALID = [
  ['a field that does not exist', call('{}', 'modle: 1'), "'modle' does not exist in type 'ChatRequest'"],
  ['a limit that does not exist', call('{ limits: { idel: 1 } }'), "'idel' does not exist"],
  ['headers as lines', call(`{ fetchOptions: { headers: ['X-A: 1'] } }`), "is not assignable to type 'Readonly<Record"],
  ['the option tap', call('{ tap: {} }'), "'tap' does not exist"],
  ['the option observer', call('{ observer: {} }'), "'observer' does not exist"],
  ['the option connections', call('{ connections: {} }'), "'connections' does not exist"],
  [
    'the option sources',
    `import { dialects, parseAnswers } from 'or-stream'\nparseAnswers(dialects, { sources: true })`,
    "'sources' does not exist",
  ],
  [
    'text with stderr text as strings',
    `import { text, type AnswerEvent, type Stage } from 'or-stream'
export const words: Stage<AnswerEvent, string> = text({ reasoning: 'stderr' })`,
    'is not assignable to type',
  ],
  [
    'a member of one dialect without its name',
    `import { dialects, fold } from 'or-stream'
for (const answer of fold(dialects).end()) if (answer.type === 'folded') answer.object.choices[0]`,
    "'choices' does not exist",
  ],
] as const

const blocks = ['README.md', 'docs/library.md'].flatMap(blocksOf)
const examples = blocks
  .filter(({ language }) => language === 'js' || language === 'ts')
  .map(({ heading: name, code }, index) => ({ name, code, file: `example-${index}.ts` }))
const valid = Object.entries(VALID).map(([name, code], index) => ({ name, code, file: `valid-${index}.ts` }))
const invalid = INVALID.map(([name, code, error], index) => ({ name, code, error, file: `invalid-${index}.ts` }))

/** The errors of all files. One run of the compiler serves all tests. */
const compiled = compile(Object.fromEntries([...examples, ...valid, ...invalid].map(({ file, code }) => [file, code])))

/** The compiler takes seconds on a busy machine. */
const PATIENCE = 120_000

async function errorsOf(files: readonly { name: string; file: string }[]) {
  const errors = await compiled
  return Object.fromEntries(files.map(({ name, file }) => [name, errors[file]]))
}

const none = (files: readonly { name: string }[]) => Object.fromEntries(files.map(({ name }) => [name, []]))

test('each example of README.md and docs/library.md compiles under --strict', { timeout: PATIENCE }, async () => {
  expect(examples.length).toBeGreaterThan(3)
  expect(await errorsOf(examples)).toEqual(none(examples))
})

test('partial limits, headers as a record and the types of each stage compile', { timeout: PATIENCE }, async () => {
  expect(await errorsOf(valid)).toEqual(none(valid))
})

test('unknown fields and internal options do not compile', { timeout: PATIENCE }, async () => {
  expect(await errorsOf(invalid)).toEqual(
    Object.fromEntries(invalid.map(({ name, error }) => [name, [expect.stringContaining(error)]])),
  )
})

test('every export has a doc comment', { timeout: PATIENCE }, () => {
  const file = `${ROOT}dist/index.d.ts`
  const program = ts.createProgram([file], { module: ts.ModuleKind.NodeNext, skipLibCheck: true, types: [] })
  const checker = program.getTypeChecker()
  const source = program.getSourceFile(file)
  const entry = source && checker.getSymbolAtLocation(source)
  const exported = entry ? checker.getExportsOfModule(entry) : []
  const isDocumented = (one: ts.Symbol) => {
    const symbol = one.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(one) : one
    return symbol.getDocumentationComment(checker).length > 0
  }
  expect(exported.length).toBeGreaterThan(50)
  expect(exported.filter((one) => !isDocumented(one)).map(({ name }) => name)).toEqual([])
})
