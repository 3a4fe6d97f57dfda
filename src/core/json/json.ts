/** A JSON object from outside: every member is optional and of unknown type. */
export type JsonObject = { readonly [key: string]: unknown }

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Returns the value if it is a non-empty string. */
export function stringOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** Returns the value if it is a finite number: JSON's 1e999 is parsed as Infinity. */
export function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}

/** Returns the objects in an array, or an empty array for any other value. */
export function objectsOf(value: unknown): readonly JsonObject[] {
  if (!Array.isArray(value)) return NONE
  // The usual case needs no copy.
  return value.every(isObject) ? value : value.filter(isObject)
}

const NONE: readonly JsonObject[] = []

/** Parses JSON, or returns undefined if `text` is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Returns the value as JSON on one line, or undefined if it is nested too deep to be printed (some thousand levels). */
export function stringify(value: unknown): string | undefined {
  try {
    return JSON.stringify(value)
  } catch {
    return undefined
  }
}

/**
 * Returns the JSON text of a member exactly as it is written in `object`, the JSON text of an object: `1.0` stays `1.0`. The last of
 * several members with the same name counts. Returns an empty string if there is none.
 */
export function memberText(object: string, name: string): string {
  let [depth, string, from, member] = [0, '', -1, '']
  for (let at = 0; at < object.length; at++) {
    const character = object[at]
    if (character === '"') {
      const end = skipString(object, at)
      string = object.slice(at, end)
      at = end - 1
    } else if (character === ':') {
      if (depth === 1 && JSON.parse(string) === name) from = at + 1
    } else if (character === '{' || character === '[') depth++
    else if (character === '}' || character === ']' || character === ',') {
      if (depth === 1 && from !== -1) {
        member = object.slice(from, at).trim()
        from = -1
      }
      if (character !== ',') depth--
    }
  }
  return member
}

/** Returns the offset after the closing quote of the string that begins at `from`. */
export function skipString(json: string, from: number): number {
  let at = from + 1
  while (at < json.length && json[at] !== '"') at += json[at] === '\\' ? 2 : 1
  return at + 1
}

/** Returns the first 60 characters of a text from outside, on one line, for a message. */
export function excerpt(text: string): string {
  const flat = text.slice(0, 240).replace(/\s+/g, ' ').trim()
  return flat.length > 60 ? `${flat.slice(0, 60)}…` : flat
}

/** Returns the value as JSON with sorted members, so that equal values give equal texts. Undefined if it is nested too deep. */
export function canonicalJson(value: unknown): string | undefined {
  try {
    return JSON.stringify(value, (_, member: unknown) =>
      isObject(member) ? Object.fromEntries(Object.entries(member).toSorted(([a], [b]) => (a < b ? -1 : 1))) : member,
    )
  } catch {
    return undefined
  }
}
