import type { ExitStatus } from '../core/errors/exit-status.js'
import type { StreamError } from '../core/errors/error.js'
import type { CommandLine, OptionTable } from './argv.js'
import type { Logger } from './messages.js'
import type { StandardOutput } from './output.js'
import type { Shutdown } from './signals.js'

/** What a program says about itself. Help, the README and the tests of manners read it. */
export interface Synopsis<Table extends OptionTable> {
  readonly name: string
  /** One sentence. */
  readonly summary: string
  /** The operands, as the usage line has them. */
  readonly operands: string
  readonly options: Table
  /** Command lines, each with what it does. */
  readonly examples: readonly (readonly [command: string, description: string])[]
  /** Environment variables, each with what it sets. */
  readonly environment?: readonly (readonly [variable: string, description: string])[]
}

/** What a running program has to do with. */
export interface ProgramContext {
  readonly stdout: StandardOutput
  readonly log: Logger
  readonly shutdown: Shutdown
  readonly environment: Readonly<NodeJS.ProcessEnv>
}

/** A program as a value: importing it runs nothing. */
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
