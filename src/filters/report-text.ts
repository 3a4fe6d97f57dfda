import type { Stage } from '../core/stage.js'
import type { Report } from './report.js'

/** What stands in each line for people; null is shown as a dash, so that 0 is always a count. */
const LINES: readonly (readonly [string, (report: Report) => string | number | null])[] = [
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
  ['cost', ({ cost, is_byok }) => (cost === null ? null : `$${decimal(cost)}${is_byok === true ? ' (own key)' : ''}`)],
  ['events', ({ events }) => events],
  ['first token', ({ first_token_ms }) => withUnit(first_token_ms, 'ms')],
  ['duration', ({ duration_ms }) => withUnit(duration_ms, 'ms')],
  ['speed', ({ tokens_per_second }) => withUnit(tokens_per_second, 'tokens/s')],
]

/** Reports as text: aligned lines, or with `json` one object a line. `file` is named where several are told apart. */
export function reportText(json: boolean, file?: string): Stage<Report, string> {
  return {
    push: (report) => [
      json ? `${JSON.stringify(file === undefined ? report : { file, ...report })}\n` : lines(report, file),
    ],
    end: () => [],
  }
}

function lines(report: Report, file: string | undefined): string {
  const rows = [
    ...(file === undefined ? [] : [['file', file] as const]),
    ...LINES.map(([label, read]) => [label, read(report)] as const),
  ]
  const width = Math.max(...rows.map(([label]) => label.length))
  return (
    rows.map(([label, value]) => `${label.padEnd(width)}  ${value ?? '-'}\n`).join('') +
    (file === undefined ? '' : '\n')
  )
}

function withUnit(value: number | null, unit: string): string | null {
  return value === null ? null : `${value} ${unit}`
}

function withNative(reason: string | null, native: string | null): string | null {
  return native === null || native === reason ? reason : `${reason ?? '-'} (${native})`
}

/** A number without an exponent: 3e-7 is 0.0000003. */
function decimal(value: number): string {
  const [digits = '', exponent] = value.toExponential().split('e')
  const places = Math.max(0, digits.replace(/^-?\d\.?/, '').length - Number(exponent))
  return places > 100 ? String(value) : value.toFixed(places)
}
