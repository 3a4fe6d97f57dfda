import type { AnswerDelta, ToolCall } from '../../core/answer/delta.js'
import { StreamError } from '../../core/errors/error.js'

/** Where in an answer its JSON stands: in its words, or in the arguments of the first tool call (the first by a name). */
export type JsonSource = { readonly from: 'text' } | { readonly from: 'tool'; readonly name?: string }

/** The source that is spelled `text`, `tool` or `tool:NAME`. Throws `usage`. */
export function parseJsonSource(spelled = 'text'): JsonSource {
  const [, from, name] = /^(text|tool)(?::(.+))?$/.exec(spelled) ?? []
  if (from === 'tool') return name === undefined ? { from } : { from, name }
  if (from === 'text' && name === undefined) return { from }
  throw new StreamError('usage', `--from takes text, tool or tool:NAME, not "${spelled}"`)
}

/** Returns the piece of JSON text that each delta of one answer brings, in their order; `choice` is the choice that is read. */
export function jsonText(source: JsonSource, choice: number): (delta: AnswerDelta) => string {
  if (source.from === 'text') return (delta) => (delta.type === 'text' && delta.choice === choice ? delta.text : '')
  const { name } = source
  let wanted: ToolCall | undefined
  /** The arguments of calls whose name is still to come. */
  const early = new Map<ToolCall, string>()

  return (delta) => {
    if (delta.type !== 'tool-call' || delta.choice !== choice) return ''
    const { call } = delta
    if (!wanted && name !== undefined && call.name === undefined) {
      early.set(call, (early.get(call) ?? '') + delta.arguments)
      return ''
    }
    if (name === undefined || call.name === name) wanted ??= call
    if (call !== wanted) return ''
    const before = early.get(call) ?? ''
    early.clear()
    return before + delta.arguments
  }
}
