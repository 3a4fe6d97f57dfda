import { EXIT_STATUSES } from '../core/errors/exit-status.js'
import type { Option, OptionTable } from './argv.js'
import type { Synopsis } from './program.js'

/** The text of `--help`, from the same table as the parser. */
export function help({ name, summary, operands, options, examples, environment = [] }: Synopsis<OptionTable>): string {
  const sections = [
    `Usage: ${name} [option…] ${operands}\n\n${summary}`,
    `Options:\n${columns(Object.entries(options).map(([long, option]) => [spelled(long, option), option.description]))}`,
    `Examples:\n${examples.map(([command, what]) => `  ${command}\n      ${what}`).join('\n')}`,
    ...(environment.length > 0 ? [`Environment:\n${columns(environment)}`] : []),
    `Exit status:\n${columns(EXIT_STATUSES.map(([status, when]) => [String(status), when]))}`,
  ]
  return `${sections.join('\n\n')}\n`
}

function spelled(long: string, { short, placeholder: value }: Option): string {
  return `${short === undefined ? '   ' : `-${short},`} --${long}${value === undefined ? '' : ` ${value}`}`
}

function columns(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length))
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join('\n')
}
