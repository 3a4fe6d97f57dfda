import { skipString, type JsonObject } from './json.js'

/** A value in a JSON text that holds no other: from its first character to behind its last. */
export interface Leaf extends Step {
  readonly from: number
  readonly to: number
}

/** The name or the place of a value in the one that holds it; that has a step of its own, but for the outermost. */
interface Step {
  readonly holder: Step | undefined
  readonly name: string | number
}

const SCALAR = /[-+.\w]+/y

/** Deeper than this no leaf is looked for. */
const DEEPEST = 100

/** The leaves of the text of a JSON object, in their order; none of one that is nested too deep. */
export function leavesIn(json: string): Leaf[] {
  const leaves: Leaf[] = []
  const outer: { holder: Step | undefined; next: string | number | undefined }[] = []
  let holder: Step | undefined
  /** The name or the place of the value that comes next, where that is known. */
  let next: string | number | undefined
  for (let at = json.indexOf('{') + 1; at < json.length; at++) {
    const character = json[at]
    if (character === '{' || character === '[') {
      if (outer.length === DEEPEST) return []
      outer.push({ holder, next })
      holder = { holder, name: next ?? 0 }
      next = character === '[' ? 0 : undefined
    } else if (character === '}' || character === ']') ({ holder, next } = outer.pop() ?? { holder, next })
    else if (character === ',') next = typeof next === 'number' ? next + 1 : undefined
    else if (character === '"' && next === undefined) {
      const end = skipString(json, at)
      const name = json.slice(at + 1, end - 1)
      next = name.includes('\\') ? (JSON.parse(`"${name}"`) as string) : name
      at = end - 1
    } else if (next !== undefined) {
      SCALAR.lastIndex = at
      const end = character === '"' ? skipString(json, at) : SCALAR.test(json) ? SCALAR.lastIndex : at
      // Colons and blanks are none.
      if (end === at) continue
      leaves.push({ holder, name: next, from: at, to: end })
      at = end - 1
    }
  }
  return leaves
}

/** Lets hear when the value of a leaf is asked for; and at once where the object has no such leaf. */
export function watch(json: JsonObject, { holder, name }: Leaf, asked: () => void): void {
  const object = holder ? valueAt(json, holder) : json
  const value = object?.[name]
  if (!object || value === undefined) asked()
  else Object.defineProperty(object, name, { get: () => (asked(), value) })
}

function valueAt(json: JsonObject, { holder, name }: Step): JsonObject | undefined {
  const value = (holder ? valueAt(json, holder) : json)?.[name]
  return typeof value === 'object' && value !== null ? (value as JsonObject) : undefined
}
