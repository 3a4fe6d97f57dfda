import type { AssembledCall, Assembler, Assembly, ConversationTurn } from '../../core/answer/assembler.js'
import { inOrder, mergeDelta, mergeValue, assignLatest, type MutableObject } from '../../core/json/merge.js'
import { isObject, numberOf, objectsOf, stringOf, type JsonObject } from '../../core/json/json.js'
import type { ToolCall } from '../../core/answer/delta.js'
import { argumentsOf } from '../../core/answer/tool-calls.js'

/**
 * Assembles the chunks of the chat family to one `chat.completion` or `text_completion`. For a field of a chunk or a choice the
 * last value wins, for a finish reason the first. Deltas are merged.
 */
export const assembler: Assembler = {
  start,
  turns: ({ choices }) => objectsOf(choices).map(toTurn),
}

function start(): Assembly {
  const fields: MutableObject = {}
  const choices = new Map<number, Choice>()
  let isLegacy = false

  return {
    push({ choices: chunkChoices, object, obfuscation: _padding, ...rest }, deltas) {
      const calls = deltas.flatMap((delta) => (delta.type === 'tool-call' ? [delta.call] : []))
      assignLatest(fields, rest)
      isLegacy ||= object === 'text_completion'
      for (const one of objectsOf(chunkChoices)) {
        const index = numberOf(one['index']) ?? 0
        const choice = choices.get(index) ?? newChoice()
        choices.set(index, choice)
        choice.push(one, calls)
        isLegacy ||= choice.isLegacy()
      }
    },
    value(isWhole) {
      const { id, usage, error, ...rest } = fields
      const groq = isObject(fields['x_groq']) ? fields['x_groq'] : {}
      const builtChoices = inOrder(choices).map(([index, choice]): JsonObject => ({
        index,
        ...choice.value(isLegacy, isWhole),
      }))
      const errors = [error, groq['error'], ...builtChoices.map((choice) => choice['error'])]
      const cause = errors.find(Boolean)
      const lastUsage = usage ?? groq['usage']
      return {
        ...(id === undefined ? {} : { id }),
        object: isLegacy ? 'text_completion' : 'chat.completion',
        ...rest,
        choices: builtChoices,
        ...(lastUsage === undefined ? {} : { usage: lastUsage }),
        ...(cause === undefined ? {} : { error: cause }),
      }
    },
  }
}

interface Choice {
  /** `calls` has the call of each tool-call piece in the chunk, in order; the choice removes those that belong to it. */
  push(choice: JsonObject, calls: ToolCall[]): void
  /** True if its text is a field of the choice, as in the legacy API. */
  isLegacy(): boolean
  value(isLegacy: boolean, isWhole: boolean): JsonObject
}

function newChoice(): Choice {
  const fields: MutableObject = {}
  const message = newMessage()
  let text: string | undefined
  let hasMessage = false
  let logprobs: unknown
  let finish: { reason: unknown; native: unknown } | undefined

  return {
    push({ index: _index, delta, message: whole, text: piece, logprobs: newLogprobs, ...rest }, calls) {
      const { finish_reason: reason, native_finish_reason: native, ...others } = rest
      // A gateway that cannot stream sends the complete message as one chunk. Next to a delta, the message repeats earlier chunks.
      const update = [delta, whole].find(isObject)
      if (update) message.push(update, calls)
      else if (typeof piece === 'string') text = (text ?? '') + piece
      hasMessage ||= update !== undefined
      logprobs = mergeValue(logprobs, newLogprobs)
      if (!finish?.reason && (reason !== undefined || native !== undefined)) finish = { reason, native }
      assignLatest(fields, others)
    },
    isLegacy: () => text !== undefined && !hasMessage,
    value: (isLegacy, isWhole) => ({
      ...(isLegacy ? { text: text ?? '' } : { message: message.value(isWhole) }),
      ...(logprobs === undefined ? {} : { logprobs }),
      finish_reason: finish?.reason || null,
      ...(finish?.native === undefined ? {} : { native_finish_reason: finish.native }),
      ...fields,
    }),
  }
}

function newMessage() {
  const fields: MutableObject = {}
  const details = reasoningDetails()
  const toolCalls = newCalls()
  let content: unknown

  return {
    push(
      { content: piece, reasoning_details: newDetails, tool_calls: pieces, ...rest }: JsonObject,
      calls: ToolCall[],
    ) {
      content = mergeContent(content, piece)
      for (const detail of objectsOf(newDetails)) details.push(detail)
      for (const callPiece of objectsOf(pieces)) {
        const call = calls.shift()
        if (call) toolCalls.push(callPiece, call)
      }
      mergeDelta(fields, rest)
    },
    value(isWhole: boolean): JsonObject {
      const { role, ...rest } = fields
      const [reasoning, builtCalls] = [details.value(), toolCalls.value(isWhole)]
      return {
        role: stringOf(role) ?? 'assistant',
        content: content ?? null,
        ...rest,
        ...(reasoning.length > 0 ? { reasoning_details: reasoning } : {}),
        ...(builtCalls.length > 0 ? { tool_calls: builtCalls } : {}),
      }
    },
  }
}

/** Merges content, which is a string or (Mistral) a list of parts. In a list, adjacent pieces of one type become one part. */
function mergeContent(known: unknown, piece: unknown): unknown {
  if (!Array.isArray(piece) && !Array.isArray(known)) return mergeValue(known, piece)
  const parts: unknown[] = Array.isArray(known) ? known : partsOf(known)
  for (const part of partsOf(piece)) {
    const last = parts.at(-1)
    if (!isObject(last) || !isObject(part) || last['type'] !== part['type'] || !JOINED_TYPES.has(part['type']))
      parts.push(part)
    else if (part['type'] === 'thinking')
      parts[parts.length - 1] = { ...last, ...part, thinking: mergeContent(last['thinking'], part['thinking']) }
    else mergeDelta(last, part)
  }
  return parts
}

const JOINED_TYPES = new Set<unknown>(['text', 'thinking'])

function partsOf(content: unknown): unknown[] {
  if (Array.isArray(content)) return content
  return typeof content === 'string' && content !== '' ? [{ type: 'text', text: content }] : []
}

/** Collects `reasoning_details`: pieces of one text or summary are joined, and a late signature is set on the text before it. */
function reasoningDetails() {
  const details: MutableObject[] = []

  function findOpen({ type, index, text, signature }: JsonObject): MutableObject | undefined {
    const isSamePart = (detail: JsonObject) => detail['type'] === type && detail['index'] === index
    if (type !== 'reasoning.text' && type !== 'reasoning.summary') return undefined
    if (signature && !text) return details.findLast(isSamePart)
    const last = details.at(-1)
    return last && isSamePart(last) ? last : undefined
  }

  return {
    push(detail: JsonObject) {
      const open = findOpen(detail)
      const { signature, ...rest } = detail
      if (!open) details.push({ ...detail })
      else {
        mergeDelta(open, rest)
        if (signature) open['signature'] = signature
      }
    },
    value: (): readonly JsonObject[] => details,
  }
}

/** Collects tool calls: id and name are set, arguments are concatenated. */
function newCalls() {
  const fields = new Map<ToolCall, MutableObject>()

  return {
    push({ index: _index, ...piece }: JsonObject, call: ToolCall) {
      const known = fields.get(call) ?? {}
      fields.set(call, known)
      const fn = isObject(piece['function']) ? piece['function'] : undefined
      mergeDelta(known, fn ? { ...piece, function: { ...fn, arguments: argumentsOf(fn['arguments']) } } : piece)
    },
    value(isWhole: boolean): JsonObject[] {
      const ids = new Set<string>()
      return [...fields].map(([{ id }, known], position) => {
        const unique = id === undefined || ids.has(id) ? unusedId(position, ids) : id
        ids.add(unique)
        const fn = isObject(known['function']) ? known['function'] : undefined
        const type = stringOf(known['type']) ?? (fn ? 'function' : 'custom')
        if (!fn) return { ...known, id: unique, type }
        // Some models send no arguments at all if a tool has none.
        const args = isWhole && String(fn['arguments']).trim() === '' ? '{}' : fn['arguments']
        return { ...known, id: unique, type, function: { ...fn, arguments: args } }
      })
    },
  }
}

/** Returns an id for a call without one, so that the tool result can refer to the call. */
function unusedId(position: number, usedIds: ReadonlySet<string>): string {
  const id = `call_${position}`
  return usedIds.has(id) ? unusedId(position + 1, usedIds) : id
}

function toTurn({ index, message, text }: JsonObject): ConversationTurn {
  const reply = isObject(message) ? message : { role: 'assistant', content: text }
  return { choice: numberOf(index) ?? 0, messages: [reply], calls: objectsOf(reply['tool_calls']).map(toCall) }
}

function toCall({ id, function: fn, custom }: JsonObject): AssembledCall {
  const definition = [fn, custom].find(isObject) ?? {}
  const head = { id: stringOf(id), name: stringOf(definition['name']) }
  return isObject(fn)
    ? { ...head, arguments: argumentsOf(fn['arguments']) }
    : { ...head, input: String(definition['input']) }
}
