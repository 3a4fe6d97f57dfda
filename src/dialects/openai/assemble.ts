import type { AssembledCall, Assembler, Assembly, ConversationTurn } from '../../core/answer/assembler.js'
import { inOrder, mergeDelta, mergeValue, assignLatest, type MutableObject } from '../../core/json/merge.js'
import { isObject, numberOf, objectsOf, stringOf, type JsonObject } from '../../core/json/json.js'
import type { ToolCall } from '../../core/answer/delta.js'
import { argumentsOf } from '../../core/answer/tool-calls.js'

/**
 * The chunks of the chat family as a `chat.completion`, or a `text_completion`. Of what stands in a chunk or a choice the last
 * value counts, of a finish the first; what stands in a delta is joined, in its kind.
 */
export const assembler: Assembler = {
  start,
  turns: ({ choices }) => objectsOf(choices).map(turn),
}

function start(): Assembly {
  const told: MutableObject = {}
  const choices = new Map<number, Choice>()
  let isLegacy = false

  return {
    push({ choices: said, object, obfuscation: _padding, ...rest }, deltas) {
      const calls = deltas.flatMap((delta) => (delta.type === 'tool-call' ? [delta.call] : []))
      assignLatest(told, rest)
      isLegacy ||= object === 'text_completion'
      for (const one of objectsOf(said)) {
        const index = numberOf(one['index']) ?? 0
        const choice = choices.get(index) ?? newChoice()
        choices.set(index, choice)
        choice.push(one, calls)
        isLegacy ||= choice.isLegacy()
      }
    },
    value(isWhole) {
      const { id, usage, error, ...rest } = told
      const groq = isObject(told['x_groq']) ? told['x_groq'] : {}
      const made = inOrder(choices).map(([index, choice]): JsonObject => ({
        index,
        ...choice.value(isLegacy, isWhole),
      }))
      const errors = [error, groq['error'], ...made.map((choice) => choice['error'])]
      const cause = errors.find(Boolean)
      const cost = usage ?? groq['usage']
      return {
        ...(id === undefined ? {} : { id }),
        object: isLegacy ? 'text_completion' : 'chat.completion',
        ...rest,
        choices: made,
        ...(cost === undefined ? {} : { usage: cost }),
        ...(cause === undefined ? {} : { error: cause }),
      }
    },
  }
}

interface Choice {
  /** `calls` are the calls of the pieces in the chunk, in their order; those that belong to the choice are taken from it. */
  push(choice: JsonObject, calls: ToolCall[]): void
  /** Whether its words stand beside its index, as in the legacy API. */
  isLegacy(): boolean
  value(isLegacy: boolean, isWhole: boolean): JsonObject
}

function newChoice(): Choice {
  const told: MutableObject = {}
  const message = newMessage()
  let text: string | undefined
  let isSaid = false
  let logprobs: unknown
  let finish: { reason: unknown; native: unknown } | undefined

  return {
    push({ index: _index, delta, message: whole, text: piece, logprobs: likely, ...rest }, calls) {
      const { finish_reason: reason, native_finish_reason: native, ...others } = rest
      // A gateway that can't stream sends the whole message as one chunk; beside a delta it repeats what came before.
      const said = [delta, whole].find(isObject)
      if (said) message.push(said, calls)
      else if (typeof piece === 'string') text = (text ?? '') + piece
      isSaid ||= said !== undefined
      logprobs = mergeValue(logprobs, likely)
      if (!finish?.reason && (reason !== undefined || native !== undefined)) finish = { reason, native }
      assignLatest(told, others)
    },
    isLegacy: () => text !== undefined && !isSaid,
    value: (isLegacy, isWhole) => ({
      ...(isLegacy ? { text: text ?? '' } : { message: message.value(isWhole) }),
      ...(logprobs === undefined ? {} : { logprobs }),
      finish_reason: finish?.reason || null,
      ...(finish?.native === undefined ? {} : { native_finish_reason: finish.native }),
      ...told,
    }),
  }
}

function newMessage() {
  const told: MutableObject = {}
  const details = newDetails()
  const toolCalls = newCalls()
  let content: unknown

  return {
    push({ content: words, reasoning_details: reasons, tool_calls: pieces, ...rest }: JsonObject, calls: ToolCall[]) {
      content = grown(content, words)
      for (const detail of objectsOf(reasons)) details.push(detail)
      for (const piece of objectsOf(pieces)) {
        const call = calls.shift()
        if (call) toolCalls.push(piece, call)
      }
      mergeDelta(told, rest)
    },
    value(isWhole: boolean): JsonObject {
      const { role, ...rest } = told
      const [thoughts, made] = [details.value(), toolCalls.value(isWhole)]
      return {
        role: stringOf(role) ?? 'assistant',
        content: content ?? null,
        ...rest,
        ...(thoughts.length > 0 ? { reasoning_details: thoughts } : {}),
        ...(made.length > 0 ? { tool_calls: made } : {}),
      }
    },
  }
}

/** Content is a string, or (Mistral) a list of parts; in a list pieces of one kind that follow each other are one part. */
function grown(known: unknown, piece: unknown): unknown {
  if (!Array.isArray(piece) && !Array.isArray(known)) return mergeValue(known, piece)
  const parts: unknown[] = Array.isArray(known) ? known : partsOf(known)
  for (const part of partsOf(piece)) {
    const last = parts.at(-1)
    if (!isObject(last) || !isObject(part) || last['type'] !== part['type'] || !JOINED_PARTS.has(part['type']))
      parts.push(part)
    else if (part['type'] === 'thinking')
      parts[parts.length - 1] = { ...last, ...part, thinking: grown(last['thinking'], part['thinking']) }
    else mergeDelta(last, part)
  }
  return parts
}

const JOINED_PARTS = new Set<unknown>(['text', 'thinking'])

function partsOf(content: unknown): unknown[] {
  if (Array.isArray(content)) return content
  return typeof content === 'string' && content !== '' ? [{ type: 'text', text: content }] : []
}

/** Details of reasoning: pieces of one text or summary are joined, and a signature that comes late belongs to the text before it. */
function newDetails() {
  const details: MutableObject[] = []

  function runningOf({ type, index, text, signature }: JsonObject): MutableObject | undefined {
    const isMeant = (detail: JsonObject) => detail['type'] === type && detail['index'] === index
    if (type !== 'reasoning.text' && type !== 'reasoning.summary') return undefined
    if (signature && !text) return details.findLast(isMeant)
    const last = details.at(-1)
    return last && isMeant(last) ? last : undefined
  }

  return {
    push(detail: JsonObject) {
      const running = runningOf(detail)
      const { signature, ...rest } = detail
      if (!running) details.push({ ...detail })
      else {
        mergeDelta(running, rest)
        if (signature) running['signature'] = signature
      }
    },
    value: (): readonly JsonObject[] => details,
  }
}

/** Tool calls: id and name are set, arguments concatenated. */
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
        const unique = id === undefined || ids.has(id) ? freeId(position, ids) : id
        ids.add(unique)
        const fn = isObject(known['function']) ? known['function'] : undefined
        const type = stringOf(known['type']) ?? (fn ? 'function' : 'custom')
        if (!fn) return { ...known, id: unique, type }
        // Some models write no arguments at all if a tool has none.
        const whole = isWhole && String(fn['arguments']).trim() === '' ? '{}' : fn['arguments']
        return { ...known, id: unique, type, function: { ...fn, arguments: whole } }
      })
    },
  }
}

/** An id for a call that has none of its own, so that its result can name it. */
function freeId(position: number, taken: ReadonlySet<string>): string {
  const id = `call_${position}`
  return taken.has(id) ? freeId(position + 1, taken) : id
}

function turn({ index, message, text }: JsonObject): ConversationTurn {
  const said = isObject(message) ? message : { role: 'assistant', content: text }
  return { choice: numberOf(index) ?? 0, messages: [said], calls: objectsOf(said['tool_calls']).map(callIn) }
}

function callIn({ id, function: fn, custom }: JsonObject): AssembledCall {
  const told = [fn, custom].find(isObject) ?? {}
  const head = { id: stringOf(id), name: stringOf(told['name']) }
  return isObject(fn) ? { ...head, arguments: argumentsOf(fn['arguments']) } : { ...head, input: String(told['input']) }
}
