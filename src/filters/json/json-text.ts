import type { Delta } from '../../core/answer/delta.js'
import { StreamError } from '../../core/errors/error.js'
import { calls, type CallHead } from '../../core/answer/tool-calls.js'

/** How many calls of one answer are told apart. */
const MOST_CALLS = 1000

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
  const known = calls<CallHead>()
  let count = 0
  let wanted: CallHead | undefined

  /** The call of a piece, known or new; of a crowd of calls the later ones are not told apart. */
  function owner({ index, id, name }: CallHead): CallHead {
    const begun = known.of({ index, id, name })
    const call = begun ?? { index, id, name }
    if (begun || count++ < MOST_CALLS) known.note(call)
    return call
  }

  return (delta) => {
    if (delta.type !== 'tool-call' || delta.choice !== choice) return ''
    const call = owner(delta)
    if (source.name === undefined || call.name === source.name) wanted ??= call
    return call === wanted ? delta.arguments : ''
  }
}
