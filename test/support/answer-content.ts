import { isObject, objectsOf, parseJson, stringOf, type JsonObject } from '../../src/core/json/json.js'

/** Content of folded answers, independent of the API: that of choice 0, with the usage of the last answer. */
export interface AnswerContent {
  readonly text: string
  readonly reasoning: string
  readonly calls: readonly ToolCall[]
  /** Finish reason of the first answer, as the API reports it. The Responses API has none. */
  readonly finish: unknown
  readonly usage: unknown
}

/** Name and arguments of a tool call. The arguments are parsed if they are JSON, so that they are compared by value. */
type ToolCall = readonly [name: unknown, args: unknown]

export function toolCall(name: unknown, args: unknown): ToolCall {
  return [name, typeof args === 'string' ? (parseJson(args) ?? args) : args]
}

export function contentOf(objects: readonly JsonObject[]): AnswerContent {
  const all = objects.map(contentOfOne)
  return {
    text: all.map(({ text }) => text).join(''),
    reasoning: all.map(({ reasoning }) => reasoning).join(''),
    calls: all.flatMap(({ calls }) => calls),
    finish: all[0]?.finish ?? null,
    usage: all.at(-1)?.usage ?? null,
  }
}

function contentOfOne(object: JsonObject): AnswerContent {
  const { choices, candidates, content, output, stop_reason: stop } = object
  const usage = object['usage'] ?? object['usageMetadata'] ?? null
  if (Array.isArray(choices)) {
    const [choice = {}] = objectsOf(choices)
    return { ...contentOfChoice(choice), finish: choice['finish_reason'], usage }
  }
  if (Array.isArray(candidates)) {
    const [candidate = {}] = objectsOf(candidates)
    const candidateContent = isObject(candidate['content']) ? candidate['content'] : {}
    return { ...contentOfParts(objectsOf(candidateContent['parts'])), finish: candidate['finishReason'], usage }
  }
  return { ...contentOfParts([...objectsOf(content), ...objectsOf(output)]), finish: stop, usage }
}

type MessageContent = Omit<AnswerContent, 'usage' | 'finish'>

function contentOfChoice(choice: JsonObject): MessageContent {
  const message = isObject(choice['message']) ? choice['message'] : {}
  const { content, reasoning_details: details, tool_calls: calls } = message
  const parts = contentOfParts(objectsOf(content))
  const thoughts = objectsOf(details).map((detail) => stringOf(detail['text']) ?? stringOf(detail['summary']) ?? '')
  return {
    text: stringOf(choice['text']) ?? (typeof content === 'string' ? content : parts.text),
    reasoning:
      stringOf(message['reasoning']) ??
      stringOf(message['reasoning_content']) ??
      (thoughts.join('') || parts.reasoning),
    calls: objectsOf(calls).map(({ function: fn }) =>
      toolCall(...(isObject(fn) ? ([fn['name'], fn['arguments']] as const) : ([fn, fn] as const))),
    ),
  }
}

function contentOfParts(parts: readonly JsonObject[]): MessageContent {
  const contents = parts.map(contentOfPart)
  return {
    text: contents.map(({ text }) => text).join(''),
    reasoning: contents.map(({ reasoning }) => reasoning).join(''),
    calls: contents.flatMap(({ calls }) => calls),
  }
}

const EMPTY: MessageContent = { text: '', reasoning: '', calls: [] }

function contentOfPart(part: JsonObject): MessageContent {
  const { type, name, text, functionCall: call } = part
  if (isObject(call)) return { ...EMPTY, calls: [toolCall(call['name'], call['args'])] }
  if (String(type).endsWith('tool_use')) return { ...EMPTY, calls: [toolCall(name, part['input'])] }
  if (type === 'function_call') return { ...EMPTY, calls: [toolCall(name, part['arguments'])] }
  if (type === 'custom_tool_call') return { ...EMPTY, calls: [toolCall(name, part['input'])] }
  if (type === 'message') return contentOfParts(objectsOf(part['content']))
  if (type === 'thinking') {
    const { thinking } = part
    return { ...EMPTY, reasoning: typeof thinking === 'string' ? thinking : contentOfParts(objectsOf(thinking)).text }
  }
  if (type === 'reasoning') {
    const thoughts = [...objectsOf(part['summary']), ...objectsOf(part['content'])]
    return { ...EMPTY, reasoning: thoughts.map((thought) => thought['text']).join('') }
  }
  if (typeof text !== 'string') return EMPTY
  return part['thought'] === true ? { ...EMPTY, reasoning: text } : { ...EMPTY, text }
}
