import { StreamError } from '../core/errors/error.js'
import { statusOf } from '../core/errors/codes.js'
import { type ExitStatus } from '../core/errors/exit-status.js'
import { plainCall, parse, type CommandLine, type OptionTable, type Synopsis, type Values } from './argv.js'
import { help } from './help.js'
import { messages, type Messages } from './messages.js'
import { ReaderGone, standardOutput, type StandardOutput } from './output.js'
import { interruption, type Interruption } from './signals.js'

const GONE: ExitStatus = 141

/** The version of the package, put in by the build. */
declare const VERSION: string

const COMMON = {
  quiet: { type: 'flag', short: 'q', what: 'no warnings' },
  verbose: { type: 'flag', short: 'v', what: 'say more on stderr' },
  errors: {
    type: 'text',
    value: 'FORM',
    oneOf: ['text', 'json'],
    what: 'how stderr speaks: text (default), or a JSON object a line',
  },
  help: { type: 'flag', short: 'h', what: 'show this help' },
  version: { type: 'flag', short: 'V', what: 'show the version' },
} as const satisfies OptionTable

/** What a running program has to do with. */
export interface World {
  readonly stdout: StandardOutput
  readonly say: Messages
  readonly interruption: Interruption
  readonly environment: Readonly<NodeJS.ProcessEnv>
}

/** A program: what it says of itself, and what it does. */
export interface Program<Table extends OptionTable> extends Synopsis<Table> {
  /** Does the work, and tells the exit status of what ended well enough to be told; throws a `StreamError` otherwise. */
  run(line: CommandLine<Table>, world: World): Promise<ExitStatus>
  /**
   * Called with the failure that ends the program; `isTold` is true if stderr has it already, and `line` is undefined if the
   * command line could not be parsed.
   */
  failed?(
    failure: StreamError,
    isTold: boolean,
    stdout: StandardOutput,
    line: CommandLine<Table> | undefined,
  ): Promise<void>
}

/** Runs a program from its command line to its exit status. The only catch. */
export async function main<Table extends OptionTable>(program: Program<Table>): Promise<void> {
  // An end that is not reached is a bug, even where Node would leave quietly with 0.
  process.exitCode = statusOf('internal')
  const args = process.argv.slice(2)
  const stdout = await standardOutput()
  const interrupted = interruption()
  let say = messages(program.name, { quiet: false, verbose: false, json: asksJson(args) })
  let line: CommandLine<Table> | undefined
  try {
    const synopsis = { ...program, options: { ...program.options, ...COMMON } }
    line = plainCall(synopsis.options, args) ?? (await parse(synopsis, args))
    const { quiet, verbose, errors, help: wantsHelp, version } = line.values as Values<typeof COMMON>
    say = messages(program.name, { quiet, verbose, json: errors === 'json' })
    if (wantsHelp || version) {
      await stdout.write(wantsHelp ? help(synopsis) : `${VERSION}\n`)
      process.exitCode = 0
      return
    }
    process.exitCode = await program.run(line, { stdout, say, interruption: interrupted, environment: process.env })
  } catch (error) {
    process.exitCode = error instanceof ReaderGone ? GONE : await left(failureIn(error), program, { say, stdout, line })
  }
  // A signal that came together with the end of the input is told a turn later.
  await new Promise((resolve) => setImmediate(resolve))
  interrupted.die()
}

/** Says what failed, tells whoever else has to hear of it, and gives the exit status. */
async function left<Table extends OptionTable>(
  failure: StreamError,
  program: Pick<Program<Table>, 'failed'>,
  { say, stdout, line }: { say: Messages; stdout: StandardOutput; line: CommandLine<Table> | undefined },
): Promise<ExitStatus> {
  const isTold = failure.code !== 'interrupted' && say.error(failure)
  try {
    await program.failed?.(failure, isTold, stdout, line)
  } catch (error) {
    // What can't be written to a stdout that fails is told on stderr.
    if (!(error instanceof ReaderGone || error instanceof StreamError)) throw error
  }
  return failure.status
}

/** Whether a command line that can't be parsed asks for errors as JSON. */
function asksJson(args: readonly string[]): boolean {
  return args.includes('--errors=json') || (args.includes('--errors') && args[args.indexOf('--errors') + 1] === 'json')
}

/** A failure that nobody foresaw is a bug of ours. */
export function failureIn(error: unknown): StreamError {
  if (error instanceof StreamError) return error
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return new StreamError('internal', `this is a bug: ${trace}`, { cause: error })
}
