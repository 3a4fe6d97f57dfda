import { plural } from '../../core/text/plural.js'
import { oneLine } from '../../core/text/terminal.js'
import type { UsageSummary } from './usage-summary.js'
import type { UsageTotal } from './sum-usage.js'

type Cell = string | number | null

/** What stands in each line for people; null is shown as a dash, so that 0 is always a count. */
const LINES: readonly (readonly [string, (report: UsageSummary) => Cell])[] = [
  ['verdict', ({ verdict }) => verdict],
  ['model', ({ model }) => model],
  ['provider', ({ provider }) => provider],
  ['generation id', ({ id }) => id],
  ['finish', ({ finish_reason, native_finish_reason }) => withNative(finish_reason, native_finish_reason)],
  ['tokens in', ({ input_tokens }) => input_tokens],
  ['tokens out', ({ output_tokens }) => output_tokens],
  ['tokens total', ({ total_tokens }) => total_tokens],
  ['cached', ({ cached_tokens }) => cached_tokens],
  ['cache written', ({ cache_write_tokens }) => cache_write_tokens],
  ['reasoning', ({ reasoning_tokens }) => reasoning_tokens],
  ['cost', ({ cost, is_byok }) => (cost === null ? null : `${dollars(cost)}${is_byok === true ? ' (own key)' : ''}`)],
  ['events', ({ events }) => events],
  ['first token', ({ first_token_ms }) => withUnit(first_token_ms, 'ms')],
  ['duration', ({ duration_ms }) => withUnit(duration_ms, 'ms')],
  ['speed', ({ tokens_per_second }) => withUnit(tokens_per_second, 'tokens/s')],
]

/** One account as aligned lines. */
export function summaryLines(report: UsageSummary): string {
  const rows = LINES.map(([label, read]) => [label, read(report)] as const)
  const width = Math.max(...rows.map(([label]) => label.length))
  return rows.map(([label, value]) => `${label.padEnd(width)}  ${shown(value)}\n`).join('')
}

const COUNTS = ['input_tokens', 'output_tokens', 'total_tokens', 'cached_tokens', 'reasoning_tokens'] as const
const HEAD = ['tokens in', 'out', 'total', 'cached', 'reasoning', 'cost', 'duration']

/** One answer, or the answers of one model. */
export type TableRow =
  | { readonly name: string; readonly report: UsageSummary }
  | (UsageTotal & { readonly model: string | null })

/** Accounts as a table with a row each, and what they come to. */
export function usageTable(rows: readonly TableRow[], sum: UsageTotal): string {
  const table: Cell[][] = [
    ['', '', ...HEAD],
    ...rows.map((row) =>
      'report' in row
        ? [row.name, row.report.verdict, ...counts(row.report), withUnit(row.report.duration_ms, 'ms')]
        : [row.model, told(row), ...counts(row), withUnit(row.mean_duration_ms, 'ms')],
    ),
    ['total', told(sum), ...counts(sum), withUnit(sum.mean_duration_ms, 'ms')],
  ]
  const widths = ['', '', ...HEAD].map((_, column) => Math.max(...table.map((row) => shown(row[column]).length)))
  // Names stand left, numbers right.
  const lines = table.map((row) =>
    row
      .map((cell, column) => pad(shown(cell), widths[column] ?? 0, column < 2))
      .join('  ')
      .trimEnd(),
  )
  return `${lines.join('\n')}\n`
}

function counts(account: UsageSummary | UsageTotal): Cell[] {
  return [...COUNTS.map((count) => account[count]), account.cost === null ? null : dollars(account.cost)]
}

function told({ answers, success_rate: rate, partial }: UsageTotal): string {
  return `${plural(answers, 'answer')}, ${Math.round(rate * 1000) / 10} % whole${partial > 0 ? `, ${partial} partial` : ''}`
}

function shown(cell: Cell | undefined): string {
  return oneLine(String(cell ?? '-'))
}

function pad(text: string, width: number, isLeft: boolean): string {
  return isLeft ? text.padEnd(width) : text.padStart(width)
}

function withUnit(value: number | null, unit: string): string | null {
  return value === null ? null : `${value} ${unit}`
}

function withNative(reason: string | null, native: string | null): string | null {
  return native === null || native === reason ? reason : `${reason ?? '-'} (${native})`
}

/** A sum of dollars without an exponent: 3e-7 is $0.0000003. */
function dollars(value: number): string {
  const [digits = '', exponent] = value.toExponential().split('e')
  const places = Math.max(0, digits.replace(/^-?\d\.?/, '').length - Number(exponent))
  return `$${places > 100 ? String(value) : value.toFixed(places)}`
}
