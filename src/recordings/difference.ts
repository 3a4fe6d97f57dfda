import { excerpt, isObject, stringify } from '../core/json/json.js'

/** A difference between a recorded and a requested JSON value. A missing value is undefined. */
export interface Difference {
  /** In JavaScript notation: `messages[0].content`. */
  readonly path: string
  readonly recorded: unknown
  readonly requested: unknown
}

/** Maximum depth of the comparison. A deeper value is reported as a whole. */
const MAX_DEPTH = 100

/** Yields the differences of two JSON values in the order of the first. Objects and arrays are compared by their members. */
export function* differences(recorded: unknown, requested: unknown, path = '', depth = 0): Generator<Difference> {
  const pairs = depth < MAX_DEPTH ? members(recorded, requested) : undefined
  if (!pairs) {
    if (stringify(recorded) !== stringify(requested)) yield { path, recorded, requested }
    return
  }
  for (const [name, a, b] of pairs) {
    const memberPath = Array.isArray(recorded) ? `${path}[${name}]` : path === '' ? name : `${path}.${name}`
    yield* differences(a, b, memberPath, depth + 1)
  }
}

/** Returns a difference as text. */
export function formatDifference({ path, recorded, requested }: Difference): string {
  if (requested === undefined) return `${path} (${format(recorded)}) is missing`
  if (recorded === undefined) return `${path} (${format(requested)}) is unexpected`
  return `${path} is ${format(recorded)}, not ${format(requested)}`
}

function format(value: unknown): string {
  return excerpt(stringify(value) ?? 'nested too deeply')
}

/** Returns the pairs of members of two objects or two arrays; undefined for any other two values. */
function members(a: unknown, b: unknown): [name: string, a: unknown, b: unknown][] | undefined {
  const isPair = (isObject(a) && isObject(b)) || (Array.isArray(a) && Array.isArray(b))
  if (!isPair) return undefined
  const [left, right] = [new Map(Object.entries(a as object)), new Map(Object.entries(b as object))]
  return [...new Set([...left.keys(), ...right.keys()])].map((name) => [name, left.get(name), right.get(name)])
}
