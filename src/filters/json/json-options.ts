import { StreamError } from '../../core/errors/error.js'
import { elementsOf, parseJsonPath } from '../../core/json/path.js'
import type { JsonQuery } from './answer-json.js'
import { parseJsonSource } from './json-text.js'

/** Options that select the JSON to print. */
export const JSON_OPTIONS = {
  snapshots: { type: 'flag', description: 'print the value so far on a new line each time it grows' },
  every: {
    type: 'milliseconds',
    placeholder: 'MS',
    description: 'with --snapshots: print at most one snapshot per MS',
  },
  each: {
    type: 'text',
    placeholder: 'PATH',
    description:
      'print each element of the array at PATH as soon as it is complete, one per line (. is the whole value, * matches any key or index)',
  },
  path: { type: 'text', placeholder: 'PATH', description: 'print the value at PATH as soon as it is complete' },
  partial: { type: 'flag', description: 'also print the value so far if the answer is incomplete or failed' },
  extract: { type: 'flag', description: 'ignore text around the JSON, such as a Markdown code fence' },
  from: {
    type: 'text',
    placeholder: 'SOURCE',
    description:
      'read the JSON from the text, from the arguments of the first tool call (tool), or of the first call of a tool (tool:NAME)',
    default: 'text',
  },
  choice: { type: 'text', placeholder: 'N', description: 'read the JSON of this choice', default: '0' },
  schema: {
    type: 'text',
    placeholder: 'FILE',
    description: 'validate against a JSON Schema (draft 2020-12 or 7) and print only valid values',
  },
} as const

interface JsonOptionValues {
  readonly snapshots: boolean
  readonly every: number | undefined
  readonly each: string | undefined
  readonly path: string | undefined
  readonly extract: boolean
  readonly from: string | undefined
  readonly partial: boolean
  readonly schema: string | undefined
}

/** Converts the option values to a query. Throws `usage` if they conflict. */
export function parseJsonQuery({
  snapshots,
  every,
  each,
  path,
  extract,
  from,
  partial,
  schema,
}: JsonOptionValues): JsonQuery {
  if ([snapshots, each !== undefined, path !== undefined, schema !== undefined].includes(true) && partial)
    throw new StreamError('usage', '--partial cannot be combined with --snapshots, --each, --path or --schema')
  if ([snapshots, each !== undefined, path !== undefined].filter(Boolean).length > 1)
    throw new StreamError('usage', '--snapshots, --each and --path cannot be combined (choose one)')
  if (every !== undefined && !snapshots) throw new StreamError('usage', '--every requires --snapshots')
  const at = each === undefined ? path && parseJsonPath(path) : elementsOf(parseJsonPath(each))
  const unaccepted = partial ? 'so-far' : snapshots ? 'whole' : 'nothing'
  return { source: parseJsonSource(from), path: at || undefined, extract, unaccepted }
}
