import { StreamError } from '../../core/errors/error.js'
import { elementsOf, pathOf } from '../../core/json/path.js'
import type { JsonWanted } from './answer-json.js'
import { sourceOf } from './json-text.js'

/** What of the JSON is printed, and where it is looked for. */
export const JSON_OPTIONS = {
  snapshots: { type: 'flag', description: 'the value so far, a line each time that more of it has come' },
  every: { type: 'milliseconds', placeholder: 'MS', description: 'with --snapshots: at most one in so long' },
  each: {
    type: 'text',
    placeholder: 'PATH',
    description:
      'every element of the array at a path as soon as it closes, a line each (. is the whole, weeks.*.days many)',
  },
  path: { type: 'text', placeholder: 'PATH', description: 'the value at a path as soon as it closes' },
  extract: { type: 'flag', description: 'leave out what stands around the JSON: words, the fence of a block of code' },
  from: {
    type: 'text',
    placeholder: 'WHERE',
    description:
      'text (default), or the arguments of a tool call: tool for the first, tool:NAME for the first by a name',
  },
  choice: { type: 'text', placeholder: 'N', description: 'the JSON of another choice than 0' },
  schema: {
    type: 'text',
    placeholder: 'FILE',
    description: 'a JSON Schema (draft 2020-12 or 7) to check with; what breaks it is not printed',
  },
} as const

/** What was typed for them. */
interface Typed {
  readonly snapshots: boolean
  readonly every: number | undefined
  readonly each: string | undefined
  readonly path: string | undefined
  readonly extract: boolean
  readonly from: string | undefined
}

/** What the options ask for. Throws `usage`. */
export function wantedOf({ snapshots, every, each, path, extract, from }: Typed): JsonWanted {
  if ([snapshots, each !== undefined, path !== undefined].filter(Boolean).length > 1)
    throw new StreamError('usage', 'take one of --snapshots, --each and --path')
  if (every !== undefined && !snapshots) throw new StreamError('usage', '--every goes with --snapshots')
  const at = each === undefined ? path && pathOf(path) : elementsOf(pathOf(each))
  return { source: sourceOf(from), path: at || undefined, extract }
}
