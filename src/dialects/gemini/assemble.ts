import type { Assembler, Assembly, ConversationTurn } from '../../core/answer/assembler.js'
import { inOrder, mergeDelta, mergeValue, assignLatest, type MutableObject } from '../../core/json/merge.js'
import { isObject, numberOf, objectsOf, stringify, stringOf, type JsonObject } from '../../core/json/json.js'

/** Assembles the chunks of Gemini to one `GenerateContentResponse`. Adjacent parts of one kind are joined; for other fields the last value wins. */
export const assembler: Assembler = {
  start,
  turns: ({ candidates }) => objectsOf(candidates).map(toTurn),
}

function start(): Assembly {
  const fields: MutableObject = {}
  const candidates = new Map<
    number,
    { readonly fields: MutableObject; readonly content: MutableObject; readonly parts: unknown[] }
  >()

  function mergeCandidate({ content, citationMetadata, logprobsResult, ...rest }: JsonObject) {
    const index = numberOf(rest['index']) ?? 0
    const candidate = candidates.get(index) ?? { fields: {}, content: {}, parts: [] }
    candidates.set(index, candidate)
    assignLatest(candidate.fields, rest)
    for (const [name, value] of Object.entries({ citationMetadata, logprobsResult }))
      if (value !== undefined) candidate.fields[name] = mergeValue(candidate.fields[name], value)
    if (!isObject(content)) return
    const { parts, ...others } = content
    assignLatest(candidate.content, others)
    for (const part of objectsOf(parts)) addPart(part, candidate.parts)
  }

  return {
    push({ candidates: chunkCandidates, ...rest }) {
      assignLatest(fields, rest)
      for (const candidate of objectsOf(chunkCandidates)) mergeCandidate(candidate)
    },
    value: () => ({
      candidates: inOrder(candidates).map(([, candidate]) => ({
        content: { parts: candidate.parts, role: 'model', ...candidate.content },
        ...candidate.fields,
      })),
      ...fields,
    }),
  }
}

/** Drops an empty text. Never joins a part that has a signature, because the signature covers that part alone. */
function addPart(part: JsonObject, parts: unknown[]) {
  if (isPlainText(part) && part['text'] === '') return
  const last = parts.at(-1)
  const [open, call] = [isObject(last) ? last['functionCall'] : undefined, part['functionCall']]
  if (isObject(call) && isObject(open) && open['willContinue'] === true && call['name'] === undefined)
    continueCall(open, call)
  else if (isObject(call) && (call['willContinue'] === true || call['partialArgs'] !== undefined)) {
    const { partialArgs: _pieces, ...rest } = call
    const openCall: MutableObject = { ...rest, args: {} }
    continueCall(openCall, call)
    parts.push({ ...part, functionCall: openCall })
  } else if (isObject(last) && isPlainText(last) && isPlainText(part) && last['thought'] === part['thought'])
    mergeDelta(last, part)
  else parts.push(part)
}

/** Adds a piece of a call whose arguments are streamed, each value with its JSONPath. */
function continueCall(open: MutableObject, { partialArgs: pieces, willContinue: isContinued }: JsonObject) {
  for (const { jsonPath: path, willContinue: _isContinued, ...values } of objectsOf(pieces)) {
    const [value] = Object.values(values)
    if (typeof path === 'string' && isObject(open['args'])) setAtPath(open['args'], path, value)
  }
  if (isContinued === true) open['willContinue'] = true
  else delete open['willContinue']
}

/** Sets the value at a JSONPath, or appends it to the string already there. Ignores a path that would leave a hole in an array. */
function setAtPath(root: MutableObject, path: string, value: unknown) {
  const steps = [...path.matchAll(/\.([^.[\]]+)|\[(\d+)\]/g)].map(([, name, index]) => name ?? Number(index))
  let at: MutableObject | unknown[] = root
  for (const [position, step] of steps.entries()) {
    const isLast = position === steps.length - 1
    const child = typeof steps[position + 1] === 'number' ? [] : {}
    let next: unknown
    if (Array.isArray(at)) {
      if (typeof step !== 'number' || step > at.length) return
      next = at[step] = isLast ? mergeValue(at[step], value) : (at[step] ?? child)
    } else if (step === '__proto__') return
    else next = at[step] = isLast ? mergeValue(at[step], value) : (at[step] ?? child)
    if (!isLast && !isObject(next) && !Array.isArray(next)) return
    at = next as MutableObject | unknown[]
  }
}

function isPlainText(part: JsonObject): boolean {
  return typeof part['text'] === 'string' && Object.keys(part).every((name) => name === 'text' || name === 'thought')
}

function toTurn({ index, content }: JsonObject): ConversationTurn {
  const message = isObject(content) ? content : {}
  const functionCalls = objectsOf(message['parts'])
    .map((part) => part['functionCall'])
    .filter(isObject)
  return {
    choice: numberOf(index) ?? 0,
    messages: [message],
    calls: functionCalls.map(({ id, name, args, willContinue: isCut }) => ({
      id: stringOf(id),
      name: stringOf(name),
      arguments: (stringify(args ?? {}) ?? '').slice(0, isCut === true ? -1 : undefined),
    })),
  }
}
