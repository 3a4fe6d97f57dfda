import { StreamError } from '../../core/errors/error.js'
import type { Outcome } from '../../core/stream/output.js'
import type { Stage } from '../../core/stream/stage.js'
import { reportLines, reportTable } from './report-text.js'
import type { Report } from './report.js'
import { total } from './total.js'

export interface LedgerOptions {
  readonly json: boolean
  /** Whether there is more than one input, and so a total. */
  readonly several: boolean
  /** What a row stands for. */
  readonly by: 'file' | 'model'
  /** Whether an input without usage is a failure. */
  readonly requireUsage: boolean
}

/** Keeps the accounts of all inputs, and words them. */
export interface Ledger {
  /** Enters the account of one input; what can be told at once is. */
  entry(file: string | undefined): Stage<Report, string | Outcome>
  /** The rows that had to wait, and the total. */
  end(): Generator<string>
}

const NO_USAGE = new StreamError('no_usage', 'the stream says nothing of its usage')
const USAGE = ['input_tokens', 'output_tokens', 'total_tokens', 'cost'] as const

export function ledger({ json, several, by, requireUsage }: LedgerOptions): Ledger {
  const entries: { file: string; report: Report }[] = []
  const isPlain = !several && by === 'file'

  return {
    entry(file = '-') {
      let saysUsage = false
      return {
        *push(report) {
          saysUsage = USAGE.some((count) => report[count] !== null)
          entries.push({ file, report })
          if (json && by === 'file') yield line(several ? { file, ...report } : report)
          else if (isPlain) yield reportLines(report)
        },
        end: () => (requireUsage && !saysUsage ? [{ failure: NO_USAGE }] : []),
      }
    },
    *end() {
      if (isPlain) return
      const reports = entries.map(({ report }) => report)
      const groups = by === 'file' ? [] : [...byModel(reports)].map(([model, group]) => ({ model, ...total(group) }))
      if (json) {
        yield* groups.map(line)
        if (several) yield line({ total: total(reports) })
      } else
        yield reportTable(
          by === 'file' ? entries.map(({ file, report }) => ({ name: file, report })) : groups,
          total(reports),
        )
    },
  }
}

function line(value: unknown): string {
  return `${JSON.stringify(value)}\n`
}

/** The accounts of each model, in the order in which the models came. */
function byModel(reports: readonly Report[]): Map<string | null, Report[]> {
  const groups = new Map<string | null, Report[]>()
  for (const report of reports) {
    const group = groups.get(report.model) ?? []
    groups.set(report.model, group)
    group.push(report)
  }
  return groups
}
