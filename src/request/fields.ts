import { StreamError } from '../core/errors/error.js'
import { isObject, parseJson, type JsonObject } from '../core/json/json.js'

/** How deep a key may nest; more could not be printed as JSON. */
const MAX_DEPTH = 1000

/**
 * A body with one more field, from `key=value`: dots in the key nest, the value is JSON if it parses and text otherwise.
 * Throws `usage` for a word without `=`.
 */
export function withField(body: JsonObject, assignment: string): JsonObject {
  const split = assignment.indexOf('=')
  if (split < 1) {
    const hint = /[./]/.test(assignment) ? `; to keep the stream in a file, write --save ${assignment}` : ''
    throw new StreamError('usage', `-o takes key=value, not "${assignment}"${hint}`)
  }
  const text = assignment.slice(split + 1)
  const value = parseJson(text)
  const path = assignment.slice(0, split).split('.')
  if (path.length > MAX_DEPTH) throw new StreamError('usage', `-o nests ${path.length} deep; ${MAX_DEPTH} is the most`)
  return put(body, path, value === undefined ? text : value)
}

function put(object: JsonObject, [key = '', ...rest]: string[], value: unknown): JsonObject {
  if (rest.length > 0 && Array.isArray(object[key]))
    throw new StreamError('usage', `-o can't reach into the list ${key}; give it whole`)
  const inner = Object.hasOwn(object, key) && isObject(object[key]) ? object[key] : {}
  return { ...object, [key]: rest.length > 0 ? put(inner, rest, value) : value }
}
