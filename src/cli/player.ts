import { StreamError } from '../core/errors/error.js'
import type { Stage } from '../core/stream/stage.js'
import { worseStatus, type ExitStatus } from '../core/errors/exit-status.js'
import type { OptionTable, Values } from './command-line/option.js'
import { chunksUntil, requireInputs, type Input } from './input.js'
import { toStreamError } from './main.js'
import type { Synopsis } from './command-line/synopsis.js'
import type { Program, ProgramContext } from './program.js'
import { withPrefix } from './messages.js'
import { BrokenPipe } from './standard-output.js'

/** Playback of one input. */
export interface Playback<Piece> {
  /** Turns the bytes of the input into pieces. */
  readonly stage: Stage<Uint8Array, Piece>
  /** Returns true if no more input will produce output. */
  isOver(): boolean
  /** Yields the bytes of each piece when it is due. If the signal aborts, throws its reason. */
  schedule(pieces: AsyncIterable<Piece>, signal: AbortSignal): AsyncIterable<Uint8Array>
}

export interface ReplayProgram<Table extends OptionTable, Piece> extends Omit<Synopsis<Table>, 'operands'> {
  /** Returns a function that creates the playback of an input; `file` is undefined for standard input. Throws `usage`. */
  begin(values: Values<Table>): (file: string | undefined) => Promise<Playback<Piece>>
}

/**
 * Returns a program that plays its operands, or standard input, one after the other. Each piece is written with one write when it is
 * due. A signal ends the program at once.
 */
export function player<const Table extends OptionTable, Piece>(program: ReplayProgram<Table, Piece>): Program<Table> {
  return {
    ...program,
    operands: '[file…]',
    async run({ values, operands }, context) {
      const sources = await requireInputs(program.name, operands)
      const playbackFor = program.begin(values)
      let status: ExitStatus = 0
      for (const input of sources) {
        const log = withPrefix(sources.length > 1 ? (input.file ?? '-') : undefined, context.log)
        status = worseStatus(status, await play(playbackFor, input, { ...context, log }))
      }
      await context.stdout.close()
      return status
    },
  }
}

/** Plays one input and returns its exit status. A failure is logged and does not stop the next input, except a write error or a signal. */
async function play<Piece>(
  playbackFor: (file: string | undefined) => Promise<Playback<Piece>>,
  input: Input,
  { stdout, log, shutdown: { signal } }: ProgramContext,
): Promise<ExitStatus> {
  try {
    const playback = await playbackFor(input.file)
    for await (const bytes of playback.schedule(piecesOf(playback, input, signal), signal)) {
      await stdout.write(bytes)
      signal.throwIfAborted()
    }
    return 0
  } catch (error) {
    const endsRun = error instanceof StreamError && ['write_failed', 'interrupted'].includes(error.code)
    if (endsRun || error instanceof BrokenPipe) throw error
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
