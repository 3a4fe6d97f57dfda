import { decimalSum } from '../../core/text/decimal.js'
import { isWhole } from '../../core/errors/verdict.js'
import type { UsageSummary } from './usage-summary.js'

/** The sum of several summaries. A count is null if none of them has it. */
export interface UsageTotal {
  readonly answers: number
  /** The share of answers that arrived whole (complete, length or filtered), from 0 to 1. */
  readonly success_rate: number
  /** Number of answers that broke off or failed after their first event. */
  readonly partial: number
  readonly input_tokens: number | null
  readonly output_tokens: number | null
  readonly total_tokens: number | null
  readonly cached_tokens: number | null
  readonly reasoning_tokens: number | null
  readonly cost: number | null
  /** Mean of the known durations. */
  readonly mean_duration_ms: number | null
}

/** Adds up summaries. Costs are added as decimals, without floating-point rounding. */
export function sumUsage(reports: readonly UsageSummary[]): UsageTotal {
  const durations = knownValues(reports, 'duration_ms')
  const whole = reports.filter(({ verdict }) => isWhole(verdict)).length
  return {
    answers: reports.length,
    success_rate: reports.length === 0 ? 0 : Math.round((whole / reports.length) * 10_000) / 10_000,
    partial: reports.filter(({ verdict, events }) => !isWhole(verdict) && events > 0).length,
    input_tokens: sum(knownValues(reports, 'input_tokens')),
    output_tokens: sum(knownValues(reports, 'output_tokens')),
    total_tokens: sum(knownValues(reports, 'total_tokens')),
    cached_tokens: sum(knownValues(reports, 'cached_tokens')),
    reasoning_tokens: sum(knownValues(reports, 'reasoning_tokens')),
    cost: sum(knownValues(reports, 'cost')),
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

function knownValues(reports: readonly UsageSummary[], count: Count): number[] {
  return reports.map((report) => report[count]).filter((value) => value !== null)
}

function sum(numbers: readonly number[]): number | null {
  if (numbers.length === 0) return null
  const exact = decimalSum()
  for (const number of numbers) exact.add(number)
  return exact.total()
}
