import { StreamError } from '../core/errors.js'
import { statusOf, type ExitStatus } from '../core/status.js'
import { bareCall, parse, type CommandLine, type OptionTable, type Synopsis } from './argv.js'
import { help } from './help.js'
import { messages, type Messages } from './messages.js'
import { ReaderGone, standardOutput, type Sink } from './output.js'
import { interruption, type Interruption } from './signals.js'

/** The version of the package, put in by the build. */
declare const VERSION: string

const COMMON = {
  quiet: { type: 'flag', short: 'q', what: 'no warnings' },
  verbose: { type: 'flag', short: 'v', what: 'say more on stderr' },
  help: { type: 'flag', short: 'h', what: 'show this help' },
  version: { type: 'flag', short: 'V', what: 'show the version' },
} as const satisfies OptionTable

/** What a running program has to do with. */
export interface World {
  readonly stdout: Sink
  readonly say: Messages
  readonly interruption: Interruption
  readonly environment: Readonly<NodeJS.ProcessEnv>
}

/** A program: what it says of itself, and what it does. */
export interface Program<Table extends OptionTable> extends Synopsis<Table> {
  /** Does the work, and tells the exit status of what ended well enough to be told; throws a `StreamError` otherwise. */
  run(line: CommandLine<Table>, world: World): Promise<ExitStatus>
}

/** Runs a program from its command line to its exit status. The only catch. */
export async function main<Table extends OptionTable>(program: Program<Table>): Promise<void> {
  // An end that is not reached is a bug, even where Node would leave quietly with 0.
  process.exitCode = statusOf('internal')
  let say = messages(program.name, { quiet: false, verbose: false })
  try {
    const synopsis = { ...program, options: { ...program.options, ...COMMON } }
    const args = process.argv.slice(2)
    const line = bareCall(synopsis.options, args) ?? (await parse(synopsis, args))
    const { quiet, verbose, help: wantsHelp, version } = line.values as { [Name in keyof typeof COMMON]: boolean }
    say = messages(program.name, { quiet, verbose })
    const stdout = await standardOutput()
    if (wantsHelp || version) {
      await stdout.write(wantsHelp ? help(synopsis) : `${VERSION}\n`)
      process.exitCode = 0
      return
    }
    const interrupted = interruption()
    try {
      process.exitCode = await program.run(line, { stdout, say, interruption: interrupted, environment: process.env })
    } finally {
      // A signal that came together with the end of the input is told a turn later.
      await new Promise((resolve) => setImmediate(resolve))
      interrupted.die()
    }
  } catch (error) {
    process.exitCode = told(error, say)
  }
}

/** Says what failed, and gives its exit status. */
export function told(error: unknown, say: Messages): ExitStatus {
  if (error instanceof ReaderGone) return 141
  if (error instanceof StreamError) {
    say.error(error.code, error.message)
    return statusOf(error.code)
  }
  say.error('internal', `this is a bug: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
  return statusOf('internal')
}
