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
import { BrokenPipe, type StandardOutput } from './standard-output.js'

/** The stream that a source has opened. */
export interface OpenStream {
  readonly bytes: AsyncIterable<Uint8Array>
  /** Observes the bytes, and reports at the end if the answer is not complete. */
  readonly judge: Stage<Uint8Array, Outcome>
  /** Ends `bytes` early. Called if the judge reports that it has enough. */
  stop(): void
  /** Called if the answer was abandoned before its end. */
  onAbandon?(): void
  /** Called after the last byte. Throws if other work on the stream failed, such as saving it. */
  onClose?(): void
}

/** Time limits of a source, in milliseconds. */
export interface Deadlines {
  /** Limit of the whole run, and the option or variable that set it. */
  readonly maxTime: { readonly value: number; readonly from: string } | undefined
  /** A comment is written after this much silence. */
  readonly heartbeat: number | undefined
}

export interface SourceProgram<Table extends OptionTable> extends Synopsis<Table> {
  /** Logged once if the bytes go to a terminal. */
  readonly terminalHint: string
  /** Returns true if a failure should be written to a piped stdout as a trailer. */
  writesTrailer(line: CommandLine<Table>): boolean
  deadlines(line: CommandLine<Table>, context: ProgramContext): Deadlines
  /** Inserts a comment, as text, after each `silence` milliseconds without bytes. Calls `leave` if the consumer stops reading. */
  heartbeat(bytes: AsyncIterable<Uint8Array>, silence: number, leave: () => void): AsyncIterable<Uint8Array | string>
  /** Opens the stream, or returns a text to print instead. */
  open(line: CommandLine<Table>, context: ProgramContext): Promise<OpenStream | string>
}

/** Returns a program that fetches bytes and writes them as they arrive. A signal aborts it after writing what has arrived. */
export function source<Table extends OptionTable>(program: SourceProgram<Table>): Program<Table> {
  return {
    ...program,
    async run(line, context) {
      const { signal } = context.shutdown
      const { maxTime, heartbeat: silence } = program.deadlines(line, context)
      const controller = new AbortController()
      const stopSignal = AbortSignal.any([signal, controller.signal])
      const maxTimer =
        maxTime && setTimeout(() => controller.abort(overTime(maxTime)), Math.max(0, maxTime.value - performance.now()))
      let stream: OpenStream | string | undefined
      let failure: unknown
      try {
        stream = await program.open(line, {
          ...context,
          shutdown: { isRequested: context.shutdown.isRequested, raise: context.shutdown.raise, signal: stopSignal },
        })
        if (typeof stream === 'string') {
          await context.stdout.write(stream)
          return 0
        }
        const bytes =
          silence === undefined ? stream.bytes : program.heartbeat(stream.bytes, silence, () => controller.abort())
        const announce = () => {
          if (context.stdout.isTerminal) context.log.info(program.terminalHint)
        }
        const { failure: cause, warnings } = await forward(bytes, stream, context.stdout, announce)
        await context.stdout.close()
        if (cause) throw cause
        // On a pipe, the program that reads the answer prints these warnings.
        if (!context.stdout.isPiped) for (const warning of warnings) context.log.warn(warning)
      } catch (error) {
        if (typeof stream === 'object' && (error instanceof BrokenPipe || stopSignal.aborted)) stream.onAbandon?.()
        failure = signal.aborted && !(error instanceof BrokenPipe) ? signal.reason : error
      } finally {
        clearTimeout(maxTimer)
      }
      throwWorst(failure, typeof stream === 'object' ? closeFailure(stream) : undefined, context)
      return 0
    },
    failed: writeTrailer,
  }

  /** Passes the failure to the next programs in the pipe: the shell sees the exit status of the last one. */
  async function writeTrailer(
    failure: StreamError,
    isReported: boolean,
    stdout: StandardOutput,
    line: CommandLine<Table> | undefined,
  ) {
    // A command line that could not be parsed cannot have turned off the trailer.
    if (!stdout.isPiped || (line && !program.writesTrailer(line))) return
    const { code, status } = failure
    const verdict = code === 'interrupted' ? 'truncated' : (verdictNamed(code) ?? 'error')
    await stdout.endLine()
    await stdout.write(trailerLine({ status, verdict, code, reported: isReported }))
  }
}

function overTime({ value, from }: NonNullable<Deadlines['maxTime']>): StreamError {
  return new StreamError('timeout_total', `took longer than ${formatDuration(value)} (${from})`)
}

/** Closes the stream and returns the failure of that, if any. */
function closeFailure(stream: OpenStream): StreamError | undefined {
  try {
    stream.onClose?.()
    return undefined
  } catch (error) {
    if (error instanceof StreamError) return error
    throw error
  }
}

/** Throws the more severe of the two failures and logs the other. */
function throwWorst(failure: unknown, other: StreamError | undefined, { log }: ProgramContext) {
  const [first, second] =
    failure instanceof StreamError && other && worseStatus(failure.status, other.status) === other.status
      ? [other, failure]
      : [failure ?? other, failure === undefined ? undefined : other]
  if (second) log.error(second)
  if (first !== undefined) throw first
}

/** Result of forwarding an answer. */
interface Forwarded {
  readonly failure: StreamError | undefined
  readonly warnings: readonly string[]
}

/**
 * Writes each piece before it is judged, so that no byte is delayed. If the judge reports that it has enough, the source stops, and the
 * answer does not count as truncated. Calls `onFirst` before the first piece is written.
 */
async function forward(
  bytes: AsyncIterable<Uint8Array | string>,
  { judge, stop }: Pick<OpenStream, 'judge' | 'stop'>,
  stdout: StandardOutput,
  onFirst: () => void,
): Promise<Forwarded> {
  const warnings: string[] = []
  let failure: StreamError | undefined
  /** Error thrown by the judge. */
  let judgeFailure: StreamError | undefined
  let connectionFailure: StreamError | undefined
  let received = 0
  let hasEnough = false
  let isFirst = true

  function collect(reported: () => Iterable<Outcome>) {
    if (judgeFailure) return
    try {
      for (const outcome of reported()) {
        if ('warning' in outcome) warnings.push(outcome.warning)
        else if ('failure' in outcome) failure = moreSevere(failure, outcome.failure)
        else if ('enough' in outcome) hasEnough = true
      }
    } catch (error) {
      if (!(error instanceof StreamError)) throw error
      judgeFailure = error
    }
  }

  try {
    for await (const piece of bytes) {
      if (isFirst) onFirst()
      isFirst = false
      await stdout.write(piece)
      if (typeof piece === 'string') continue
      received += piece.length
      collect(() => judge.push(piece))
      if (hasEnough) stop()
    }
  } catch (error) {
    if (!(error instanceof StreamError) || error.code === 'write_failed') throw error
    connectionFailure = error
  }
  if (!hasEnough) collect(() => judge.end())
  return { failure: judgeFailure ?? causeOf(failure, connectionFailure, received), warnings }
}
