import { StreamError } from '../core/errors/error.js'
import { statusOf } from '../core/errors/codes.js'
import { type ExitStatus } from '../core/errors/exit-status.js'
import { parse, type CommandLine } from './command-line/argv.js'
import type { OptionTable, Values } from './command-line/option.js'
import { withCommonOptions, type COMMON_OPTIONS } from './command-line/common-options.js'
import { help, type HelpOptions } from './command-line/help.js'
import { logger, type Logger } from './messages.js'
import { BrokenPipe, isTerminalFd, standardOutput, type StandardOutput } from './output.js'
import type { Program } from './program.js'
import { onSignals } from './signals.js'

const SIGPIPE_STATUS: ExitStatus = 141

/** The version of the package, put in by the build. */
declare const VERSION: string

/** Runs a program from its command line to its exit status. The only catch. */
export async function main<Table extends OptionTable>(program: Program<Table>): Promise<void> {
  // An end that is not reached is a bug, even where Node would leave quietly with 0.
  process.exitCode = statusOf('internal')
  const args = process.argv.slice(2)
  const stdout = await standardOutput()
  const interrupted = onSignals()
  let log = logger(program.name, { quiet: false, verbose: false, json: asksJson(args) })
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
    process.exitCode = await program.run(line, { stdout, log, shutdown: interrupted, environment: process.env })
  } catch (error) {
    process.exitCode =
      error instanceof BrokenPipe ? SIGPIPE_STATUS : await left(toStreamError(error), program, { log, stdout, line })
  }
  // A signal that came together with the end of the input is told a turn later.
  await new Promise((resolve) => setImmediate(resolve))
  interrupted.raise()
}

/** Says what failed, tells whoever else has to hear of it, and gives the exit status. */
async function left<Table extends OptionTable>(
  failure: StreamError,
  program: Pick<Program<Table>, 'failed'>,
  { log, stdout, line }: { log: Logger; stdout: StandardOutput; line: CommandLine<Table> | undefined },
): Promise<ExitStatus> {
  const isTold = failure.code !== 'interrupted' && log.error(failure)
  try {
    await program.failed?.(failure, isTold, stdout, line)
  } catch (error) {
    // What can't be written to a stdout that fails is told on stderr.
    if (!(error instanceof BrokenPipe || error instanceof StreamError)) throw error
  }
  return failure.status
}

/** Reads the script that the build wrote. */
async function completionScript(name: string, shell: string): Promise<Uint8Array> {
  const { readFile } = await import('node:fs/promises')
  return readFile(new URL(`../completions/${name}.${shell}`, import.meta.url))
}

/** The width of help in a pipe, and the most that is comfortable to read. */
const HELP_WIDTH = { pipe: 80, most: 120 } as const

/** `--help` prints all of the help, `-h` alone a short one; as wide as the terminal. */
async function helpOptions(args: readonly string[]): Promise<HelpOptions> {
  const width = (await isTerminalFd(1)) ? process.stdout.columns : HELP_WIDTH.pipe
  return { width: Math.min(width, HELP_WIDTH.most), isShort: !args.includes('--help') }
}

/** Whether a command line that can't be parsed asks for errors as JSON. */
function asksJson(args: readonly string[]): boolean {
  return args.includes('--errors=json') || (args.includes('--errors') && args[args.indexOf('--errors') + 1] === 'json')
}

/** A failure that nobody foresaw is a bug of ours. */
export function toStreamError(error: unknown): StreamError {
  if (error instanceof StreamError) return error
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return new StreamError('internal', `this is a bug: ${trace}`, { cause: error })
}
