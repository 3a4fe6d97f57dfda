import type { AnswerDelta, ToolCall } from '../../core/answer/delta.js'
import { StreamError } from '../../core/errors/error.js'

/** The part of an answer that has the JSON: its text, or the arguments of the first tool call (of the tool `name`, if set). */
export type JsonSource = { readonly from: 'text' } | { readonly from: 'tool'; readonly name?: string }

/** Parses `text`, `tool` or `tool:NAME`. Throws `usage` otherwise. */
export function parseJsonSource(option = 'text'): JsonSource {
  const [, from, name] = /^(text|tool)(?::(.+))?$/.exec(option) ?? []
  if (from === 'tool') return name === undefined ? { from } : { from, name }
  if (from === 'text' && name === undefined) return { from }
  throw new StreamError('usage', `--from takes text, tool or tool:NAME, not "${option}"`)
}

/** Returns a function that maps each delta of one answer, in order, to its piece of JSON text. Other choices than `choice` give an empty text. */
export function jsonText(source: JsonSource, choice: number): (delta: AnswerDelta) => string {
  if (source.from === 'text') return (delta) => (delta.type === 'text' && delta.choice === choice ? delta.text : '')
  const { name } = source
  let selected: ToolCall | undefined
  /** Arguments of calls whose name has not arrived yet. */
  const pending = new Map<ToolCall, string>()

  return (delta) => {
    if (delta.type !== 'tool-call' || delta.choice !== choice) return ''
    const { call } = delta
    if (!selected && name !== undefined && call.name === undefined) {
      pending.set(call, (pending.get(call) ?? '') + delta.arguments)
      return ''
    }
    if (name === undefined || call.name === name) selected ??= call
    if (call !== selected) return ''
    const before = pending.get(call) ?? ''
    pending.clear()
    return before + delta.arguments
  }
}
