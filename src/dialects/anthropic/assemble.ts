import type { Assembler, Assembly, ConversationTurn } from '../../core/answer/assembler.js'
import { inOrder, mergeDelta, assignLatest, type MutableObject } from '../../core/json/merge.js'
import { isObject, numberOf, objectsOf, parseJson, stringify, stringOf, type JsonObject } from '../../core/json/json.js'

/** The events of the Messages API as one `message`. */
export const assembler: Assembler = { start, turns }

/** A block of content, and the JSON of its input as far as it came. */
interface Block {
  readonly told: MutableObject
  json: string
  isOver: boolean
}

function start(): Assembly {
  const message: MutableObject = {}
  const blocks = new Map<number, Block>()

  function blockAt(index: unknown): Block {
    const place = numberOf(index) ?? 0
    const block = blocks.get(place) ?? { told: {}, json: '', isOver: false }
    blocks.set(place, block)
    return block
  }

  return {
    push({ type, ...event }) {
      switch (type) {
        case 'message_start':
          if (isObject(event['message'])) assignLatest(message, event['message'])
          break
        case 'content_block_start':
          if (isObject(event['content_block'])) assignLatest(blockAt(event['index']).told, event['content_block'])
          break
        case 'content_block_delta':
          if (isObject(event['delta'])) grow(blockAt(event['index']), event['delta'])
          break
        case 'content_block_stop':
          blockAt(event['index']).isOver = true
          break
        case 'message_delta': {
          const { delta, usage, ...rest } = event
          assignLatest(message, rest)
          if (isObject(delta)) assignLatest(message, delta)
          if (isObject(usage)) message['usage'] = usageWith(message['usage'], usage)
          break
        }
        case 'message_stop':
          assignLatest(message, event)
          break
        case 'error':
          message['error'] = event['error'] ?? event
          break
      }
    },
    value(isWhole) {
      const { error, ...rest } = message
      const made =
        blocks.size > 0 ? inOrder(blocks).map(([, block]) => blockOf(block, isWhole)) : (rest['content'] ?? [])
      const { type = 'message', role = 'assistant' } = rest
      const said = { ...rest, type, role, content: made }
      return error === undefined ? said : { ...said, error }
    },
  }
}

/** Counts go on from event to event, so that of each the last one that is told counts, a 0 too. */
function usageWith(known: unknown, usage: JsonObject): JsonObject {
  const told = Object.entries(usage).filter(([, count]) => count !== null)
  return { ...(isObject(known) ? known : {}), ...Object.fromEntries(told) }
}

/** Adds a delta to its block: a signature is set, a citation is one of several, and what has another kind is joined by its names. */
function grow(block: Block, { type, ...piece }: JsonObject) {
  const { told } = block
  if (type === 'input_json_delta') block.json += stringOf(piece['partial_json']) ?? ''
  else if (type === 'signature_delta') assignLatest(told, piece)
  else if (type === 'citations_delta') mergeDelta(told, { citations: [piece['citation']] })
  else mergeDelta(told, piece)
}

/** Input that was cut stays the text that it is, also where not a letter of it has come. */
function blockOf({ told, json, isOver }: Block, isWhole: boolean): JsonObject {
  const { input } = told
  if (!isObject(input)) return told
  const isTold = Object.keys(input).length > 0 || isOver || isWhole
  return json.trim() === '' && isTold ? told : { ...told, input: parseJson(json) ?? json }
}

function turns({ content }: JsonObject): ConversationTurn[] {
  const blocks = objectsOf(content)
  const called = blocks.filter(({ type }) => type === 'tool_use')
  return [
    {
      choice: 0,
      messages: [{ role: 'assistant', content: blocks }],
      calls: called.map(({ id, name, input }) => ({
        id: stringOf(id),
        name: stringOf(name),
        arguments: typeof input === 'string' ? input : (stringify(input ?? {}) ?? ''),
      })),
    },
  ]
}
