import type { Chunk, Delta } from '../delta.js'
import type { ParsedEvent } from '../event.js'

/** The member of a delta that holds its text. */
const WORDS = { text: 'text', reasoning: 'text', refusal: 'text', 'tool-call': 'arguments' } as const

type TextDelta = Extract<Delta, { type: keyof typeof WORDS }>

/** A chunk with a single delta that has text. */
export interface SingleDeltaChunk extends Chunk {
  readonly deltas: readonly [TextDelta]
}

/** Returns the event as such a chunk, or undefined if it is not one or its text is empty. */
export function singleDelta(event: ParsedEvent | undefined): SingleDeltaChunk | undefined {
  if (event?.type !== 'chunk' || event.isFinal || event.deltas.length !== 1) return undefined
  const [delta] = event.deltas
  if (!delta || !hasText(delta)) return undefined
  const chunk: SingleDeltaChunk = { ...event, deltas: [delta] }
  return wordsOf(chunk) === '' ? undefined : chunk
}

function hasText(delta: Delta): delta is TextDelta {
  return Object.hasOwn(WORDS, delta.type)
}

export function wordsOf({ deltas: [delta] }: SingleDeltaChunk): string {
  return delta.type === 'tool-call' ? delta.arguments : delta.text
}

/** Returns the chunk with `words` as its text. */
export function withWords(chunk: SingleDeltaChunk, words: string): SingleDeltaChunk {
  const [delta] = chunk.deltas
  return { ...chunk, deltas: [{ ...delta, [WORDS[delta.type]]: words }] }
}

/** Returns true if two chunks have the same identity and the same delta. */
export function isSame(a: SingleDeltaChunk, b: SingleDeltaChunk): boolean {
  return a.id === b.id && a.model === b.model && a.provider === b.provider && isSameDelta(a.deltas[0], b.deltas[0])
}

function isSameDelta(a: TextDelta, b: TextDelta): boolean {
  const names = Object.keys(a) as (keyof TextDelta)[]
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name])
}
