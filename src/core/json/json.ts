/** A foreign JSON object: any member may be there, none need be. */
export type JsonObject = { readonly [key: string]: unknown }

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The value when it is a non-empty string. */
export function stringOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** The value when it is a number (a finite one: JSON's 1e999 reads as Infinity). */
export function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}

/** The objects of a list; nothing of anything else. */
export function objectsOf(value: unknown): readonly JsonObject[] {
  if (!Array.isArray(value)) return NONE
  // Nearly always: then nothing is copied.
  return value.every(isObject) ? value : value.filter(isObject)
}

const NONE: readonly JsonObject[] = []

/** The JSON value that `text` spells, or undefined where it spells none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The value as JSON on one line, or undefined where it is nested too deep to be printed (some thousand levels). */
export function stringify(value: unknown): string | undefined {
  try {
    return JSON.stringify(value)
  } catch {
    return undefined
  }
}

/** How a member of an object stands in the JSON text of that, to the letter: `1.0` is not `1`. Of a repeated name the last counts. */
export function memberText(object: string, name: string): string {
  let [depth, string, from, found] = [0, '', -1, '']
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
        found = object.slice(from, at).trim()
        from = -1
      }
      if (character !== ',') depth--
    }
  }
  return found
}

/** Where the string that begins at a quote ends, behind its last quote. */
export function skipString(json: string, from: number): number {
  let at = from + 1
  while (at < json.length && json[at] !== '"') at += json[at] === '\\' ? 2 : 1
  return at + 1
}

/** The first 60 characters of a piece of foreign text, for a message. */
export function excerpt(text: string): string {
  const flat = text.slice(0, 240).replace(/\s+/g, ' ').trim()
  return flat.length > 60 ? `${flat.slice(0, 60)}…` : flat
}

/** The value as JSON in which the order of members says nothing: the same for every spelling of one value; undefined where it is nested too deep. */
export function canonicalJson(value: unknown): string | undefined {
  try {
    return JSON.stringify(value, (_, member: unknown) =>
      isObject(member) ? Object.fromEntries(Object.entries(member).toSorted(([a], [b]) => (a < b ? -1 : 1))) : member,
    )
  } catch {
    return undefined
  }
}
