import { StreamError } from '../core/errors/error.js'
import { statusOf } from '../core/errors/codes.js'
import { type ExitStatus } from '../core/errors/exit-status.js'
import { parse, type CommandLine } from './command-line/argv.js'
import type { OptionTable, Values } from './command-line/option.js'
import { withCommonOptions, type COMMON_OPTIONS } from './command-line/common-options.js'
import { help, type HelpOptions } from './command-line/help.js'
import { logger, type Logger } from './messages.js'
import { BrokenPipe, isTerminalFd, standardOutput, type StandardOutput } from './standard-output.js'
import type { Program } from './program.js'
import { onSignals } from './signals.js'

const SIGPIPE_STATUS: ExitStatus = 141

/** Package version, inserted by the build. */
declare const VERSION: string

/** Parses the command line, runs the program and sets the exit status. Errors are caught here and nowhere else. */
export async function main<Table extends OptionTable>(program: Program<Table>): Promise<void> {
  // If the end of this function is never reached, that is a bug; Node alone would exit with 0.
  process.exitCode = statusOf('internal')
  const args = process.argv.slice(2)
  const stdout = await standardOutput()
  const shutdown = onSignals()
  let log = logger(program.name, { quiet: false, verbose: false, json: requestsJsonErrors(args) })
  let line: CommandLine<Table> | undefined
  try {
    const synopsis = withCommonOptions(program)
    line = await parse(synopsis.options, args, synopsis.absentOptions)
    const {
      quiet,
      verbose,
      errors,
      completion,
      help: wantsHelp,
      version,
    } = line.values as Values<typeof COMMON_OPTIONS>
    log = logger(program.name, { quiet, verbose, json: errors === 'json' })
    if (wantsHelp || version) {
      await stdout.write(wantsHelp ? help(synopsis, await helpOptions(args)) : `${VERSION}\n`)
      process.exitCode = 0
      return
    }
    if (completion !== undefined) {
      await stdout.write(await completionScript(program.name, completion))
      process.exitCode = 0
      return
    }
    process.exitCode = await program.run(line, { stdout, log, shutdown, environment: process.env })
  } catch (error) {
    process.exitCode =
      error instanceof BrokenPipe
        ? SIGPIPE_STATUS
        : await reportFailure(toStreamError(error), program, { log, stdout, line })
  }
  // A signal that arrives together with the end of the input is delivered one turn later.
  await new Promise((resolve) => setImmediate(resolve))
  shutdown.raise()
}

/** Logs the failure, passes it to the program and returns the exit status. */
async function reportFailure<Table extends OptionTable>(
  failure: StreamError,
  program: Pick<Program<Table>, 'failed'>,
  { log, stdout, line }: { log: Logger; stdout: StandardOutput; line: CommandLine<Table> | undefined },
): Promise<ExitStatus> {
  const isReported = failure.code !== 'interrupted' && log.error(failure)
  try {
    await program.failed?.(failure, isReported, stdout, line)
  } catch (error) {
    // If stdout fails as well, the failure on stderr is enough.
    if (!(error instanceof BrokenPipe || error instanceof StreamError)) throw error
  }
  return failure.status
}

/** Reads the script that the build wrote. */
async function completionScript(name: string, shell: string): Promise<Uint8Array> {
  const { readFile } = await import('node:fs/promises')
  return readFile(new URL(`../completions/${name}.${shell}`, import.meta.url))
}

/** Width of the help, in characters: in a pipe, and the maximum on a terminal. */
const HELP_WIDTH = { pipe: 80, max: 120 } as const

/** Returns the options of the help: `-h` without `--help` asks for the short one, and the width is that of the terminal. */
async function helpOptions(args: readonly string[]): Promise<HelpOptions> {
  const width = (await isTerminalFd(1)) ? process.stdout.columns : HELP_WIDTH.pipe
  return { width: Math.min(width, HELP_WIDTH.max), isShort: !args.includes('--help') }
}

/** Returns true if the arguments ask for errors as JSON. Works for a command line that cannot be parsed. */
function requestsJsonErrors(args: readonly string[]): boolean {
  return args.includes('--errors=json') || (args.includes('--errors') && args[args.indexOf('--errors') + 1] === 'json')
}

/** Returns the error itself if it is a `StreamError`. Any other error is a bug and is wrapped as `internal`. */
export function toStreamError(error: unknown): StreamError {
  if (error instanceof StreamError) return error
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return new StreamError('internal', `this is a bug: ${trace}`, { cause: error })
}
