import type { Chunk, Delta } from '../../core/answer/delta.js'
import { isObject, numberOf, stringify, stringOf, type JsonObject } from '../../core/json/json.js'
import { readProviderError } from '../../core/answer/provider-error.js'
import { readUsage, type Usage } from '../../core/answer/usage.js'

/** Reads an event of the Messages API. Returns undefined if the object is not one. */
export function read(chunk: JsonObject): Chunk | undefined {
  const type = stringOf(chunk['type']) ?? ''
  const readDeltas = READERS.get(type)
  if (!readDeltas) return undefined
  const message = isObject(chunk['message']) ? chunk['message'] : {}
  return {
    type: 'chunk',
    id: stringOf(message['id']),
    model: stringOf(message['model']),
    provider: stringOf(message['provider']),
    deltas: readDeltas(chunk),
    isFinal: type === 'message_stop',
  }
}

const READERS = new Map<string, (event: JsonObject) => Delta[]>([
  ['message_start', ({ message }) => [{ type: 'start', choice: 0 }, ...readUsageDelta(message)]],
  [
    'content_block_start',
    ({ index, content_block: block }) => (isObject(block) ? readBlockStart(numberOf(index), block) : []),
  ],
  ['content_block_delta', ({ index, delta }) => (isObject(delta) ? readBlockDelta(numberOf(index), delta) : [])],
  ['content_block_stop', () => []],
  ['message_delta', (event) => [...readStopReason(event['delta']), ...readUsageDelta(event)]],
  ['message_stop', () => []],
  ['ping', () => []],
  ['error', (event) => [{ type: 'error', error: readProviderError(event['error'] ?? event) }]],
])

function readBlockStart(index: number | undefined, block: JsonObject): Delta[] {
  switch (block['type']) {
    case 'text':
      return textDelta('text', block['text'])
    case 'thinking':
      return textDelta('reasoning', block['thinking'])
    case 'tool_use': {
      // A server that does not stream arguments sends all of them in the first event of the block.
      const input =
        isObject(block['input']) && Object.keys(block['input']).length > 0 ? (stringify(block['input']) ?? '') : ''
      return [
        {
          type: 'tool-call',
          choice: 0,
          index,
          id: stringOf(block['id']),
          name: stringOf(block['name']),
          arguments: input,
        },
      ]
    }
    default:
      return []
  }
}

function readBlockDelta(index: number | undefined, delta: JsonObject): Delta[] {
  switch (delta['type']) {
    case 'text_delta':
      return textDelta('text', delta['text'])
    case 'thinking_delta':
      return textDelta('reasoning', delta['thinking'])
    case 'input_json_delta': {
      const text = stringOf(delta['partial_json'])
      const call = { type: 'tool-call', choice: 0, index, id: undefined, name: undefined } as const
      return text === undefined ? [] : [{ ...call, arguments: text }]
    }
    default:
      return []
  }
}

function textDelta(type: 'text' | 'reasoning', value: unknown): Delta[] {
  const text = stringOf(value)
  return text === undefined ? [] : [{ type, choice: 0, text }]
}

function readStopReason(delta: unknown): Delta[] {
  const native = isObject(delta) ? stringOf(delta['stop_reason']) : undefined
  return native === undefined ? [] : [{ type: 'finish', choice: 0, reason: STOP_REASONS.get(native) ?? native, native }]
}

const STOP_REASONS = new Map([
  ['end_turn', 'stop'],
  ['stop_sequence', 'stop'],
  ['tool_use', 'tool_calls'],
  ['max_tokens', 'length'],
  ['model_context_window_exceeded', 'length'],
  ['refusal', 'content_filter'],
])

/** Usage is cumulative. `input_tokens` excludes tokens read from or written to the cache. */
function readUsageDelta(holder: unknown): Delta[] {
  const counts = isObject(holder) && isObject(holder['usage']) ? holder['usage'] : undefined
  if (counts === undefined) return []
  const { inputTokens, ...rest } = readUsage(counts)
  const usage: Usage = inputTokens === undefined ? rest : { ...rest, uncachedTokens: inputTokens }
  return [{ type: 'usage', usage, partial: true }]
}
