import { isObject, objectsOf, parseJson, stringOf, type JsonObject } from '../../src/core/json/json.js'

/** What stands in the objects of some answers, whatever their API: of choice 0, and of the last one its usage. */
export interface Said {
  readonly text: string
  readonly reasoning: string
  readonly calls: readonly Called[]
  /** In the words of the API, of the first answer; the Responses API has none. */
  readonly finish: unknown
  readonly usage: unknown
}

/** A tool and its arguments, as JSON is compared: by its value, where it is JSON. */
type Called = readonly [name: unknown, args: unknown]

export function called(name: unknown, written: unknown): Called {
  return [name, typeof written === 'string' ? (parseJson(written) ?? written) : written]
}

export function saidIn(objects: readonly JsonObject[]): Said {
  const all = objects.map(saidInOne)
  return {
    text: all.map(({ text }) => text).join(''),
    reasoning: all.map(({ reasoning }) => reasoning).join(''),
    calls: all.flatMap(({ calls }) => calls),
    finish: all[0]?.finish ?? null,
    usage: all.at(-1)?.usage ?? null,
  }
}

function saidInOne(object: JsonObject): Said {
  const { choices, candidates, content, output, stop_reason: stop } = object
  const usage = object['usage'] ?? object['usageMetadata'] ?? null
  if (Array.isArray(choices)) {
    const [choice = {}] = objectsOf(choices)
    return { ...ofChoice(choice), finish: choice['finish_reason'], usage }
  }
  if (Array.isArray(candidates)) {
    const [candidate = {}] = objectsOf(candidates)
    const said = isObject(candidate['content']) ? candidate['content'] : {}
    return { ...ofParts(objectsOf(said['parts'])), finish: candidate['finishReason'], usage }
  }
  return { ...ofParts([...objectsOf(content), ...objectsOf(output)]), finish: stop, usage }
}

type Words = Omit<Said, 'usage' | 'finish'>

function ofChoice(choice: JsonObject): Words {
  const message = isObject(choice['message']) ? choice['message'] : {}
  const { content, reasoning_details: details, tool_calls: calls } = message
  const parts = ofParts(objectsOf(content))
  const thoughts = objectsOf(details).map((detail) => stringOf(detail['text']) ?? stringOf(detail['summary']) ?? '')
  return {
    text: stringOf(choice['text']) ?? (typeof content === 'string' ? content : parts.text),
    reasoning:
      stringOf(message['reasoning']) ??
      stringOf(message['reasoning_content']) ??
      (thoughts.join('') || parts.reasoning),
    calls: objectsOf(calls).map(({ function: fn }) =>
      called(...(isObject(fn) ? ([fn['name'], fn['arguments']] as const) : ([fn, fn] as const))),
    ),
  }
}

function ofParts(parts: readonly JsonObject[]): Words {
  const said = parts.map(ofPart)
  return {
    text: said.map(({ text }) => text).join(''),
    reasoning: said.map(({ reasoning }) => reasoning).join(''),
    calls: said.flatMap(({ calls }) => calls),
  }
}

const NOTHING: Words = { text: '', reasoning: '', calls: [] }

function ofPart(part: JsonObject): Words {
  const { type, name, text, functionCall: call } = part
  if (isObject(call)) return { ...NOTHING, calls: [called(call['name'], call['args'])] }
  if (String(type).endsWith('tool_use')) return { ...NOTHING, calls: [called(name, part['input'])] }
  if (type === 'function_call') return { ...NOTHING, calls: [called(name, part['arguments'])] }
  if (type === 'custom_tool_call') return { ...NOTHING, calls: [called(name, part['input'])] }
  if (type === 'message') return ofParts(objectsOf(part['content']))
  if (type === 'thinking') {
    const { thinking } = part
    return { ...NOTHING, reasoning: typeof thinking === 'string' ? thinking : ofParts(objectsOf(thinking)).text }
  }
  if (type === 'reasoning') {
    const thoughts = [...objectsOf(part['summary']), ...objectsOf(part['content'])]
    return { ...NOTHING, reasoning: thoughts.map((thought) => thought['text']).join('') }
  }
  if (typeof text !== 'string') return NOTHING
  return part['thought'] === true ? { ...NOTHING, reasoning: text } : { ...NOTHING, text }
}
