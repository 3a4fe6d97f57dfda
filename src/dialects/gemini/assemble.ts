import type { Assembler, Assembly, ConversationTurn } from '../../core/answer/assembler.js'
import { inOrder, mergeDelta, mergeValue, assignLatest, type MutableObject } from '../../core/json/merge.js'
import { isObject, numberOf, objectsOf, stringify, stringOf, type JsonObject } from '../../core/json/json.js'

/** The chunks of Gemini as one `GenerateContentResponse`: parts of one kind that follow each other are one, of the rest the last counts. */
export const assembler: Assembler = {
  start,
  turns: ({ candidates }) => objectsOf(candidates).map(turn),
}

function start(): Assembly {
  const told: MutableObject = {}
  const candidates = new Map<
    number,
    { readonly told: MutableObject; readonly content: MutableObject; readonly parts: unknown[] }
  >()

  function take({ content, citationMetadata: sources, logprobsResult: likely, ...rest }: JsonObject) {
    const index = numberOf(rest['index']) ?? 0
    const candidate = candidates.get(index) ?? { told: {}, content: {}, parts: [] }
    candidates.set(index, candidate)
    assignLatest(candidate.told, rest)
    for (const [name, value] of Object.entries({ citationMetadata: sources, logprobsResult: likely }))
      if (value !== undefined) candidate.told[name] = mergeValue(candidate.told[name], value)
    if (!isObject(content)) return
    const { parts, ...others } = content
    assignLatest(candidate.content, others)
    for (const part of objectsOf(parts)) add(part, candidate.parts)
  }

  return {
    push({ candidates: said, ...rest }) {
      assignLatest(told, rest)
      for (const candidate of objectsOf(said)) take(candidate)
    },
    value: () => ({
      candidates: inOrder(candidates).map(([, candidate]) => ({
        content: { parts: candidate.parts, role: 'model', ...candidate.content },
        ...candidate.told,
      })),
      ...told,
    }),
  }
}

/** An empty text says nothing; a part with a signature stays as it is, for that was made over it alone. */
function add(part: JsonObject, parts: unknown[]) {
  if (isPlain(part) && part['text'] === '') return
  const last = parts.at(-1)
  const [open, call] = [isObject(last) ? last['functionCall'] : undefined, part['functionCall']]
  if (isObject(call) && isObject(open) && open['willContinue'] === true && call['name'] === undefined) goOn(open, call)
  else if (isObject(call) && (call['willContinue'] === true || call['partialArgs'] !== undefined)) {
    const { partialArgs: _pieces, ...rest } = call
    const begun: MutableObject = { ...rest, args: {} }
    goOn(begun, call)
    parts.push({ ...part, functionCall: begun })
  } else if (isObject(last) && isPlain(last) && isPlain(part) && last['thought'] === part['thought'])
    mergeDelta(last, part)
  else parts.push(part)
}

/** Takes a piece of a call whose arguments are streamed, each value with the path to its place. */
function goOn(open: MutableObject, { partialArgs: pieces, willContinue: goesOn }: JsonObject) {
  for (const { jsonPath: path, willContinue: _goesOn, ...values } of objectsOf(pieces)) {
    const [value] = Object.values(values)
    if (typeof path === 'string' && isObject(open['args'])) place(open['args'], path, value)
  }
  if (goesOn === true) open['willContinue'] = true
  else delete open['willContinue']
}

/** Puts a value where a path leads, or joins it to the text that is there; a path that leaves a gap in a list leads nowhere. */
function place(root: MutableObject, path: string, value: unknown) {
  const steps = [...path.matchAll(/\.([^.[\]]+)|\[(\d+)\]/g)].map(([, name, index]) => name ?? Number(index))
  let at: MutableObject | unknown[] = root
  for (const [position, step] of steps.entries()) {
    const isLast = position === steps.length - 1
    const below = typeof steps[position + 1] === 'number' ? [] : {}
    let next: unknown
    if (Array.isArray(at)) {
      if (typeof step !== 'number' || step > at.length) return
      next = at[step] = isLast ? mergeValue(at[step], value) : (at[step] ?? below)
    } else if (step === '__proto__') return
    else next = at[step] = isLast ? mergeValue(at[step], value) : (at[step] ?? below)
    if (!isLast && !isObject(next) && !Array.isArray(next)) return
    at = next as MutableObject | unknown[]
  }
}

function isPlain(part: JsonObject): boolean {
  return typeof part['text'] === 'string' && Object.keys(part).every((name) => name === 'text' || name === 'thought')
}

function turn({ index, content }: JsonObject): ConversationTurn {
  const said = isObject(content) ? content : {}
  const called = objectsOf(said['parts'])
    .map((part) => part['functionCall'])
    .filter(isObject)
  return {
    choice: numberOf(index) ?? 0,
    messages: [said],
    calls: called.map(({ id, name, args, willContinue: isCut }) => ({
      id: stringOf(id),
      name: stringOf(name),
      arguments: (stringify(args ?? {}) ?? '').slice(0, isCut === true ? -1 : undefined),
    })),
  }
}
