import { expect, test } from 'vitest'
import { usageReport, type UsageReportOptions } from '../../../src/filters/usage/usage-report.js'
import { summaryLines } from '../../../src/filters/usage/usage-text.js'
import type { UsageSummary } from '../../../src/filters/usage/usage-summary.js'
import { sumUsage } from '../../../src/filters/usage/sum-usage.js'
import { run } from '../../support/feed.js'
import { inShort, writtenBy } from '../../support/outcomes.js'
import { USAGE } from '../../support/usage.js'

const a: UsageSummary = { ...USAGE, cached_tokens: null, cost: 3e-7 }
const b: UsageSummary = {
  ...a,
  verdict: 'truncated',
  model: 'm/y',
  input_tokens: 1000,
  total_tokens: 1002,
  cost: 0.25,
  duration_ms: null,
}
const c: UsageSummary = { ...a, model: null }

function reportOf(
  options: Partial<UsageReportOptions>,
  entries: readonly (readonly [string | undefined, UsageSummary])[],
) {
  const { addInput, end } = usageReport({
    json: false,
    several: false,
    by: 'file',
    requireUsage: false,
    ...options,
  })
  return { atOnce: entries.flatMap(([file, report]) => run(addInput(file), [report])), atEnd: [...end()].join('') }
}

function json(...values: unknown[]): string {
  return values.map((value) => `${JSON.stringify(value)}\n`).join('')
}

const files = [
  ['a.sse', a],
  ['b.sse', b],
  ['c.sse', c],
] as const

test.each([
  ['one input', {}, [[undefined, a]] as const, { atOnce: [summaryLines(a)], atEnd: '' }],
  ['one input as JSON', { json: true }, [[undefined, a]] as const, { atOnce: [json(a)], atEnd: '' }],
  [
    'several inputs as JSON',
    { json: true, several: true },
    files,
    {
      atOnce: [json({ file: 'a.sse', ...a }), json({ file: 'b.sse', ...b }), json({ file: 'c.sse', ...c })],
      atEnd: json({ total: sumUsage([a, b, c]) }),
    },
  ],
  [
    'models as JSON',
    { json: true, several: true, by: 'model' as const },
    [...files, ['d.sse', a] as const],
    {
      atOnce: [],
      atEnd: json(
        { model: 'm/x', ...sumUsage([a, a]) },
        { model: 'm/y', ...sumUsage([b]) },
        { model: null, ...sumUsage([c]) },
        { total: sumUsage([a, b, c, a]) },
      ),
    },
  ],
  [
    'several inputs',
    { several: true },
    files,
    {
      atOnce: [],
      atEnd: `\
                                                input tokens  output  total  cached  reasoning        cost  duration
a.sse  complete                                            4       2      6       -          0  $0.0000003    500 ms
b.sse  truncated                                        1000       2   1002       -          0       $0.25         -
c.sse  complete                                            4       2      6       -          0  $0.0000003    500 ms
total  3 answers, 66.7 % successful, 1 partial          1008       6   1014       -          0  $0.2500006    500 ms
`,
    },
  ],
  [
    'models',
    { several: true, by: 'model' as const },
    files,
    {
      atOnce: [],
      atEnd: `\
                                                input tokens  output  total  cached  reasoning        cost  duration
m/x    1 answer, 100 % successful                          4       2      6       -          0  $0.0000003    500 ms
m/y    1 answer, 0 % successful, 1 partial              1000       2   1002       -          0       $0.25         -
-      1 answer, 100 % successful                          4       2      6       -          0  $0.0000003    500 ms
total  3 answers, 66.7 % successful, 1 partial          1008       6   1014       -          0  $0.2500006    500 ms
`,
    },
  ],
])('%s', (_, options, entries, expected) => {
  expect(reportOf(options, entries)).toEqual(expected)
})

test.each([
  ['reports its usage', a, undefined],
  ['reports only its output', { ...a, input_tokens: null }, undefined],
  ['reports zeros', { ...a, input_tokens: 0, output_tokens: 0 }, undefined],
  [
    'reports only its cost',
    { ...a, input_tokens: null, output_tokens: null, total_tokens: null, cost: 0.1 },
    undefined,
  ],
  [
    'does not report usage',
    { ...a, input_tokens: null, output_tokens: null, total_tokens: null, cost: null },
    'no_usage',
  ],
])('a stream that %s', (_, report, code) => {
  const [required, optional] = [true, false].map((requireUsage) => {
    const { addInput } = usageReport({ json: true, several: false, by: 'file', requireUsage })
    const { failure, ...rest } = writtenBy(addInput(undefined), [report])
    return { failure: inShort(failure), ...rest }
  })
  const written = { stdout: json(report), asides: '', notes: [], warnings: [] }
  const failure = code && `${code}: the stream does not report usage`
  expect([required, optional]).toEqual([
    { ...written, failure },
    { ...written, failure: undefined },
  ])
})

test('an input without a summary has no usage', () => {
  const { addInput } = usageReport({ json: true, several: false, by: 'file', requireUsage: true })
  expect(writtenBy(addInput(undefined), []).failure?.code).toBe('no_usage')
})
