import type { Chunk, Delta } from '../../core/answer/delta.js'
import { isObject, numberOf, objectsOf, stringify, stringOf, type JsonObject } from '../../core/json/json.js'
import type { Usage } from '../../core/answer/usage.js'

/** Reads an event of `streamGenerateContent`. Returns undefined if the object is not one. */
export function read(chunk: JsonObject): Chunk | undefined {
  const feedback = isObject(chunk['promptFeedback']) ? chunk['promptFeedback'] : undefined
  if (!Array.isArray(chunk['candidates']) && !isObject(chunk['usageMetadata']) && !feedback) return undefined
  const blocked = stringOf(feedback?.['blockReason'])
  const usage = isObject(chunk['usageMetadata']) ? readUsageMetadata(chunk['usageMetadata']) : undefined
  return {
    type: 'chunk',
    id: stringOf(chunk['responseId']),
    model: stringOf(chunk['modelVersion']),
    provider: undefined,
    deltas: [
      ...objectsOf(chunk['candidates']).flatMap(readCandidate),
      ...(blocked === undefined
        ? []
        : [{ type: 'finish' as const, choice: 0, reason: 'content_filter', native: blocked }]),
      ...(usage ? [{ type: 'usage' as const, usage }] : []),
    ],
  }
}

function readCandidate(candidate: JsonObject): Delta[] {
  const choice = numberOf(candidate['index']) ?? 0
  const content = isObject(candidate['content']) ? candidate['content'] : {}
  const deltas = objectsOf(content['parts']).flatMap((part) => readPart(part, choice))
  const native = stringOf(candidate['finishReason'])
  if (native !== undefined)
    deltas.push({ type: 'finish', choice, reason: FINISH_REASONS.get(native) ?? native.toLowerCase(), native })
  return deltas.length > 0 ? deltas : [{ type: 'start', choice }]
}

function readPart(part: JsonObject, choice: number): Delta[] {
  const call = part['functionCall']
  if (isObject(call)) {
    // A call arrives in one piece, with its arguments as an object.
    const args = stringify(call['args'] ?? {}) ?? ''
    return [
      {
        type: 'tool-call',
        choice,
        index: undefined,
        id: stringOf(call['id']),
        name: stringOf(call['name']),
        arguments: args,
      },
    ]
  }
  const text = stringOf(part['text'])
  return text === undefined ? [] : [{ type: part['thought'] === true ? 'reasoning' : 'text', choice, text }]
}

const FINISH_REASONS = new Map([
  ['STOP', 'stop'],
  ['MAX_TOKENS', 'length'],
  ['SAFETY', 'content_filter'],
  ['RECITATION', 'content_filter'],
  ['BLOCKLIST', 'content_filter'],
  ['PROHIBITED_CONTENT', 'content_filter'],
  ['SPII', 'content_filter'],
  ['IMAGE_SAFETY', 'content_filter'],
  ['MALFORMED_FUNCTION_CALL', 'error'],
  ['OTHER', 'error'],
])

/** Adds up counts that Gemini reports separately: `candidatesTokenCount` excludes thoughts, `promptTokenCount` excludes tool prompts. */
function readUsageMetadata(usage: JsonObject): Usage {
  const [prompt, tools] = [numberOf(usage['promptTokenCount']), numberOf(usage['toolUsePromptTokenCount']) ?? 0]
  const [candidates, thoughts] = [numberOf(usage['candidatesTokenCount']), numberOf(usage['thoughtsTokenCount'])]
  const counts = {
    inputTokens: prompt === undefined ? undefined : prompt + tools,
    outputTokens: candidates === undefined && thoughts === undefined ? undefined : (candidates ?? 0) + (thoughts ?? 0),
    totalTokens: numberOf(usage['totalTokenCount']),
    cachedTokens: numberOf(usage['cachedContentTokenCount']),
    reasoningTokens: thoughts,
  }
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== undefined))
}
