import type { AssembledCall, Assembler, Assembly, ConversationTurn } from '../../core/answer/assembler.js'
import { inOrder, mergeDelta, assignLatest, type MutableObject } from '../../core/json/merge.js'
import { argumentsOf } from '../../core/answer/tool-calls.js'
import { isObject, numberOf, objectsOf, stringOf, type JsonObject } from '../../core/json/json.js'

/** Assembles the events of the Responses API to one `response`: that of the final event, or else one built from the pieces. */
export const assembler: Assembler = { start, turns }

/** An output item; `lists` maps the name of each list to its parts by index. */
interface Item {
  fields: MutableObject
  readonly lists: Map<string, Map<number, MutableObject>>
}

/** A part that is streamed: the list of its item, the field with its index, its type, and its streamed field. */
interface PartKind {
  readonly list: 'content' | 'summary'
  readonly index: 'content_index' | 'summary_index'
  readonly type: string
  readonly text: string
}

const PARTS = new Map<string, PartKind>([
  ['response.output_text', { list: 'content', index: 'content_index', type: 'output_text', text: 'text' }],
  ['response.refusal', { list: 'content', index: 'content_index', type: 'refusal', text: 'refusal' }],
  ['response.reasoning_text', { list: 'content', index: 'content_index', type: 'reasoning_text', text: 'text' }],
  ['response.reasoning_summary_text', { list: 'summary', index: 'summary_index', type: 'summary_text', text: 'text' }],
])

/** The streamed field of an item, by the prefix of the event type. */
const TEXTS = new Map([
  ['response.function_call_arguments', 'arguments'],
  ['response.mcp_call_arguments', 'arguments'],
  ['response.custom_tool_call_input', 'input'],
  ['response.code_interpreter_call_code', 'code'],
])

const ENDS = new Set<unknown>(['response.completed', 'response.incomplete', 'response.failed'])

function start(): Assembly {
  const response: MutableObject = {}
  const items = new Map<number, Item>()
  let finalResponse: JsonObject | undefined
  let error: unknown

  function itemAt(event: JsonObject): Item {
    const position = numberOf(event['output_index']) ?? 0
    const item = items.get(position) ?? { fields: {}, lists: new Map() }
    items.set(position, item)
    return item
  }

  function partAt(
    event: JsonObject,
    list: 'content' | 'summary',
    index: 'content_index' | 'summary_index',
  ): MutableObject {
    const { lists } = itemAt(event)
    const parts = lists.get(list) ?? new Map<number, MutableObject>()
    lists.set(list, parts)
    const position = numberOf(event[index]) ?? 0
    const part = parts.get(position) ?? {}
    parts.set(position, part)
    return part
  }

  /** Appends a delta, or sets the complete text. `kind` and `step` are the two halves of the event type. */
  function applyText(kind: string, step: string, event: JsonObject) {
    const part = PARTS.get(kind)
    const text = part?.text ?? TEXTS.get(kind)
    if (text === undefined) return
    const holder = part ? partAt(event, part.list, part.index) : itemAt(event).fields
    if (part) holder['type'] ??= part.type
    if (step === 'delta') mergeDelta(holder, { [text]: event['delta'] })
    else assignLatest(holder, { [text]: event[text] })
    const { logprobs } = event
    if (step === 'delta' && Array.isArray(logprobs) && logprobs.length > 0) mergeDelta(holder, { logprobs })
  }

  return {
    push(event) {
      const type = stringOf(event['type']) ?? ''
      if (isObject(event['response'])) {
        if (ENDS.has(type)) finalResponse = event['response']
        else assignLatest(response, event['response'])
      }
      switch (type) {
        case 'response.output_item.added':
        case 'response.output_item.done':
          if (isObject(event['item'])) {
            const item = itemAt(event)
            if (type.endsWith('.done')) item.lists.clear()
            item.fields = { ...event['item'] }
          }
          return
        case 'response.content_part.added':
        case 'response.content_part.done':
          if (isObject(event['part'])) assignLatest(partAt(event, 'content', 'content_index'), event['part'])
          return
        case 'response.reasoning_summary_part.added':
        case 'response.reasoning_summary_part.done':
          if (isObject(event['part'])) assignLatest(partAt(event, 'summary', 'summary_index'), event['part'])
          return
        case 'response.output_text.annotation.added':
          mergeDelta(partAt(event, 'content', 'content_index'), { annotations: [event['annotation']] })
          return
        case 'response.error':
        case 'error': {
          const { type: _type, sequence_number: _number, error: cause, ...details } = event
          error ??= cause ?? details
          return
        }
      }
      const step = /\.(?:delta|done)$/.exec(type)?.[0]
      if (step !== undefined) applyText(type.slice(0, -step.length), step.slice(1), event)
    },
    value() {
      const output = inOrder(items).map(([, item]) => toItem(item))
      const result = finalResponse ?? response
      const lacksOutput = objectsOf(result['output']).length === 0 && output.length > 0
      return {
        ...result,
        ...(lacksOutput || result['output'] === undefined ? { output } : {}),
        ...(error === undefined || result['error'] ? {} : { error }),
      }
    },
  }
}

function toItem({ fields, lists }: Item): JsonObject {
  const builtLists = [...lists].map(([name, parts]) => [name, inOrder(parts).map(([, part]) => part)])
  return { ...fields, ...Object.fromEntries(builtLists) }
}

/** The API accepts the output items as input. A custom tool call before a message was answered by the server itself. */
function turns({ output }: JsonObject): ConversationTurn[] {
  const items = objectsOf(output)
  const message = items.findLastIndex(({ type }) => type === 'message')
  const clientCalls = items.filter(({ type }, position) => type !== 'custom_tool_call' || position > message)
  return [{ choice: 0, messages: items, calls: clientCalls.flatMap(toCalls) }]
}

function toCalls({ type, call_id: callId, name: toolName, arguments: args, input }: JsonObject): AssembledCall[] {
  const [id, name] = [stringOf(callId), stringOf(toolName)]
  if (type === 'function_call') return [{ id, name, arguments: argumentsOf(args) }]
  return type === 'custom_tool_call' ? [{ id, name, input: stringOf(input) ?? '' }] : []
}
