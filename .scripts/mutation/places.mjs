// Checks that every mutant can still be applied, and that everything that needs a mutant has one.
import { filesBelow, textOf } from './tables.mjs'

const VERDICTS = 'src/core/errors/verdict.ts'
const STATUSES = 'src/core/errors/exit-status.ts'
/** Folders in which every file with code needs a mutant. */
const COVERED = ['src/core', 'src/client']
/** A file without any of these only declares types, which do not exist at run time. */
const CODE = /^(?:export )?(?:async )?(?:function|class|const)\b|^Object\b/m

/** Allowed values of `of`: every verdict and exit status. */
const KINDS = [
  ...kindsIn(VERDICTS, 'verdict', (text) => /VERDICTS = \[(.*)\]/.exec(text)?.[1].match(/\w+/g)),
  ...kindsIn(STATUSES, 'exit status', (text) =>
    Array.from(text.matchAll(/^ {2}\[(\d+), '/gm), ([, digits]) => +digits),
  ),
]

function kindsIn(file, what, find) {
  const kinds = find(textOf(file) ?? '') ?? []
  if (kinds.length === 0)
    throw new Error(`no ${what} found in ${file}: adapt its pattern in .scripts/mutation/places.mjs`)
  return kinds.map((kind) => ({ kind, title: `${what} ${kind}` }))
}

/** Returns the reasons why a mutant cannot be tried; an empty list if it can. */
export function faultsOf({ of, room, what, path, from, to, row, tests }) {
  const code = textOf(path)
  const places = (code ?? '').split(from).length - 1
  const isKnown = of === undefined || KINDS.some(({ kind }) => kind === of)
  const faults = [
    ...(isKnown ? [] : [`${of} is neither a verdict nor an exit status`]),
    ...(code === undefined ? [`${path} does not exist`] : []),
    ...(code !== undefined && places !== 1 ? [`\`from\` occurs ${places} times in ${path}`] : []),
    ...(from === to ? ['`to` is the same as `from`'] : []),
    ...tests.files.filter((file) => textOf(`test/${file}`) === undefined).map((file) => `test/${file} does not exist`),
    ...(tests.files.length === 0 ? [row === undefined ? '`tests` is empty' : `no test has R${row} in its title`] : []),
  ]
  return faults.map((fault) => `test/${room}/mutants.mjs: ${JSON.stringify(what)}: ${fault}`)
}

/** Returns a message for each verdict, exit status and file of `COVERED` that has no mutant. */
export function uncovered(mutants) {
  const files = COVERED.flatMap((folder) => filesBelow(folder).map((file) => `${folder}/${file}`))
  return [
    ...KINDS.filter(({ kind }) => !mutants.some(({ of }) => of === kind)).map(({ title }) => `no mutant of ${title}`),
    ...files
      .filter((file) => file.endsWith('.ts') && CODE.test(textOf(file) ?? ''))
      .filter((file) => !mutants.some(({ path }) => path === file))
      .map((file) => `no mutant of ${file}`),
  ]
}
