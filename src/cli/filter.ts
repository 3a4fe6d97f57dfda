import { StreamError } from '../core/errors.js'
import type { Stage } from '../core/stage.js'
import { worse, type ExitStatus } from '../core/status.js'
import type { OptionTable, Synopsis, Values } from './argv.js'
import { inputs, isLive, type Input } from './input.js'
import { main, told, type World } from './main.js'
import { writeError } from './messages.js'
import { isTerminalFd, ReaderGone } from './output.js'

/** What a filter does with one input. */
export interface Work {
  /** Bytes in, what goes to stdout out. */
  readonly stage: Stage<Uint8Array, string | Uint8Array>
  /** What goes to stderr at the end, as it is. */
  aside?(): string
  warnings?(): readonly string[]
  /** What only `--verbose` tells. */
  notes?(): readonly string[]
  failure?(): StreamError | undefined
}

export interface Filter<Table extends OptionTable> extends Omit<Synopsis<Table>, 'operands'> {
  work(values: Values<Table>, input: InputFacts): Work
}

/** What the work may depend on beside the options. */
export interface InputFacts {
  /** The name of the input, where several are to be told apart. */
  readonly file: string | undefined
  /** Milliseconds since the program started; absent where the input is a regular file, whose bytes come as fast as they are read. */
  readonly clock: (() => number) | undefined
}

/** Runs a program that reads its operands, or standard input, through a step to standard output. */
export function filter<Table extends OptionTable>(program: Filter<Table>): Promise<void> {
  return main({
    ...program,
    operands: '[file…]',
    async run({ values, operands }, world) {
      if (operands.length === 0 && (await isTerminalFd(0))) {
        throw new StreamError('usage', `nothing to read: pipe a stream in or name a file (${program.name} --help)`)
      }
      const sources = inputs(operands)
      const isOne = sources.length === 1
      let status: ExitStatus = 0
      for (const input of sources) {
        const name = isOne ? undefined : (input.file ?? '-')
        const clock = isLive(input) ? () => Math.round(performance.now() * 10) / 10 : undefined
        const work = program.work(values, { file: name, clock })
        status = worse(status, await through(work, input, name, world))
        if (isOver(input, world)) break
      }
      await world.stdout.close()
      return status
    },
  })
}

/** A file is left at a signal; a pipe is read to its end, so that the last words of a dying producer are kept. */
function isOver({ file }: Input, { interruption }: World): boolean {
  return file !== undefined && interruption.signal.aborted
}

/** The only place where a step meets time: one write for each read, and the next read when that is done. */
async function through(work: Work, input: Input, name: string | undefined, world: World): Promise<ExitStatus> {
  const place = name === undefined ? '' : `${name}: `
  const named = { ...world.say, error: (code: string, text: string) => world.say.error(code, place + text) }
  let status: ExitStatus = 0
  try {
    for await (const bytes of input.chunks()) {
      await deliver(work.stage.push(bytes), world)
      if (isOver(input, world)) return status
    }
    await deliver(work.stage.end(), world)
  } catch (error) {
    if (error instanceof ReaderGone || (error instanceof StreamError && error.code === 'write_failed')) throw error
    status = told(error, named)
  }
  writeError(work.aside?.() ?? '')
  for (const note of work.notes?.() ?? []) world.say.note(place + note)
  for (const warning of work.warnings?.() ?? []) world.say.warn(place + warning)
  // Of an answer that was interrupted here nobody needs to hear that it is cut.
  const failure = status === 0 && !world.interruption.signal.aborted ? work.failure?.() : undefined
  return failure ? told(failure, named) : status
}

/** Writes what a step gives as one piece; what came out before it threw is written too. */
async function deliver(outputs: Iterable<string | Uint8Array>, { stdout }: World): Promise<void> {
  let text = ''
  const pieces: Uint8Array[] = []
  try {
    for (const output of outputs) {
      if (typeof output === 'string') text += output
      else pieces.push(output)
    }
  } finally {
    await stdout.write(pieces.length > 0 ? Buffer.concat(pieces) : text)
  }
}
