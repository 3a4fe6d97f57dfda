import type { AbsentOptions } from './arguments.js'
import type { OptionTable } from './option.js'

/** What a program says about itself. Help, the manual and the tests of manners read it. */
export interface Synopsis<Table extends OptionTable> {
  readonly name: string
  /** One sentence. */
  readonly summary: string
  /** The operands, as the usage line has them. */
  readonly operands: string
  readonly options: Table
  readonly absentOptions?: AbsentOptions
  /** Command lines, each with what it does. */
  readonly examples: readonly (readonly [command: string, description: string])[]
  /** Environment variables, each with what it sets. */
  readonly environment?: readonly (readonly [variable: string, description: string])[]
  /** Files that the program writes or looks for, each with what it has; only the manual lists them. */
  readonly files?: readonly (readonly [path: string, description: string])[]
}
