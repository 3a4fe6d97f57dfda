import { skipString, type JsonObject } from './json.js'

/** A scalar in a JSON text: `from` is the offset of its first character, `to` the offset after its last. */
export interface Leaf extends Step {
  readonly from: number
  readonly to: number
}

/** The name or index of a value in its parent. The outermost value has no step. */
interface Step {
  readonly parent: Step | undefined
  readonly name: string | number
}

const SCALAR = /[-+.\w]+/y

const MAX_DEPTH = 100

/** Returns the scalars in the text of a JSON object, in their order. Returns none if the object is nested deeper than `MAX_DEPTH`. */
export function leavesIn(json: string): Leaf[] {
  const leaves: Leaf[] = []
  const stack: { parent: Step | undefined; next: string | number | undefined }[] = []
  let parent: Step | undefined
  /** The name or index of the next value, if it is known. */
  let next: string | number | undefined
  for (let at = json.indexOf('{') + 1; at < json.length; at++) {
    const character = json[at]
    if (character === '{' || character === '[') {
      if (stack.length === MAX_DEPTH) return []
      stack.push({ parent, next })
      parent = { parent, name: next ?? 0 }
      next = character === '[' ? 0 : undefined
    } else if (character === '}' || character === ']') ({ parent, next } = stack.pop() ?? { parent, next })
    else if (character === ',') next = typeof next === 'number' ? next + 1 : undefined
    else if (character === '"' && next === undefined) {
      const end = skipString(json, at)
      const name = json.slice(at + 1, end - 1)
      next = name.includes('\\') ? (JSON.parse(`"${name}"`) as string) : name
      at = end - 1
    } else if (next !== undefined) {
      SCALAR.lastIndex = at
      const end = character === '"' ? skipString(json, at) : SCALAR.test(json) ? SCALAR.lastIndex : at
      // A colon or white space.
      if (end === at) continue
      leaves.push({ parent, name: next, from: at, to: end })
      at = end - 1
    }
  }
  return leaves
}

/** Calls `onRead` when the value of a scalar is read. Calls it at once if the object has no such scalar. */
export function watch(json: JsonObject, { parent, name }: Leaf, onRead: () => void): void {
  const object = parent ? valueAt(json, parent) : json
  const value = object?.[name]
  if (!object || value === undefined) onRead()
  else Object.defineProperty(object, name, { get: () => (onRead(), value) })
}

function valueAt(json: JsonObject, { parent, name }: Step): JsonObject | undefined {
  const value = (parent ? valueAt(json, parent) : json)?.[name]
  return typeof value === 'object' && value !== null ? (value as JsonObject) : undefined
}
