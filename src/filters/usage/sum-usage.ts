import { decimalSum } from '../../core/text/decimal.js'
import { isWhole } from '../../core/errors/verdict.js'
import type { UsageSummary } from './usage-summary.js'

/** The sum of several accounts. A count is null where none of them told it. */
export interface UsageTotal {
  readonly answers: number
  /** The share of answers that are whole, 0 to 1. */
  readonly success_rate: number
  /** Answers that broke off or failed after something of them had come. */
  readonly partial: number
  readonly input_tokens: number | null
  readonly output_tokens: number | null
  readonly total_tokens: number | null
  readonly cached_tokens: number | null
  readonly reasoning_tokens: number | null
  readonly cost: number | null
  /** Over the answers whose duration is known. */
  readonly mean_duration_ms: number | null
}

/** Adds accounts up; costs as the decimals that they are written as. */
export function sumUsage(reports: readonly UsageSummary[]): UsageTotal {
  const durations = known(reports, 'duration_ms')
  const whole = reports.filter(({ verdict }) => isWhole(verdict)).length
  return {
    answers: reports.length,
    success_rate: reports.length === 0 ? 0 : Math.round((whole / reports.length) * 10_000) / 10_000,
    partial: reports.filter(({ verdict, events }) => !isWhole(verdict) && events > 0).length,
    input_tokens: sum(known(reports, 'input_tokens')),
    output_tokens: sum(known(reports, 'output_tokens')),
    total_tokens: sum(known(reports, 'total_tokens')),
    cached_tokens: sum(known(reports, 'cached_tokens')),
    reasoning_tokens: sum(known(reports, 'reasoning_tokens')),
    cost: sum(known(reports, 'cost')),
    mean_duration_ms: durations.length === 0 ? null : Math.round((10 * (sum(durations) ?? 0)) / durations.length) / 10,
  }
}

type Count =
  | 'input_tokens'
  | 'output_tokens'
  | 'total_tokens'
  | 'cached_tokens'
  | 'reasoning_tokens'
  | 'cost'
  | 'duration_ms'

function known(reports: readonly UsageSummary[], count: Count): number[] {
  return reports.map((report) => report[count]).filter((value) => value !== null)
}

function sum(numbers: readonly number[]): number | null {
  if (numbers.length === 0) return null
  const exact = decimalSum()
  for (const number of numbers) exact.add(number)
  return exact.total()
}
