import { StreamError } from '../core/errors/error.js'
import type { Stage } from '../core/stream/stage.js'
import { worse, type ExitStatus } from '../core/errors/exit-status.js'
import type { OptionTable, Synopsis, Values } from './argv.js'
import { chunksUntil, someInputs, type Input } from './input.js'
import { failureIn, main, type World } from './main.js'
import { about } from './messages.js'
import { ReaderGone } from './output.js'

/** How one input is played. */
export interface Play<Piece> {
  /** Bytes in, pieces out. */
  readonly stage: Stage<Uint8Array, Piece>
  /** Whether nothing more comes out, whatever is put in. */
  isOver(): boolean
  /** Gives the bytes of each piece when its time has come. An abort rejects with the signal's reason. */
  paced(pieces: AsyncIterable<Piece>, signal: AbortSignal): AsyncIterable<Uint8Array>
}

export interface Player<Table extends OptionTable, Piece> extends Omit<Synopsis<Table>, 'operands'> {
  /** Takes the options as they were typed; throws `usage` where one of them can't be. What it gives plays an input: a file by its name. */
  begin(values: Values<Table>): (file: string | undefined) => Promise<Play<Piece>>
}

/**
 * Runs a program that plays its operands, or standard input, one after the other: each piece is one write, at its time. It is a
 * source: a signal ends it at once, with what was written.
 */
export function player<const Table extends OptionTable, Piece>(program: Player<Table, Piece>): Promise<void> {
  return main({
    ...program,
    operands: '[file…]',
    async run({ values, operands }, world) {
      const sources = await someInputs(program.name, operands)
      const begun = program.begin(values)
      let status: ExitStatus = 0
      for (const input of sources) {
        const say = about(sources.length > 1 ? (input.file ?? '-') : undefined, world.say)
        status = worse(status, await played(begun, input, { ...world, say }))
      }
      await world.stdout.close()
      return status
    },
  })
}

/** Plays one input. What fails of it is told, and the next is played; that nothing can be written, or a signal, ends all. */
async function played<Piece>(
  begun: (file: string | undefined) => Promise<Play<Piece>>,
  input: Input,
  { stdout, say, interruption: { signal } }: World,
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
    if (isLast || error instanceof ReaderGone) throw error
    const failure = failureIn(error)
    say.error(failure)
    return failure.status
  }
}

async function* piecesOf<Piece>({ stage, isOver }: Play<Piece>, input: Input, signal: AbortSignal) {
  if (!isOver()) {
    for await (const bytes of chunksUntil(signal, input)) {
      yield* stage.push(bytes)
      if (isOver()) break
    }
  }
  yield* stage.end()
}
