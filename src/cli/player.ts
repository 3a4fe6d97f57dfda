import { StreamError } from '../core/errors/error.js'
import type { Stage } from '../core/stream/stage.js'
import { worseStatus, type ExitStatus } from '../core/errors/exit-status.js'
import type { OptionTable, Values } from './command-line/option.js'
import { chunksUntil, requireInputs, type Input } from './input.js'
import { toStreamError } from './main.js'
import type { Synopsis } from './command-line/synopsis.js'
import type { Program, ProgramContext } from './program.js'
import { withPrefix } from './messages.js'
import { BrokenPipe } from './output.js'

/** How one input is played. */
export interface Playback<Piece> {
  /** Bytes in, pieces out. */
  readonly stage: Stage<Uint8Array, Piece>
  /** Whether nothing more comes out, whatever is put in. */
  isOver(): boolean
  /** Gives the bytes of each piece when its time has come. An abort rejects with the signal's reason. */
  paced(pieces: AsyncIterable<Piece>, signal: AbortSignal): AsyncIterable<Uint8Array>
}

export interface ReplayProgram<Table extends OptionTable, Piece> extends Omit<Synopsis<Table>, 'operands'> {
  /** Takes the options as they were typed; throws `usage` where one of them can't be. What it gives plays an input: a file by its name. */
  begin(values: Values<Table>): (file: string | undefined) => Promise<Playback<Piece>>
}

/**
 * Runs a program that plays its operands, or standard input, one after the other: each piece is one write, at its time. It is a
 * source: a signal ends it at once, with what was written.
 */
export function player<const Table extends OptionTable, Piece>(program: ReplayProgram<Table, Piece>): Program<Table> {
  return {
    ...program,
    operands: '[file…]',
    async run({ values, operands }, context) {
      const sources = await requireInputs(program.name, operands)
      const begun = program.begin(values)
      let status: ExitStatus = 0
      for (const input of sources) {
        const log = withPrefix(sources.length > 1 ? (input.file ?? '-') : undefined, context.log)
        status = worseStatus(status, await played(begun, input, { ...context, log }))
      }
      await context.stdout.close()
      return status
    },
  }
}

/** Plays one input. What fails of it is told, and the next is played; that nothing can be written, or a signal, ends all. */
async function played<Piece>(
  begun: (file: string | undefined) => Promise<Playback<Piece>>,
  input: Input,
  { stdout, log, shutdown: { signal } }: ProgramContext,
): Promise<ExitStatus> {
  try {
    const play = await begun(input.file)
    for await (const bytes of play.paced(piecesOf(play, input, signal), signal)) {
      await stdout.write(bytes)
      signal.throwIfAborted()
    }
    return 0
  } catch (error) {
    const isLast = error instanceof StreamError && ['write_failed', 'interrupted'].includes(error.code)
    if (isLast || error instanceof BrokenPipe) throw error
    const failure = toStreamError(error)
    log.error(failure)
    return failure.status
  }
}

async function* piecesOf<Piece>({ stage, isOver }: Playback<Piece>, input: Input, signal: AbortSignal) {
  if (!isOver()) {
    for await (const bytes of chunksUntil(signal, input)) {
      yield* stage.push(bytes)
      if (isOver()) break
    }
  }
  yield* stage.end()
}
