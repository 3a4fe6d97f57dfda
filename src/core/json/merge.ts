import { isObject } from './json.js'

/** An object that is being put together. */
export type MutableObject = { [name: string]: unknown }

/** Members that say what a thing is, again with each of its pieces: they are set where others are joined. */
const IDENTITY_KEYS = new Set(['id', 'type', 'index', 'name', 'role', 'format', 'object', 'status', 'call_id'])

/** Deeper in an object nothing is joined. */
const DEEPEST = 100

/**
 * What is known and its next piece as one: texts are joined, lists too, objects member by member (what says who they are is
 * set); of anything else the piece counts, and null says nothing. What is known is changed, and given up.
 */
export function mergeValue(known: unknown, piece: unknown, depth = 0): unknown {
  if (piece === null || piece === undefined) return known ?? piece
  if (typeof known === 'string' && typeof piece === 'string') return known + piece
  if (Array.isArray(known) && Array.isArray(piece)) {
    for (const item of piece as unknown[]) known.push(item)
    return known
  }
  if (isObject(known) && isObject(piece) && depth < DEEPEST) {
    mergeDelta(known, piece, depth + 1)
    return known
  }
  return piece
}

/** Joins the members of a piece to those of an object that grows. */
export function mergeDelta(known: MutableObject, piece: MutableObject, depth = 0): void {
  for (const name of namesIn(piece)) {
    const [own, value] = [ownOf(known, name), piece[name]]
    known[name] = IDENTITY_KEYS.has(name) ? lastNonEmpty(own, value) : mergeValue(own, value, depth)
  }
}

/** Of two values the later, but an empty one never takes the place of one that says something. */
export function lastNonEmpty(known: unknown, value: unknown): unknown {
  return known === undefined || !isEmpty(value) ? value : known
}

/** The members of an object that grows are replaced by the latest. */
export function assignLatest(known: MutableObject, piece: MutableObject): void {
  for (const name of namesIn(piece)) known[name] = lastNonEmpty(ownOf(known, name), piece[name])
}

/** In the order of their places, from 0 on. */
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

/** JSON may name a member so that setting it would change what the object is; that one is left out. */
function namesIn(piece: MutableObject): string[] {
  const names = Object.keys(piece)
  return names.includes('__proto__') ? names.filter((name) => name !== '__proto__') : names
}
