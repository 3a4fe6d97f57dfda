import { StreamError } from '../../core/errors/error.js'
import { elementsOf, parseJsonPath } from '../../core/json/path.js'
import type { JsonQuery } from './answer-json.js'
import { parseJsonSource } from './json-text.js'

/** What of the JSON is printed, and where it is looked for. */
export const JSON_OPTIONS = {
  snapshots: { type: 'flag', description: 'print the value so far, on a new line each time it has grown' },
  every: { type: 'milliseconds', placeholder: 'MS', description: 'with --snapshots: print at most one in this time' },
  each: {
    type: 'text',
    placeholder: 'PATH',
    description:
      'print every element of the array at PATH as soon as it closes, one per line (. is the whole, weeks.*.days several)',
  },
  path: { type: 'text', placeholder: 'PATH', description: 'print the value at PATH as soon as it closes' },
  partial: { type: 'flag', description: 'also print the value so far of an answer that is not accepted' },
  extract: { type: 'flag', description: 'ignore text around the JSON, such as a Markdown code fence' },
  from: {
    type: 'text',
    placeholder: 'SOURCE',
    description:
      'read the JSON from text, from the arguments of the first tool call (tool), or of the first by a name (tool:NAME)',
    default: 'text',
  },
  choice: { type: 'text', placeholder: 'N', description: 'read the JSON of this choice', default: '0' },
  schema: {
    type: 'text',
    placeholder: 'FILE',
    description: 'check against a JSON Schema (draft 2020-12 or 7), and print only what is valid',
  },
} as const

interface Typed {
  readonly snapshots: boolean
  readonly every: number | undefined
  readonly each: string | undefined
  readonly path: string | undefined
  readonly extract: boolean
  readonly from: string | undefined
  readonly partial: boolean
  readonly schema: string | undefined
}

/** Returns what the options ask for. Throws `usage`. */
export function parseJsonQuery({ snapshots, every, each, path, extract, from, partial, schema }: Typed): JsonQuery {
  if ([snapshots, each !== undefined, path !== undefined, schema !== undefined].includes(true) && partial)
    throw new StreamError('usage', '--partial excludes --snapshots, --each, --path and --schema')
  if ([snapshots, each !== undefined, path !== undefined].filter(Boolean).length > 1)
    throw new StreamError('usage', 'take one of --snapshots, --each and --path')
  if (every !== undefined && !snapshots) throw new StreamError('usage', '--every goes with --snapshots')
  const at = each === undefined ? path && parseJsonPath(path) : elementsOf(parseJsonPath(each))
  const unaccepted = partial ? 'so-far' : snapshots ? 'whole' : 'nothing'
  return { source: parseJsonSource(from), path: at || undefined, extract, unaccepted }
}
