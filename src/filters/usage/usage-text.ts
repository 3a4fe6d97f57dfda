import { plural } from '../../core/text/plural.js'
import { oneLine } from '../../core/text/terminal.js'
import type { UsageSummary } from './usage-summary.js'
import type { UsageTotal } from './sum-usage.js'

type Cell = string | number | null

/** Labels and values of the report. Null is printed as a dash, so that 0 is always a reported count. */
const LINES: readonly (readonly [string, (report: UsageSummary) => Cell])[] = [
  ['verdict', ({ verdict }) => verdict],
  ['model', ({ model }) => model],
  ['provider', ({ provider }) => provider],
  ['generation ID', ({ id }) => id],
  ['finish reason', ({ finish_reason, native_finish_reason }) => withNative(finish_reason, native_finish_reason)],
  ['input tokens', ({ input_tokens }) => input_tokens],
  ['output tokens', ({ output_tokens }) => output_tokens],
  ['total tokens', ({ total_tokens }) => total_tokens],
  ['cached tokens', ({ cached_tokens }) => cached_tokens],
  ['cache write tokens', ({ cache_write_tokens }) => cache_write_tokens],
  ['reasoning tokens', ({ reasoning_tokens }) => reasoning_tokens],
  ['cost', ({ cost, is_byok }) => (cost === null ? null : `${dollars(cost)}${is_byok === true ? ' (own key)' : ''}`)],
  ['events', ({ events }) => events],
  ['first token', ({ first_token_ms }) => withUnit(first_token_ms, 'ms')],
  ['duration', ({ duration_ms }) => withUnit(duration_ms, 'ms')],
  ['speed', ({ tokens_per_second }) => withUnit(tokens_per_second, 'tokens/s')],
]

/** Formats one summary as aligned lines. */
export function summaryLines(report: UsageSummary): string {
  const rows = LINES.map(([label, read]) => [label, read(report)] as const)
  const width = Math.max(...rows.map(([label]) => label.length))
  return rows.map(([label, value]) => `${label.padEnd(width)}  ${cellText(value)}\n`).join('')
}

const COUNTS = ['input_tokens', 'output_tokens', 'total_tokens', 'cached_tokens', 'reasoning_tokens'] as const
const HEADINGS = ['input tokens', 'output', 'total', 'cached', 'reasoning', 'cost', 'duration']

/** A row of the table: one answer, or the total of one model. */
export type TableRow =
  | { readonly name: string; readonly report: UsageSummary }
  | (UsageTotal & { readonly model: string | null })

/** Formats a table with one line per row and a last line with the total. */
export function usageTable(rows: readonly TableRow[], sum: UsageTotal): string {
  const table: Cell[][] = [
    ['', '', ...HEADINGS],
    ...rows.map((row) =>
      'report' in row
        ? [row.name, row.report.verdict, ...countCells(row.report), withUnit(row.report.duration_ms, 'ms')]
        : [row.model, successText(row), ...countCells(row), withUnit(row.mean_duration_ms, 'ms')],
    ),
    ['total', successText(sum), ...countCells(sum), withUnit(sum.mean_duration_ms, 'ms')],
  ]
  const widths = ['', '', ...HEADINGS].map((_, column) => Math.max(...table.map((row) => cellText(row[column]).length)))
  // The first two columns are left-aligned, the numbers right-aligned.
  const lines = table.map((row) =>
    row
      .map((cell, column) => pad(cellText(cell), widths[column] ?? 0, column < 2))
      .join('  ')
      .trimEnd(),
  )
  return `${lines.join('\n')}\n`
}

function countCells(usage: UsageSummary | UsageTotal): Cell[] {
  return [...COUNTS.map((count) => usage[count]), usage.cost === null ? null : dollars(usage.cost)]
}

function successText({ answers, success_rate: rate, partial }: UsageTotal): string {
  return `${plural(answers, 'answer')}, ${Math.round(rate * 1000) / 10} % successful${partial > 0 ? `, ${partial} partial` : ''}`
}

function cellText(cell: Cell | undefined): string {
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

/** Formats US dollars without an exponent: 3e-7 is $0.0000003. */
function dollars(value: number): string {
  const [digits = '', exponent] = value.toExponential().split('e')
  const places = Math.max(0, digits.replace(/^-?\d\.?/, '').length - Number(exponent))
  return `$${places > 100 ? String(value) : value.toFixed(places)}`
}
