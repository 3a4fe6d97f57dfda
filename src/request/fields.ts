import { StreamError } from '../core/errors/error.js'
import { isObject, parseJson, type JsonObject } from '../core/json/json.js'

/** Maximum nesting of a key. Deeper values could not be printed as JSON. */
const MAX_DEPTH = 1000

/**
 * Returns the body with one more field, from `key=value`. A dot in the key selects a nested field. The value is JSON if it parses,
 * otherwise text. Throws `usage` if `=` or the key is missing, or if the key is nested too deeply or leads into a list.
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
  if (path.length > MAX_DEPTH)
    throw new StreamError('usage', `-o is nested ${path.length} levels deep; the maximum is ${MAX_DEPTH}`)
  return setField(body, path, value === undefined ? text : value)
}

function setField(object: JsonObject, [key = '', ...rest]: string[], value: unknown): JsonObject {
  if (rest.length > 0 && Array.isArray(object[key]))
    throw new StreamError('usage', `-o can't set a field inside the list ${key}; set the whole list`)
  const inner = Object.hasOwn(object, key) && isObject(object[key]) ? object[key] : {}
  return { ...object, [key]: rest.length > 0 ? setField(inner, rest, value) : value }
}
