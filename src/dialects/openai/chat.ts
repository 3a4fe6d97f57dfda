import { readUsageAndError } from './usage-and-error.js'
import type { Chunk, Delta } from '../../core/answer/delta.js'
import { readFinish } from './finish.js'
import { isObject, numberOf, objectsOf, stringOf, type JsonObject } from '../../core/json/json.js'
import { argumentsOf } from '../../core/answer/tool-calls.js'

/** Reads a chunk of the chat API. Returns undefined if the object is not one. */
export function read(chunk: JsonObject): Chunk | undefined {
  if (!Array.isArray(chunk['choices']) && !stringOf(chunk['object'])?.startsWith('chat.completion')) return undefined
  return {
    type: 'chunk',
    id: stringOf(chunk['id']),
    model: stringOf(chunk['model']),
    provider: stringOf(chunk['provider']),
    deltas: readDeltas(chunk),
  }
}

function readDeltas(chunk: JsonObject): Delta[] {
  const deltas: Delta[] = []
  for (const choice of objectsOf(chunk['choices'])) readChoice(choice, deltas)
  deltas.push(...readUsageAndError(chunk))
  return deltas
}

function readChoice(choice: JsonObject, deltas: Delta[]) {
  const index = numberOf(choice['index']) ?? 0
  // A gateway that cannot stream sends the complete message as one chunk.
  const delta = isObject(choice['delta']) ? choice['delta'] : isObject(choice['message']) ? choice['message'] : {}
  const lengthBefore = deltas.length

  const reasoning = readReasoning(delta)
  if (reasoning !== '') deltas.push({ type: 'reasoning', choice: index, text: reasoning })
  const text = joinParts(delta['content'], 'text')
  if (text !== '') deltas.push({ type: 'text', choice: index, text })
  const refusal = stringOf(delta['refusal'])
  if (refusal !== undefined) deltas.push({ type: 'refusal', choice: index, text: refusal })
  for (const call of objectsOf(delta['tool_calls'])) deltas.push(readToolCall(call, index))

  deltas.push(...readFinish(choice, index))
  if (deltas.length === lengthBefore) deltas.push({ type: 'start', choice: index })
}

/** Reads one source per chunk, because most servers repeat the same text in two of them. */
function readReasoning(delta: JsonObject): string {
  let details = ''
  for (const detail of objectsOf(delta['reasoning_details']))
    details += stringOf(detail['text']) ?? stringOf(detail['summary']) ?? ''
  return (
    details ||
    (stringOf(delta['reasoning']) ?? stringOf(delta['reasoning_content']) ?? joinParts(delta['content'], 'thinking'))
  )
}

/** Returns the text of content, which is a string or (Mistral) a list of parts; joins the parts of type `kind`. */
function joinParts(content: unknown, kind: 'text' | 'thinking'): string {
  if (typeof content === 'string') return kind === 'text' ? content : ''
  if (!Array.isArray(content)) return ''
  const parts = objectsOf(content).filter((part) => part['type'] === kind)
  return parts
    .map((part) => (kind === 'text' ? (stringOf(part['text']) ?? '') : joinParts(part['thinking'], 'text')))
    .join('')
}

function readToolCall(call: JsonObject, choice: number): Delta {
  const fn = isObject(call['function']) ? call['function'] : {}
  const custom = isObject(call['custom']) ? call['custom'] : {}
  return {
    type: 'tool-call',
    choice,
    index: numberOf(call['index']),
    id: stringOf(call['id']),
    name: stringOf(fn['name']) ?? stringOf(custom['name']),
    arguments: argumentsOf(fn['arguments']),
  }
}
