import type { Chunk, Delta } from '../../core/answer/delta.js'
import { isObject, numberOf, stringify, stringOf, type JsonObject } from '../../core/json/json.js'
import { readProviderError } from '../../core/answer/provider-error.js'
import { readUsage, type Usage } from '../../core/answer/usage.js'

/** Reads an event of the Messages API. */
export function read(chunk: JsonObject): Chunk | undefined {
  const type = stringOf(chunk['type']) ?? ''
  const deltasIn = READERS.get(type)
  if (!deltasIn) return undefined
  const message = isObject(chunk['message']) ? chunk['message'] : {}
  return {
    type: 'chunk',
    id: stringOf(message['id']),
    model: stringOf(message['model']),
    provider: stringOf(message['provider']),
    deltas: deltasIn(chunk),
    isFinal: type === 'message_stop',
  }
}

/** What each kind of event says. */
const READERS = new Map<string, (event: JsonObject) => Delta[]>([
  ['message_start', ({ message }) => [{ type: 'start', choice: 0 }, ...usageIn(message)]],
  ['content_block_start', ({ index, content_block: block }) => (isObject(block) ? opened(numberOf(index), block) : [])],
  ['content_block_delta', ({ index, delta }) => (isObject(delta) ? grown(numberOf(index), delta) : [])],
  ['content_block_stop', () => []],
  ['message_delta', (event) => [...finish(event['delta']), ...usageIn(event)]],
  ['message_stop', () => []],
  ['ping', () => []],
  ['error', (event) => [{ type: 'error', error: readProviderError(event['error'] ?? event) }]],
])

function opened(index: number | undefined, block: JsonObject): Delta[] {
  switch (block['type']) {
    case 'text':
      return piece('text', block['text'])
    case 'thinking':
      return piece('reasoning', block['thinking'])
    case 'tool_use': {
      // A server that doesn't stream arguments gives them whole at once.
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

function grown(index: number | undefined, delta: JsonObject): Delta[] {
  switch (delta['type']) {
    case 'text_delta':
      return piece('text', delta['text'])
    case 'thinking_delta':
      return piece('reasoning', delta['thinking'])
    case 'input_json_delta': {
      const text = stringOf(delta['partial_json'])
      const call = { type: 'tool-call', choice: 0, index, id: undefined, name: undefined } as const
      return text === undefined ? [] : [{ ...call, arguments: text }]
    }
    default:
      return []
  }
}

function piece(type: 'text' | 'reasoning', value: unknown): Delta[] {
  const text = stringOf(value)
  return text === undefined ? [] : [{ type, choice: 0, text }]
}

function finish(delta: unknown): Delta[] {
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

/** Usage is cumulative, and its input leaves out what the cache read and wrote. */
function usageIn(holder: unknown): Delta[] {
  const told = isObject(holder) && isObject(holder['usage']) ? holder['usage'] : undefined
  if (told === undefined) return []
  const { inputTokens, ...rest } = readUsage(told)
  const usage: Usage = inputTokens === undefined ? rest : { ...rest, uncachedTokens: inputTokens }
  return [{ type: 'usage', usage, partial: true }]
}
