import { excerpt, isObject, stringify } from '../core/json/json.js'

/** One place at which two JSON values differ; what is not there is undefined. */
export interface Difference {
  /** As one would write it in a program: `messages[0].content`. */
  readonly path: string
  readonly there: unknown
  readonly here: unknown
}

/** How deep values are compared member by member; what differs below is told as a whole. */
const MAX_DEPTH = 100

/** Where two JSON values differ, in the order of the first; an object or a list is taken apart where both have one. */
export function* differences(there: unknown, here: unknown, path = '', depth = 0): Generator<Difference> {
  const inside = depth < MAX_DEPTH ? members(there, here) : undefined
  if (!inside) {
    if (stringify(there) !== stringify(here)) yield { path, there, here }
    return
  }
  for (const [name, a, b] of inside) {
    const place = Array.isArray(there) ? `${path}[${name}]` : path === '' ? name : `${path}.${name}`
    yield* differences(a, b, place, depth + 1)
  }
}

/** A difference in words. */
export function formatDifference({ path, there, here }: Difference): string {
  if (here === undefined) return `${path} (${spelled(there)}) is missing`
  if (there === undefined) return `${path} (${spelled(here)}) is too much`
  return `${path} is ${spelled(there)}, not ${spelled(here)}`
}

function spelled(value: unknown): string {
  return excerpt(stringify(value) ?? 'nested too deep')
}

/** The members of two objects or two lists beside each other; nothing of other pairs. */
function members(a: unknown, b: unknown): [name: string, a: unknown, b: unknown][] | undefined {
  const isPair = (isObject(a) && isObject(b)) || (Array.isArray(a) && Array.isArray(b))
  if (!isPair) return undefined
  const [left, right] = [new Map(Object.entries(a as object)), new Map(Object.entries(b as object))]
  return [...new Set([...left.keys(), ...right.keys()])].map((name) => [name, left.get(name), right.get(name)])
}
