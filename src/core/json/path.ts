import { StreamError } from '../errors/error.js'
import { CLOSING, type Bracket, type JsonToken } from './tokens.js'
import type { Stage } from '../stream/stage.js'

/** One step down into a value: to a member or an element by its name, to any of them, or to the elements of an array. */
export type JsonStep = { readonly kind: 'name'; readonly name: string } | { readonly kind: 'any' | 'element' }

/** Where values lie in a JSON value; no step is the whole. */
export type JsonPath = readonly JsonStep[]

/**
 * The path that is spelled: names with dots between them, `*` for any, `.` for the whole; or a JSON pointer, which begins with a
 * slash and in which every name is a name. Throws `usage`.
 */
export function parseJsonPath(spelled: string): JsonPath {
  if (spelled === '.') return []
  if (spelled.startsWith('/'))
    return spelled
      .slice(1)
      .split('/')
      .map((part) => named(unescaped(part)))
  const names = spelled.split('.')
  if (names.includes(''))
    throw new StreamError('usage', `"${spelled}" is no path: names with dots between them, or "."`)
  return names.map((name) => (name === '*' ? { kind: 'any' } : named(name)))
}

/** The path to every element of the arrays at a path. */
export function elementsOf(path: JsonPath): JsonPath {
  return [...path, { kind: 'element' }]
}

function named(name: string): JsonStep {
  return { kind: 'name', name }
}

function unescaped(part: string): string {
  return part.replaceAll('~1', '/').replaceAll('~0', '~')
}

/** A value that is whole: its JSON on one line, as it was spelled, and the JSON pointer to it. */
export interface JsonPart {
  readonly text: string
  readonly pointer: string
}

/** Tokens to the values at a path, each as soon as it is whole. */
export interface JsonParts extends Stage<JsonToken, JsonPart> {
  /** The JSON of what is there of a value that isn't whole yet. What may still become another value is left out. */
  soFar(): string | undefined
  /** Whether there was such a value, or an array that might have had it for an element. */
  isThere(): boolean
  /** Whether the whole document was seen. */
  isWhole(): boolean
}

interface PathFrame {
  readonly bracket: Bracket
  /** Whether it lies on the path. */
  readonly isOnPath: boolean
  count: number
  /** The member that came last. */
  last: string
}

export function valuesAt(path: JsonPath): JsonParts {
  const frames: PathFrame[] = []
  let name: string | undefined
  let wanted: { text: string } | undefined
  let isThere = false
  let isWhole = false

  /** A value begins. */
  function begin(text: string): boolean {
    const parent = frames.at(-1)
    const comma = parent && parent.count > 0 ? ',' : ''
    if (parent) {
      parent.last = name === undefined ? String(parent.count) : (JSON.parse(name) as string)
      parent.count++
    }
    const step = path[frames.length - 1]
    const isOnPath = !parent || (parent.isOnPath && step !== undefined && fits(step, parent))
    if (wanted) wanted.text += comma + (name === undefined ? '' : `${name}:`) + text
    else if (isOnPath && frames.length === path.length) {
      wanted = { text }
      isThere = true
    }
    name = undefined
    return isOnPath
  }

  /** A value is whole. */
  function end(): JsonPart[] {
    isWhole = frames.length === 0
    if (!wanted || frames.length !== path.length) return []
    const { text } = wanted
    wanted = undefined
    return [{ text, pointer: frames.map(({ last }) => `/${escaped(last)}`).join('') }]
  }

  return {
    push(token) {
      switch (token.kind) {
        case 'name':
          name = token.text
          return []
        case 'piece':
          if (wanted) wanted.text += token.text
          return []
        case 'scalar':
          begin(token.text)
          return end()
        case 'open': {
          const isOnPath = begin(token.bracket)
          isThere ||= isOnPath && token.bracket === '[' && isElements(path, frames.length)
          frames.push({ bracket: token.bracket, isOnPath, count: 0, last: '' })
          return []
        }
        case 'close':
          frames.pop()
          if (wanted) wanted.text += CLOSING[token.bracket]
          return end()
      }
    },
    end: () => [],
    soFar: () => wanted && wanted.text + closing(frames.slice(path.length)),
    isThere: () => isThere,
    isWhole: () => isWhole,
  }
}

function fits(step: JsonStep, { bracket, last }: PathFrame): boolean {
  if (step.kind === 'name') return step.name === last
  return step.kind === 'any' || bracket === '['
}

/** Whether the elements of what lies so deep are what the path leads to. */
function isElements(path: JsonPath, depth: number): boolean {
  return depth === path.length - 1 && path[depth]?.kind === 'element'
}

function closing(frames: readonly PathFrame[]): string {
  return frames
    .map(({ bracket }) => CLOSING[bracket])
    .toReversed()
    .join('')
}

function escaped(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1')
}
