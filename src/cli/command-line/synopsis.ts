import type { AbsentOptions } from './arguments.js'
import type { OptionTable } from './option.js'

/** Name, options and examples of a program. The help, the manual, the README and the tests are based on it. */
export interface Synopsis<Table extends OptionTable> {
  readonly name: string
  /** One sentence. */
  readonly summary: string
  /** Operands, as the usage line shows them. */
  readonly operands: string
  readonly options: Table
  readonly absentOptions?: AbsentOptions
  /** Command lines, each with a description. */
  readonly examples: readonly (readonly [command: string, description: string])[]
  /** Environment variables, each with a description. */
  readonly environment?: readonly (readonly [variable: string, description: string])[]
  /** Files that the program writes or looks for, each with what it has; only the manual lists them. */
  readonly files?: readonly (readonly [path: string, description: string])[]
}
