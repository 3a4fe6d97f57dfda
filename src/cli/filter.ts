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
import { buffered, BrokenPipe, writeStderr, type Sink } from './output.js'
import { inputReader } from './prompt.js'

/** What a pipeline may depend on beside the options. */
export interface InputFacts {
  /** The name of the file; undefined of standard input. */
  readonly file: string | undefined
  /** Milliseconds since the program started; absent where the input is a regular file, whose bytes come as fast as they are read. */
  readonly clock: Clock | undefined
}

/** One run of a filter over its inputs. */
export interface FilterRun {
  /** Bytes of one input to what is put out. */
  pipeline(input: InputFacts): Stage<Uint8Array, Output>
  /** What is put out after the last input. */
  end?(): Iterable<Output>
  /** Whether all output waits for the end, and is then written at once. */
  readonly atOnce?: boolean
}

export interface FilterProgram<Table extends OptionTable> extends Omit<Synopsis<Table>, 'operands'> {
  /** Takes the options as they were typed; throws `usage` where one of them can't be. `several` tells whether the inputs are to be told apart: there is more than one, or it was found in a folder; `read` gives the text of a file that an option names, and throws `no_input`. */
  begin(
    values: Values<Table>,
    several: boolean,
    read: (file: string) => Promise<string>,
  ): FilterRun | Promise<FilterRun>
  /** The files that an operand means, in a program that takes folders. Throws `no_input`. */
  readonly filesOf?: FilesOf
}

/** Runs a program that reads its operands, or standard input, through a step to standard output. */
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
        atOnce = false,
      } = await program.begin(values, several, (file) => inputReader(context).text(file))
      const stdout = atOnce ? buffered(context.stdout) : context.stdout
      let status: ExitStatus = 0
      for (const input of sources) {
        const name = several ? (input.file ?? '-') : undefined
        const facts = { file: input.file, clock: isStreaming(input) ? clock : undefined }
        const log = withPrefix(name, context.log)
        status = worseStatus(status, await through(pipeline(facts), input, { ...context, stdout, log }))
        if (isOver(input, context)) break
      }
      await deliver(end?.() ?? [], stdout, { notes: [], warnings: [], failure: undefined })
      await stdout.close()
      return status
    },
  }
}

/** The context of one input, whose output may be gathered. */
type InputContext = Omit<ProgramContext, 'stdout'> & { readonly stdout: Sink }

/** A file is left at a signal; a pipe is read to its end, so that the last words of a dying producer are kept. */
function isOver({ file }: Input, { shutdown }: InputContext): boolean {
  return file !== undefined && shutdown.isRequested()
}

/** What was reported about one input so far. */
interface Reported {
  readonly notes: string[]
  readonly warnings: string[]
  failure: StreamError | undefined
}

/** The only place where a step meets time: one write for each read, and the next read when that is done. */
async function through(step: Stage<Uint8Array, Output>, input: Input, context: InputContext): Promise<ExitStatus> {
  const leave = (error: unknown) => {
    // On a pipe, the program before us has reported this failure already; on a recorded file nobody has.
    const isHeard = error instanceof StreamError && error.reported && isStreaming(input)
    const failure = toStreamError(error)
    if (!isHeard) context.log.error(failure)
    return failure.status
  }
  const reported: Reported = { notes: [], warnings: [], failure: undefined }
  let thrown: { readonly error: unknown } | undefined
  try {
    for await (const bytes of input.chunks()) {
      await deliver(step.push(bytes), context.stdout, reported)
      if (isOver(input, context)) return 0
    }
    await deliver(step.end(), context.stdout, reported)
  } catch (error) {
    if (error instanceof BrokenPipe || (error instanceof StreamError && error.code === 'write_failed')) throw error
    thrown = { error }
  }
  for (const note of reported.notes) context.log.debug(note)
  for (const warning of reported.warnings) context.log.warn(warning)
  if (thrown) return leave(thrown.error)
  // If we interrupted the answer ourselves, that it is cut is no news.
  return reported.failure && !context.shutdown.isRequested() ? leave(reported.failure) : 0
}

/** Writes what a step gives as one piece, with text for stderr in its place, and collects what it reports. What came before a throw is written too. */
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
