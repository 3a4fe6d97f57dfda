import type { ExitStatus } from '../core/errors/exit-status.js'
import type { StreamError } from '../core/errors/error.js'
import type { CommandLine } from './command-line/argv.js'
import type { OptionTable } from './command-line/option.js'
import type { Synopsis } from './command-line/synopsis.js'
import type { Logger } from './messages.js'
import type { StandardOutput } from './standard-output.js'
import type { Shutdown } from './signals.js'

/** Environment of a running program. */
export interface ProgramContext {
  readonly stdout: StandardOutput
  readonly log: Logger
  readonly shutdown: Shutdown
  readonly environment: Readonly<NodeJS.ProcessEnv>
}

/** A program as a value. Importing it does not run it. */
export interface Program<Table extends OptionTable> extends Synopsis<Table> {
  /** Does the work, and returns the exit status. Throws a `StreamError` if it fails. */
  run(line: CommandLine<Table>, context: ProgramContext): Promise<ExitStatus>
  /**
   * Called with the failure that ends the program; `isReported` is true if stderr has it already, and `line` is undefined if the
   * command line could not be parsed.
   */
  failed?(
    failure: StreamError,
    isReported: boolean,
    stdout: StandardOutput,
    line: CommandLine<Table> | undefined,
  ): Promise<void>
}

/** A program with any options. */
export type AnyProgram = Program<OptionTable>
