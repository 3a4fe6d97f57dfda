import type { Chunk, Delta } from '../../core/answer/delta.js'
import { isObject, numberOf, objectsOf, stringOf, type JsonObject } from '../../core/json/json.js'
import { readProviderError } from '../../core/answer/provider-error.js'
import { readUsage } from '../../core/answer/usage.js'

/** Reads an event of the Responses API. Returns undefined if the object is not one. */
export function read(chunk: JsonObject): Chunk | undefined {
  const type = stringOf(chunk['type']) ?? ''
  if (!type.startsWith('response.') && !(type === 'error' && 'sequence_number' in chunk)) return undefined
  const response = isObject(chunk['response']) ? chunk['response'] : {}
  return {
    type: 'chunk',
    id: stringOf(response['id']),
    model: stringOf(response['model']),
    provider: stringOf(response['provider']),
    deltas: READERS.get(type)?.(chunk, response) ?? [],
    isFinal: ENDS.has(type),
  }
}

const ENDS = new Set(['response.completed', 'response.incomplete', 'response.failed'])

type EventReader = (event: JsonObject, response: JsonObject) => Delta[]

const readStart: EventReader = () => [{ type: 'start', choice: 0 }]
const readFailure: EventReader = (event, response) => [
  {
    type: 'error',
    error: readProviderError(response['error'] ?? event['error'] ?? event, { ...event, ...response, type: undefined }),
  },
]

/** Readers by event type. Other events have no deltas. */
const READERS = new Map<string, EventReader>([
  ['response.created', readStart],
  ['response.output_text.delta', ({ delta }) => textDelta('text', delta)],
  ['response.refusal.delta', ({ delta }) => textDelta('refusal', delta)],
  ['response.reasoning_text.delta', ({ delta }) => textDelta('reasoning', delta)],
  ['response.reasoning_summary_text.delta', ({ delta }) => textDelta('reasoning', delta)],
  ['response.output_item.added', ({ item, output_index: index }) => (isCall(item) ? [toolCall(index, item)] : [])],
  [
    'response.function_call_arguments.delta',
    ({ delta, output_index: index }) => [toolCall(index, { arguments: delta })],
  ],
  [
    'response.custom_tool_call_input.delta',
    ({ delta, output_index: index }) => [toolCall(index, { arguments: delta })],
  ],
  ['response.completed', (_, response) => [readFinish(response), ...readUsageDelta(response)]],
  ['response.incomplete', (_, response) => [readFinish(response), ...readUsageDelta(response)]],
  ['response.failed', (event, response) => [...readUsageDelta(response), ...readFailure(event, response)]],
  ['response.error', readFailure],
  ['error', readFailure],
])

function textDelta(type: 'text' | 'refusal' | 'reasoning', delta: unknown): Delta[] {
  const text = stringOf(delta)
  return text === undefined ? [] : [{ type, choice: 0, text }]
}

function isCall(item: unknown): item is JsonObject {
  return isObject(item) && (item['type'] === 'function_call' || item['type'] === 'custom_tool_call')
}

function toolCall(index: unknown, item: JsonObject): Delta {
  return {
    type: 'tool-call',
    choice: 0,
    index: numberOf(index),
    id: stringOf(item['call_id']),
    name: stringOf(item['name']),
    arguments: stringOf(item['arguments']) ?? stringOf(item['input']) ?? '',
  }
}

function readFinish(response: JsonObject): Delta {
  const details = isObject(response['incomplete_details']) ? response['incomplete_details'] : {}
  const native = stringOf(details['reason']) ?? stringOf(response['status'])
  // A message after a call means that the server answered the call itself.
  const last = objectsOf(response['output']).findLast((item) => item['type'] === 'message' || isCall(item))
  const reason = INCOMPLETE_REASONS.get(native) ?? (isCall(last) ? 'tool_calls' : 'stop')
  return { type: 'finish', choice: 0, reason, native }
}

const INCOMPLETE_REASONS = new Map<string | undefined, string>([
  ['max_output_tokens', 'length'],
  ['content_filter', 'content_filter'],
])

function readUsageDelta(response: JsonObject): Delta[] {
  return isObject(response['usage']) ? [{ type: 'usage', usage: readUsage(response['usage']) }] : []
}
