import { StreamError } from '../../core/errors/error.js'
import type { Outcome } from '../../core/stream/output.js'
import type { Stage } from '../../core/stream/stage.js'
import { summaryLines, usageTable } from './usage-text.js'
import type { UsageSummary } from './usage-summary.js'
import { sumUsage } from './sum-usage.js'

export interface UsageReportOptions {
  readonly json: boolean
  /** True if there is more than one input; the report then ends with a total. */
  readonly several: boolean
  /** The meaning of a row. */
  readonly by: 'file' | 'model'
  /** Fail with `no_usage` if an input has no usage. */
  readonly requireUsage: boolean
}

/** Collects the usage summaries of all inputs and formats them. */
export interface UsageReport {
  /** Adds one input. Yields its lines at once if they do not depend on other inputs. */
  addInput(file: string | undefined): Stage<UsageSummary, string | Outcome>
  /** Yields the remaining rows and the total. */
  end(): Generator<string>
}

const NO_USAGE = new StreamError('no_usage', 'the stream does not report usage')
const USAGE = ['input_tokens', 'output_tokens', 'total_tokens', 'cost'] as const

export function usageReport({ json, several, by, requireUsage }: UsageReportOptions): UsageReport {
  const entries: { file: string; report: UsageSummary }[] = []
  const isSingle = !several && by === 'file'

  return {
    addInput(file = '-') {
      let hasUsage = false
      return {
        *push(report) {
          hasUsage = USAGE.some((count) => report[count] !== null)
          entries.push({ file, report })
          if (json && by === 'file') yield line(several ? { file, ...report } : report)
          else if (isSingle) yield summaryLines(report)
        },
        end: () => (requireUsage && !hasUsage ? [{ failure: NO_USAGE }] : []),
      }
    },
    *end() {
      if (isSingle) return
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

/** Groups summaries by model, in order of appearance. */
function byModel(reports: readonly UsageSummary[]): Map<string | null, UsageSummary[]> {
  const groups = new Map<string | null, UsageSummary[]>()
  for (const report of reports) {
    const group = groups.get(report.model) ?? []
    groups.set(report.model, group)
    group.push(report)
  }
  return groups
}
