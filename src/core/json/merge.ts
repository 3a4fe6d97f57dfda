import { isObject } from './json.js'

/** An object that is assembled from deltas. */
export type MutableObject = { [name: string]: unknown }

/** Members that identify an object and may be repeated in every delta: they are replaced, not concatenated. */
const IDENTITY_KEYS = new Set(['id', 'type', 'index', 'name', 'role', 'format', 'object', 'status', 'call_id'])

/** Below this depth values are replaced, not merged. */
const MAX_DEPTH = 100

/**
 * Merges a delta into the value so far: strings and arrays are concatenated, objects are merged member by member (see `IDENTITY_KEYS`),
 * anything else is replaced. Null and undefined are ignored. Changes `known`, so use only the returned value afterwards.
 */
export function mergeValue(known: unknown, piece: unknown, depth = 0): unknown {
  if (piece === null || piece === undefined) return known ?? piece
  if (typeof known === 'string' && typeof piece === 'string') return known + piece
  if (Array.isArray(known) && Array.isArray(piece)) {
    for (const item of piece as unknown[]) known.push(item)
    return known
  }
  if (isObject(known) && isObject(piece) && depth < MAX_DEPTH) {
    mergeDelta(known, piece, depth + 1)
    return known
  }
  return piece
}

/** Merges the members of a delta into an object. */
export function mergeDelta(known: MutableObject, piece: MutableObject, depth = 0): void {
  for (const name of namesIn(piece)) {
    const [own, value] = [ownOf(known, name), piece[name]]
    known[name] = IDENTITY_KEYS.has(name) ? lastNonEmpty(own, value) : mergeValue(own, value, depth)
  }
}

/** Returns the later of two values, unless it is empty and the earlier one is not undefined. */
export function lastNonEmpty(known: unknown, value: unknown): unknown {
  return known === undefined || !isEmpty(value) ? value : known
}

/** Replaces the members of an object by those of a delta, unless these are empty. */
export function assignLatest(known: MutableObject, piece: MutableObject): void {
  for (const name of namesIn(piece)) known[name] = lastNonEmpty(ownOf(known, name), piece[name])
}

/** Returns the entries of a map in the order of their index. */
export function inOrder<Item>(places: ReadonlyMap<number, Item>): [number, Item][] {
  return [...places].toSorted(([a], [b]) => a - b)
}

function isEmpty(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length === 0
  return value === undefined || value === null || value === '' || value === 0
}

function ownOf(object: MutableObject, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined
}

/** Returns the member names without `__proto__`: assigning it would change the prototype (prototype pollution). */
function namesIn(piece: MutableObject): string[] {
  const names = Object.keys(piece)
  return names.includes('__proto__') ? names.filter((name) => name !== '__proto__') : names
}
