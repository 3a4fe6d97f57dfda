import { moreSevere, StreamError } from '../core/errors/error.js'
import type { Output } from '../core/stream/output.js'
import type { Stage } from '../core/stream/stage.js'
import type { Clock } from '../core/sse/timestamps.js'
import { worseStatus, type ExitStatus } from '../core/errors/exit-status.js'
import { visible } from '../core/text/terminal.js'
import type { OptionTable, Values } from './command-line/option.js'
import { clock } from './clock.js'
import { isStreaming, requireInputs, type FilesOf, type Input } from './input.js'
import { toStreamError } from './main.js'
import type { Synopsis } from './command-line/synopsis.js'
import type { Program, ProgramContext } from './program.js'
import { withPrefix } from './messages.js'
import { buffered, BrokenPipe, writeStderr, type Sink } from './standard-output.js'
import { inputReader } from './prompt.js'

/** Facts about an input that a pipeline can depend on, in addition to the options. */
export interface InputFacts {
  /** File name; undefined for standard input. */
  readonly file: string | undefined
  /** Milliseconds since the program started. Undefined for a regular file: its bytes have no arrival times. */
  readonly clock: Clock | undefined
}

/** One run of a filter over its inputs. */
export interface FilterRun {
  /** Returns a new pipeline from the bytes of one input to output. */
  pipeline(input: InputFacts): Stage<Uint8Array, Output>
  /** Returns the output that follows the last input. */
  end?(): Iterable<Output>
  /** True if all output is buffered and written at the end. */
  readonly isBuffered?: boolean
}

export interface FilterProgram<Table extends OptionTable> extends Omit<Synopsis<Table>, 'operands'> {
  /**
   * Starts a run with the option values. Throws `usage` if one is invalid.
   *
   * `several` is true if output should name its input: there is more than one input, or it was found in a folder. `read` returns the
   * text of a file that an option names, and throws `no_input`.
   */
  begin(
    values: Values<Table>,
    several: boolean,
    read: (file: string) => Promise<string>,
  ): FilterRun | Promise<FilterRun>
  /** Returns the files for an operand. Defined by programs that accept folders. Throws `no_input`. */
  readonly filesOf?: FilesOf
}

/** Returns a program that sends its operands, or standard input, through a pipeline to standard output. */
export function filter<const Table extends OptionTable>(program: FilterProgram<Table>): Program<Table> {
  return {
    ...program,
    operands: program.filesOf ? '[file|folder…]' : '[file…]',
    async run({ values, operands }, context) {
      const sources = await requireInputs(program.name, operands, program.filesOf)
      const several = sources.length > 1 || sources.some(({ file }) => file !== undefined && !operands.includes(file))
      const {
        pipeline,
        end,
        isBuffered = false,
      } = await program.begin(values, several, (file) => inputReader(context).text(file))
      const stdout = isBuffered ? buffered(context.stdout) : context.stdout
      const endLine = async () => {
        if (context.stdout.isTerminal) await context.stdout.endLine()
      }
      let status: ExitStatus = 0
      for (const input of sources) {
        const name = several ? (input.file ?? '-') : undefined
        const facts = { file: input.file, clock: isStreaming(input) ? clock : undefined }
        const log = withPrefix(name, context.log)
        status = worseStatus(status, await processInput(pipeline(facts), input, { ...context, stdout, log, endLine }))
        if (isInterrupted(input, context)) break
      }
      await deliver(end?.() ?? [], stdout, { notes: [], warnings: [], failure: undefined })
      await stdout.close()
      return status
    },
  }
}

/** Context of one input. Its stdout may be buffered. */
type InputContext = Omit<ProgramContext, 'stdout'> & {
  readonly stdout: Sink
  /** Terminates the last line on a terminal, so that a message has a line of its own. */
  endLine(): Promise<void>
}

/** Returns true if a signal stops this input. A pipe is always read to its end, so that the last output of a dying producer is kept. */
function isInterrupted({ file }: Input, { shutdown }: Pick<ProgramContext, 'shutdown'>): boolean {
  return file !== undefined && shutdown.isRequested()
}

/** Messages about one input so far. */
interface Reported {
  readonly notes: string[]
  readonly warnings: string[]
  failure: StreamError | undefined
}

/**
 * Runs one input through its pipeline. Each read is followed by one write, and the next read waits for that write: this is the only
 * back-pressure in a filter.
 */
async function processInput(step: Stage<Uint8Array, Output>, input: Input, context: InputContext): Promise<ExitStatus> {
  const fail = (error: unknown) => {
    // On a pipe, the previous program has already reported this failure. For a recorded file, nothing has.
    const isReported = error instanceof StreamError && error.reported && isStreaming(input)
    const failure = toStreamError(error)
    if (!isReported) context.log.error(failure)
    return failure.status
  }
  const reported: Reported = { notes: [], warnings: [], failure: undefined }
  let thrown: { readonly error: unknown } | undefined
  try {
    for await (const bytes of input.chunks()) {
      await deliver(step.push(bytes), context.stdout, reported)
      if (isInterrupted(input, context)) return 0
    }
    await deliver(step.end(), context.stdout, reported)
  } catch (error) {
    if (error instanceof BrokenPipe || (error instanceof StreamError && error.code === 'write_failed')) throw error
    thrown = { error }
  }
  if (thrown || reported.failure || reported.warnings.length > 0) await context.endLine()
  for (const note of reported.notes) context.log.debug(note)
  for (const warning of reported.warnings) context.log.warn(warning)
  if (thrown) return fail(thrown.error)
  // Do not report a truncated answer if we interrupted it ourselves.
  return reported.failure && !context.shutdown.isRequested() ? fail(reported.failure) : 0
}

/**
 * Writes the output of a step in one piece, keeps its order relative to text for stderr, and collects its messages. Output before a
 * throw is written too.
 */
async function deliver(outputs: Iterable<Output>, stdout: Sink, reported: Reported): Promise<void> {
  let text = ''
  try {
    for (const output of outputs) {
      if (typeof output === 'string') text += output
      else if (output instanceof Uint8Array || 'stderr' in output) {
        await stdout.write(text)
        text = ''
        if (output instanceof Uint8Array) await stdout.write(output)
        else await writeStderr(visible(output.stderr))
      } else if ('note' in output) reported.notes.push(output.note)
      else if ('warning' in output) reported.warnings.push(output.warning)
      else if ('failure' in output) reported.failure = moreSevere(reported.failure, output.failure)
    }
  } finally {
    await stdout.write(text)
  }
}
