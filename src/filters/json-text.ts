import type { Delta } from '../core/delta.js'
import { StreamError } from '../core/errors.js'
import { callOf, MOST_CALLS, type CallHeader, type CallPiece } from './open-calls.js'

/** Where in an answer its JSON stands: in its words, or in the arguments of the first tool call (the first by a name). */
export type JsonSource = { readonly from: 'text' } | { readonly from: 'tool'; readonly name?: string }

/** The source that is spelled `text`, `tool` or `tool:NAME`. Throws `usage`. */
export function sourceOf(spelled = 'text'): JsonSource {
  const [, from, name] = /^(text|tool)(?::(.+))?$/.exec(spelled) ?? []
  if (from === 'tool') return name === undefined ? { from } : { from, name }
  if (from === 'text' && name === undefined) return { from }
  throw new StreamError('usage', `--from takes text, tool or tool:NAME, not "${spelled}"`)
}

/** The pieces of JSON text in the deltas of one choice of one answer, in their order. */
export function jsonText(source: JsonSource, choice: number): (delta: Delta) => string {
  if (source.from === 'text') return (delta) => (delta.type === 'text' && delta.choice === choice ? delta.text : '')
  const calls: CallHeader[] = []

  /** The call of a piece, known or new. */
  function owner(piece: CallPiece): CallHeader {
    const known = callOf(calls, piece)
    if (known) return known
    if (calls.length < MOST_CALLS) calls.push(piece)
    return piece
  }

  return (delta) => {
    if (delta.type !== 'tool-call' || delta.choice !== choice) return ''
    const call = owner(delta)
    const wanted = calls.find(({ name }) => source.name === undefined || name === source.name)
    return call === wanted ? delta.arguments : ''
  }
}
