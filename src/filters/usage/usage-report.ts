import { StreamError } from '../../core/errors/error.js'
import type { Outcome } from '../../core/stream/output.js'
import type { Stage } from '../../core/stream/stage.js'
import { summaryLines, usageTable } from './usage-text.js'
import type { UsageSummary } from './usage-summary.js'
import { sumUsage } from './sum-usage.js'

export interface UsageReportOptions {
  readonly json: boolean
  /** Whether there is more than one input, and so a total. */
  readonly several: boolean
  /** What a row stands for. */
  readonly by: 'file' | 'model'
  /** Whether an input without usage is a failure. */
  readonly requireUsage: boolean
}

/** Keeps the accounts of all inputs, and words them. */
export interface UsageReport {
  /** Enters the account of one input; what can be told at once is. */
  addInput(file: string | undefined): Stage<UsageSummary, string | Outcome>
  /** The rows that had to wait, and the total. */
  end(): Generator<string>
}

const NO_USAGE = new StreamError('no_usage', 'the stream says nothing of its usage')
const USAGE = ['input_tokens', 'output_tokens', 'total_tokens', 'cost'] as const

export function usageReport({ json, several, by, requireUsage }: UsageReportOptions): UsageReport {
  const entries: { file: string; report: UsageSummary }[] = []
  const isPlain = !several && by === 'file'

  return {
    addInput(file = '-') {
      let saysUsage = false
      return {
        *push(report) {
          saysUsage = USAGE.some((count) => report[count] !== null)
          entries.push({ file, report })
          if (json && by === 'file') yield line(several ? { file, ...report } : report)
          else if (isPlain) yield summaryLines(report)
        },
        end: () => (requireUsage && !saysUsage ? [{ failure: NO_USAGE }] : []),
      }
    },
    *end() {
      if (isPlain) return
      const reports = entries.map(({ report }) => report)
      const groups = by === 'file' ? [] : [...byModel(reports)].map(([model, group]) => ({ model, ...sumUsage(group) }))
      if (json) {
        yield* groups.map(line)
        if (several) yield line({ total: sumUsage(reports) })
      } else
        yield usageTable(
          by === 'file' ? entries.map(({ file, report }) => ({ name: file, report })) : groups,
          sumUsage(reports),
        )
    },
  }
}

function line(value: unknown): string {
  return `${JSON.stringify(value)}\n`
}

/** The accounts of each model, in the order in which the models came. */
function byModel(reports: readonly UsageSummary[]): Map<string | null, UsageSummary[]> {
  const groups = new Map<string | null, UsageSummary[]>()
  for (const report of reports) {
    const group = groups.get(report.model) ?? []
    groups.set(report.model, group)
    group.push(report)
  }
  return groups
}
