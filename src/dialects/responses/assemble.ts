import type { AssembledCall, Assembler, Assembly, ConversationTurn } from '../../core/answer/assembler.js'
import { inOrder, mergeDelta, assignLatest, type MutableObject } from '../../core/json/merge.js'
import { argumentsOf } from '../../core/answer/tool-calls.js'
import { isObject, numberOf, objectsOf, stringOf, type JsonObject } from '../../core/json/json.js'

/** The events of the Responses API as one `response`: the one that the last event brings, else what the pieces make. */
export const assembler: Assembler = { start, turns }

/** An item of the output with its lists of parts by their names and places. */
interface Item {
  told: MutableObject
  readonly lists: Map<string, Map<number, MutableObject>>
}

/** A part that grows: in which list of its item it stands, by which index, of which type it is, and which of its texts grows. */
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

/** The text of an item that grows. */
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
  let last: JsonObject | undefined
  let error: unknown

  function itemAt(event: JsonObject): Item {
    const place = numberOf(event['output_index']) ?? 0
    const item = items.get(place) ?? { told: {}, lists: new Map() }
    items.set(place, item)
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
    const place = numberOf(event[index]) ?? 0
    const part = parts.get(place) ?? {}
    parts.set(place, part)
    return part
  }

  /** A piece of text, or all of it: `kind` and `step` are the two halves of the event's type. */
  function grow(kind: string, step: string, event: JsonObject) {
    const part = PARTS.get(kind)
    const text = part?.text ?? TEXTS.get(kind)
    if (text === undefined) return
    const holder = part ? partAt(event, part.list, part.index) : itemAt(event).told
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
        if (ENDS.has(type)) last = event['response']
        else assignLatest(response, event['response'])
      }
      switch (type) {
        case 'response.output_item.added':
        case 'response.output_item.done':
          if (isObject(event['item'])) {
            const item = itemAt(event)
            if (type.endsWith('.done')) item.lists.clear()
            item.told = { ...event['item'] }
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
          const { type: _type, sequence_number: _number, error: cause, ...told } = event
          error ??= cause ?? told
          return
        }
      }
      const step = /\.(?:delta|done)$/.exec(type)?.[0]
      if (step !== undefined) grow(type.slice(0, -step.length), step.slice(1), event)
    },
    value() {
      const output = inOrder(items).map(([, item]) => itemOf(item))
      const made = last ?? response
      const isBare = objectsOf(made['output']).length === 0 && output.length > 0
      return {
        ...made,
        ...(isBare || made['output'] === undefined ? { output } : {}),
        ...(error === undefined || made['error'] ? {} : { error }),
      }
    },
  }
}

function itemOf({ told, lists }: Item): JsonObject {
  const grown = [...lists].map(([name, parts]) => [name, inOrder(parts).map(([, part]) => part)])
  return { ...told, ...Object.fromEntries(grown) }
}

/** The items of the output are what the API takes back. A custom tool that has a message after it was the server's own. */
function turns({ output }: JsonObject): ConversationTurn[] {
  const items = objectsOf(output)
  const message = items.findLastIndex(({ type }) => type === 'message')
  const asked = items.filter(({ type }, position) => type !== 'custom_tool_call' || position > message)
  return [{ choice: 0, messages: items, calls: asked.flatMap(callIn) }]
}

function callIn({ type, call_id: call, name: named, arguments: written, input }: JsonObject): AssembledCall[] {
  const [id, name] = [stringOf(call), stringOf(named)]
  if (type === 'function_call') return [{ id, name, arguments: argumentsOf(written) }]
  return type === 'custom_tool_call' ? [{ id, name, input: stringOf(input) ?? '' }] : []
}
