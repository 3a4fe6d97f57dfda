import { formatDuration } from '../core/text/duration.js'
import { moreSevere, StreamError } from '../core/errors/error.js'
import { causeOf } from '../core/answer/outcomes.js'
import type { Outcome } from '../core/stream/output.js'
import type { Stage } from '../core/stream/stage.js'
import { worseStatus } from '../core/errors/exit-status.js'
import { trailerLine } from '../core/errors/trailer.js'
import { verdictNamed } from '../core/errors/verdict.js'
import type { CommandLine } from './command-line/argv.js'
import type { OptionTable } from './command-line/option.js'
import type { Synopsis } from './command-line/synopsis.js'
import type { Program, ProgramContext } from './program.js'
import { BrokenPipe, type StandardOutput } from './output.js'

/** What a source has opened. */
export interface OpenStream {
  readonly bytes: AsyncIterable<Uint8Array>
  /** Reads along, and reports at the end whether the answer is whole. */
  readonly judge: Stage<Uint8Array, Outcome>
  /** Ends the bytes because the judge has reported that it has enough. */
  stop(): void
  /** Hears that the answer was left before its end. */
  left?(): void
  /** Ends what is done beside, once no more bytes come. Throws what failed of that. */
  closed?(): void
}

/** When a source has to hurry. Times are in milliseconds. */
export interface Deadlines {
  /** How long the program may run, and what says so. */
  readonly maxTime: { readonly value: number; readonly from: string } | undefined
  /** After how long a silence a comment is written. */
  readonly heartbeat: number | undefined
}

export interface SourceProgram<Table extends OptionTable> extends Synopsis<Table> {
  /** Said once if the bytes go to a terminal. */
  readonly terminalHint: string
  /** Returns whether a failure is written to a piped stdout as a trailer. */
  writesTrailer(line: CommandLine<Table>): boolean
  deadlines(line: CommandLine<Table>, context: ProgramContext): Deadlines
  /** Puts a comment into every silence of so many milliseconds, as text; `leave` is called when the bytes are wanted no more. */
  heartbeat(bytes: AsyncIterable<Uint8Array>, silence: number, leave: () => void): AsyncIterable<Uint8Array | string>
  /** A text is written in place of a stream. */
  open(line: CommandLine<Table>, context: ProgramContext): Promise<OpenStream | string>
}

/** Runs a program that fetches bytes and writes them as they come. A signal aborts it; what came is written. */
export function source<Table extends OptionTable>(program: SourceProgram<Table>): Program<Table> {
  return {
    ...program,
    async run(line, context) {
      const { signal } = context.shutdown
      const { maxTime, heartbeat: silence } = program.deadlines(line, context)
      const ending = new AbortController()
      const either = AbortSignal.any([signal, ending.signal])
      const hurry =
        maxTime && setTimeout(() => ending.abort(overTime(maxTime)), Math.max(0, maxTime.value - performance.now()))
      let opened: OpenStream | string | undefined
      let failure: unknown
      try {
        opened = await program.open(line, {
          ...context,
          shutdown: { isRequested: context.shutdown.isRequested, raise: context.shutdown.raise, signal: either },
        })
        if (typeof opened === 'string') {
          await context.stdout.write(opened)
          return 0
        }
        const bytes =
          silence === undefined ? opened.bytes : program.heartbeat(opened.bytes, silence, () => ending.abort())
        const announce = () => {
          if (context.stdout.isTerminal) context.log.info(program.terminalHint)
        }
        const { failure: cause, warnings } = await forward(bytes, opened, context.stdout, announce)
        await context.stdout.close()
        if (cause) throw cause
        // On a pipe, the program that reads the answer warns about it.
        if (!context.stdout.isPiped) for (const warning of warnings) context.log.warn(warning)
      } catch (error) {
        if (typeof opened === 'object' && (error instanceof BrokenPipe || either.aborted)) opened.left?.()
        failure = signal.aborted && !(error instanceof BrokenPipe) ? signal.reason : error
      } finally {
        clearTimeout(hurry)
      }
      leave(failure, typeof opened === 'object' ? closed(opened) : undefined, context)
      return 0
    },
    failed: trail,
  }

  /** Tells the readers down the pipe how it ended: theirs is the status that the shell sees. */
  async function trail(
    failure: StreamError,
    told: boolean,
    stdout: StandardOutput,
    line: CommandLine<Table> | undefined,
  ) {
    // If the command line could not be parsed, no option has turned the trailer off.
    if (!stdout.isPiped || (line && !program.writesTrailer(line))) return
    const { code, status } = failure
    const verdict = code === 'interrupted' ? 'truncated' : (verdictNamed(code) ?? 'error')
    await stdout.endLine()
    await stdout.write(trailerLine({ status, verdict, code, reported: told }))
  }
}

function overTime({ value, from }: NonNullable<Deadlines['maxTime']>): StreamError {
  return new StreamError('timeout_total', `the ${formatDuration(value)} of ${from} are over`)
}

/** What failed beside the answer. */
function closed(opened: OpenStream): StreamError | undefined {
  try {
    opened.closed?.()
    return undefined
  } catch (error) {
    if (error instanceof StreamError) return error
    throw error
  }
}

/** Throws what failed; of two failures the one that weighs more, and tells the other. */
function leave(failure: unknown, beside: StreamError | undefined, { log }: ProgramContext) {
  const [first, second] =
    failure instanceof StreamError && beside && worseStatus(failure.status, beside.status) === beside.status
      ? [beside, failure]
      : [failure ?? beside, failure === undefined ? undefined : beside]
  if (second) log.error(second)
  if (first !== undefined) throw first
}

/** How the forwarded answer ended. */
interface Forwarded {
  readonly failure: StreamError | undefined
  readonly warnings: readonly string[]
}

/**
 * Writes first and judges afterwards, so that no byte waits for a verdict. If the judge reports that it has enough, the source stops, and
 * the answer is not truncated. `begins` is called before the first piece is written.
 */
async function forward(
  bytes: AsyncIterable<Uint8Array | string>,
  { judge, stop }: Pick<OpenStream, 'judge' | 'stop'>,
  stdout: StandardOutput,
  begins: () => void,
): Promise<Forwarded> {
  const warnings: string[] = []
  let failure: StreamError | undefined
  /** Why the judge gave up. */
  let thrown: StreamError | undefined
  let cut: StreamError | undefined
  let received = 0
  let hasEnough = false
  let isFirst = true

  function collect(reported: () => Iterable<Outcome>) {
    if (thrown) return
    try {
      for (const outcome of reported()) {
        if ('warning' in outcome) warnings.push(outcome.warning)
        else if ('failure' in outcome) failure = moreSevere(failure, outcome.failure)
        else if ('enough' in outcome) hasEnough = true
      }
    } catch (error) {
      if (!(error instanceof StreamError)) throw error
      thrown = error
    }
  }

  try {
    for await (const piece of bytes) {
      if (isFirst) begins()
      isFirst = false
      await stdout.write(piece)
      if (typeof piece === 'string') continue
      received += piece.length
      collect(() => judge.push(piece))
      if (hasEnough) stop()
    }
  } catch (error) {
    if (!(error instanceof StreamError) || error.code === 'write_failed') throw error
    cut = error
  }
  if (!hasEnough) collect(() => judge.end())
  return { failure: thrown ?? causeOf(failure, cut, received), warnings }
}
