import type { AnswerDelta, Chunk, ToolCall } from '../../core/answer/delta.js'
import { excerpt, isObject, numberOf, objectsOf, stringOf, type JsonObject } from '../../core/json/json.js'
import { isChat, MAX_TRACKED, reportOnce, perAnswer, hasDelta, type Rule } from './rule.js'
import { openCalls, type CallPiece } from './open-calls.js'

/** Rules for choices and tool calls. */
export const CHOICE_RULES: readonly Rule[] = [
  {
    name: 'choices-missing',
    what: 'A chunk of the chat API has no `choices` array (an empty one is fine): clients fail on it.',
    start: () => ({
      chunk: ({ json, chunk }) =>
        json['object'] === 'chat.completion.chunk' && !isChat(json) && !hasDelta(chunk, 'error')
          ? 'the chunk has no choices array'
          : undefined,
    }),
  },
  {
    name: 'role-change',
    what: 'The role of a choice changes within an answer.',
    start: perAnswer(() => {
      const roles = new Map<number, string>()
      return {
        chunk({ json }) {
          let finding: string | undefined
          for (const choice of objectsOf(json['choices'])) {
            const index = numberOf(choice['index']) ?? 0
            const role = isObject(choice['delta']) ? stringOf(choice['delta']['role']) : undefined
            if (role === undefined) continue
            const before = roles.get(index)
            if (before !== undefined && before !== role)
              finding ??= `the role of choice ${index} changes from "${before}" to "${excerpt(role)}"`
            if (before !== undefined || roles.size < MAX_TRACKED) roles.set(index, excerpt(role))
          }
          return finding
        },
      }
    }),
  },
  {
    name: 'tool-index-missing',
    what: 'A tool call of the chat API has no `index`: clients need it to join the pieces of the call.',
    start: perAnswer(() => {
      const once = reportOnce()
      return {
        chunk: ({ json, chunk }) =>
          isChat(json) && callsIn(chunk).some(({ index }) => index === undefined)
            ? once('a tool call has no index')
            : undefined,
      }
    }),
  },
  {
    name: 'tool-index-reused',
    what: 'Two tool calls (with different ids or names) have the same index: clients merge them into one.',
    start: perAnswer(() => {
      const calls = new Map<string, { readonly call: ToolCall; readonly line: number }>()
      return {
        chunk({ chunk, line }) {
          let finding: string | undefined
          for (const { choice, index, call } of callsIn(chunk)) {
            const key = `${choice} ${index}`
            const known = calls.get(key)
            if (known && known.call !== call)
              finding ??= `another tool call already uses index ${index} (since line ${known.line})`
            const isNew = known ? known.call !== call : index !== undefined && calls.size < MAX_TRACKED
            if (isNew) calls.set(key, { call, line })
          }
          return finding
        },
      }
    }),
  },
  {
    name: 'tool-arguments-cut',
    what: 'The arguments of a tool call are not valid JSON when it ends (no arguments are fine): the tool cannot be called.',
    start(bound) {
      const open = openCalls(bound)
      return {
        chunk({ json, chunk, line }) {
          const cutCalls: string[] = []
          for (const delta of chunk.deltas) {
            if (delta.type === 'tool-call' && isStreamedJson(delta, json)) cutCalls.push(...open.add(delta, line))
            else if (delta.type === 'finish') cutCalls.push(...open.close(delta.choice))
          }
          return describeCut(cutCalls)
        },
        over: () => describeCut(open.end()),
      }
    },
  },
]

function callsIn(chunk: Chunk<AnswerDelta>): CallPiece[] {
  return chunk.deltas.filter((delta) => delta.type === 'tool-call')
}

/**
 * True if the arguments of a call are JSON that arrives in pieces. The input of a custom tool is arbitrary text, and outside of the chat
 * API a call without an index arrives in one piece.
 */
function isStreamedJson({ index }: CallPiece, json: JsonObject): boolean {
  const isText = stringOf(json['type'])?.startsWith('response.custom_tool_call_input') ?? false
  return !isText && (index !== undefined || isChat(json))
}

function describeCut(calls: readonly string[]): string | undefined {
  return calls.length === 0 ? undefined : `the arguments of ${calls.join(', ')} are not valid JSON`
}
