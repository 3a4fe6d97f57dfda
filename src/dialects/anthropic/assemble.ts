import type { Assembler, Assembly, ConversationTurn } from '../../core/answer/assembler.js'
import { inOrder, mergeDelta, assignLatest, type MutableObject } from '../../core/json/merge.js'
import { isObject, numberOf, objectsOf, parseJson, stringify, stringOf, type JsonObject } from '../../core/json/json.js'

/** Assembles the events of the Messages API to one `message`. */
export const assembler: Assembler = { start, turns }

/** A content block so far; `json` is the text of its input. */
interface Block {
  readonly fields: MutableObject
  json: string
  isOver: boolean
}

function start(): Assembly {
  const message: MutableObject = {}
  const blocks = new Map<number, Block>()

  function blockAt(index: unknown): Block {
    const position = numberOf(index) ?? 0
    const block = blocks.get(position) ?? { fields: {}, json: '', isOver: false }
    blocks.set(position, block)
    return block
  }

  return {
    push({ type, ...event }) {
      switch (type) {
        case 'message_start':
          if (isObject(event['message'])) assignLatest(message, event['message'])
          break
        case 'content_block_start':
          if (isObject(event['content_block'])) assignLatest(blockAt(event['index']).fields, event['content_block'])
          break
        case 'content_block_delta':
          if (isObject(event['delta'])) applyDelta(blockAt(event['index']), event['delta'])
          break
        case 'content_block_stop':
          blockAt(event['index']).isOver = true
          break
        case 'message_delta': {
          const { delta, usage, ...rest } = event
          assignLatest(message, rest)
          if (isObject(delta)) assignLatest(message, delta)
          if (isObject(usage)) message['usage'] = mergeUsage(message['usage'], usage)
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
      const contentBlocks =
        blocks.size > 0 ? inOrder(blocks).map(([, block]) => toContentBlock(block, isWhole)) : (rest['content'] ?? [])
      const { type = 'message', role = 'assistant' } = rest
      const object = { ...rest, type, role, content: contentBlocks }
      return error === undefined ? object : { ...object, error }
    },
  }
}

/** Counts are cumulative, so the last reported value of each wins, even if it is 0. */
function mergeUsage(previous: unknown, usage: JsonObject): JsonObject {
  const counts = Object.entries(usage).filter(([, count]) => count !== null)
  return { ...(isObject(previous) ? previous : {}), ...Object.fromEntries(counts) }
}

/** Adds a delta to its block: a signature is set, a citation is added to the list, any other delta is merged by key. */
function applyDelta(block: Block, { type, ...piece }: JsonObject) {
  const { fields } = block
  if (type === 'input_json_delta') block.json += stringOf(piece['partial_json']) ?? ''
  else if (type === 'signature_delta') assignLatest(fields, piece)
  else if (type === 'citations_delta') mergeDelta(fields, { citations: [piece['citation']] })
  else mergeDelta(fields, piece)
}

/** Input that is cut off stays a string, even an empty one. */
function toContentBlock({ fields, json, isOver }: Block, isWhole: boolean): JsonObject {
  const { input } = fields
  if (!isObject(input)) return fields
  const hasInput = Object.keys(input).length > 0 || isOver || isWhole
  return json.trim() === '' && hasInput ? fields : { ...fields, input: parseJson(json) ?? json }
}

function turns({ content }: JsonObject): ConversationTurn[] {
  const blocks = objectsOf(content)
  const toolUses = blocks.filter(({ type }) => type === 'tool_use')
  return [
    {
      choice: 0,
      messages: [{ role: 'assistant', content: blocks }],
      calls: toolUses.map(({ id, name, input }) => ({
        id: stringOf(id),
        name: stringOf(name),
        arguments: typeof input === 'string' ? input : (stringify(input ?? {}) ?? ''),
      })),
    },
  ]
}
