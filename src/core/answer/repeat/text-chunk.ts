import type { Chunk, Delta } from '../delta.js'
import type { Reading } from '../parse-events.js'

/** Which member of a delta has its words. */
const WORDS = { text: 'text', reasoning: 'text', refusal: 'text', 'tool-call': 'arguments' } as const

type Saying = Extract<Delta, { type: keyof typeof WORDS }>

/** A chunk that says some words, and nothing else. */
export interface SayingChunk extends Chunk {
  readonly deltas: readonly [Saying]
}

/** The reading, where it is such a chunk. */
export function sayingChunk(reading: Reading | undefined): SayingChunk | undefined {
  if (reading?.type !== 'chunk' || reading.ends || reading.deltas.length !== 1) return undefined
  const [delta] = reading.deltas
  if (!delta || !isSaying(delta)) return undefined
  const chunk: SayingChunk = { ...reading, deltas: [delta] }
  return wordsOf(chunk) === '' ? undefined : chunk
}

function isSaying(delta: Delta): delta is Saying {
  return Object.hasOwn(WORDS, delta.type)
}

export function wordsOf({ deltas: [delta] }: SayingChunk): string {
  return delta.type === 'tool-call' ? delta.arguments : delta.text
}

/** The same chunk with other words. */
export function withWords(chunk: SayingChunk, words: string): SayingChunk {
  const [delta] = chunk.deltas
  return { ...chunk, deltas: [{ ...delta, [WORDS[delta.type]]: words }] }
}

/** Whether two chunks are of one speaker, and say the same. */
export function isSame(a: SayingChunk, b: SayingChunk): boolean {
  return a.id === b.id && a.model === b.model && a.provider === b.provider && isSameDelta(a.deltas[0], b.deltas[0])
}

function isSameDelta(a: Saying, b: Saying): boolean {
  const names = Object.keys(a) as (keyof Saying)[]
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name])
}
