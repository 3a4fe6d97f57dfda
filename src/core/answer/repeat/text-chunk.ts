import type { Chunk, Delta } from '../delta.js'
import type { ParsedEvent } from '../parse-events.js'

/** Which member of a delta has its words. */
const WORDS = { text: 'text', reasoning: 'text', refusal: 'text', 'tool-call': 'arguments' } as const

type TextDelta = Extract<Delta, { type: keyof typeof WORDS }>

/** A chunk that says some words, and nothing else. */
export interface SingleDeltaChunk extends Chunk {
  readonly deltas: readonly [TextDelta]
}

/** The reading, where it is such a chunk. */
export function singleDelta(reading: ParsedEvent | undefined): SingleDeltaChunk | undefined {
  if (reading?.type !== 'chunk' || reading.isFinal || reading.deltas.length !== 1) return undefined
  const [delta] = reading.deltas
  if (!delta || !isSaying(delta)) return undefined
  const chunk: SingleDeltaChunk = { ...reading, deltas: [delta] }
  return wordsOf(chunk) === '' ? undefined : chunk
}

function isSaying(delta: Delta): delta is TextDelta {
  return Object.hasOwn(WORDS, delta.type)
}

export function wordsOf({ deltas: [delta] }: SingleDeltaChunk): string {
  return delta.type === 'tool-call' ? delta.arguments : delta.text
}

/** The same chunk with other words. */
export function withWords(chunk: SingleDeltaChunk, words: string): SingleDeltaChunk {
  const [delta] = chunk.deltas
  return { ...chunk, deltas: [{ ...delta, [WORDS[delta.type]]: words }] }
}

/** Whether two chunks are of one speaker, and say the same. */
export function isSame(a: SingleDeltaChunk, b: SingleDeltaChunk): boolean {
  return a.id === b.id && a.model === b.model && a.provider === b.provider && isSameDelta(a.deltas[0], b.deltas[0])
}

function isSameDelta(a: TextDelta, b: TextDelta): boolean {
  const names = Object.keys(a) as (keyof TextDelta)[]
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name])
}
