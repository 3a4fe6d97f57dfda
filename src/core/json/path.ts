import { StreamError } from '../errors/error.js'
import { CLOSING, type Bracket, type JsonToken } from './tokens.js'
import type { Stage } from '../stream/stage.js'

/** One step of a path: to the member or element with a name, to any member or element, or to the elements of an array only. */
export type JsonStep = { readonly kind: 'name'; readonly name: string } | { readonly kind: 'any' | 'element' }

/** A path to values in a JSON document. An empty path selects the whole document. */
export type JsonPath = readonly JsonStep[]

/**
 * Parses a path: names separated by dots, where `*` matches any name and `.` alone is the whole document; or a JSON pointer, which begins
 * with a slash and in which `*` is an ordinary name. Throws `usage` if the path has an empty name.
 */
export function parseJsonPath(text: string): JsonPath {
  if (text === '.') return []
  if (text.startsWith('/'))
    return text
      .slice(1)
      .split('/')
      .map((part) => nameStep(unescapeName(part)))
  const names = text.split('.')
  if (names.includes(''))
    throw new StreamError('usage', `"${text}" is not a path (write names separated by dots, or ".")`)
  return names.map((name) => (name === '*' ? { kind: 'any' } : nameStep(name)))
}

/** Returns the path to every element of the arrays at a path. */
export function elementsOf(path: JsonPath): JsonPath {
  return [...path, { kind: 'element' }]
}

function nameStep(name: string): JsonStep {
  return { kind: 'name', name }
}

function unescapeName(part: string): string {
  return part.replaceAll('~1', '/').replaceAll('~0', '~')
}

/** A complete value: `text` is its JSON on one line, with strings and numbers as they were written, and `pointer` its JSON pointer. */
export interface JsonPart {
  readonly text: string
  readonly pointer: string
}

/** Selects the values at a path, and returns each as soon as it is complete. */
export interface JsonParts extends Stage<JsonToken, JsonPart> {
  /** Returns the JSON of an unfinished value, with its open brackets closed. Text that could still become another value is left out. */
  soFar(): string | undefined
  /** Returns true if a value matched, or if an array whose elements would match was seen. */
  isThere(): boolean
  /** Returns true if the document is complete. */
  isWhole(): boolean
}

interface PathFrame {
  readonly bracket: Bracket
  /** True if every step so far matches the path. */
  readonly isOnPath: boolean
  count: number
  /** The name or index of the latest member. */
  last: string
}

export function valuesAt(path: JsonPath): JsonParts {
  const frames: PathFrame[] = []
  let name: string | undefined
  let match: { text: string } | undefined
  let isThere = false
  let isWhole = false

  /** Starts a value; returns true if it is on the path. */
  function begin(text: string): boolean {
    const parent = frames.at(-1)
    const comma = parent && parent.count > 0 ? ',' : ''
    if (parent) {
      parent.last = name === undefined ? String(parent.count) : (JSON.parse(name) as string)
      parent.count++
    }
    const step = path[frames.length - 1]
    const isOnPath = !parent || (parent.isOnPath && step !== undefined && matchesStep(step, parent))
    if (match) match.text += comma + (name === undefined ? '' : `${name}:`) + text
    else if (isOnPath && frames.length === path.length) {
      match = { text }
      isThere = true
    }
    name = undefined
    return isOnPath
  }

  /** Ends a value; returns it if it was selected. */
  function end(): JsonPart[] {
    isWhole = frames.length === 0
    if (!match || frames.length !== path.length) return []
    const { text } = match
    match = undefined
    return [{ text, pointer: frames.map(({ last }) => `/${escapeName(last)}`).join('') }]
  }

  return {
    push(token) {
      switch (token.kind) {
        case 'name':
          name = token.text
          return []
        case 'piece':
          if (match) match.text += token.text
          return []
        case 'scalar':
          begin(token.text)
          return end()
        case 'open': {
          const isOnPath = begin(token.bracket)
          isThere ||= isOnPath && token.bracket === '[' && endsInElements(path, frames.length)
          frames.push({ bracket: token.bracket, isOnPath, count: 0, last: '' })
          return []
        }
        case 'close':
          frames.pop()
          if (match) match.text += CLOSING[token.bracket]
          return end()
      }
    },
    end: () => [],
    soFar: () => match && match.text + closingBrackets(frames.slice(path.length)),
    isThere: () => isThere,
    isWhole: () => isWhole,
  }
}

function matchesStep(step: JsonStep, { bracket, last }: PathFrame): boolean {
  if (step.kind === 'name') return step.name === last
  return step.kind === 'any' || bracket === '['
}

/** Returns true if the path selects the elements of an array at this depth. */
function endsInElements(path: JsonPath, depth: number): boolean {
  return depth === path.length - 1 && path[depth]?.kind === 'element'
}

function closingBrackets(frames: readonly PathFrame[]): string {
  return frames
    .map(({ bracket }) => CLOSING[bracket])
    .toReversed()
    .join('')
}

function escapeName(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1')
}
