import type { AbsentOptions } from './arguments.js'
import type { OptionTable } from './option.js'

/** What a program says about itself. Help, the README and the tests of manners read it. */
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
}
