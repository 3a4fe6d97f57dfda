import type { AnswerDelta, Chunk, ToolCall } from '../../core/answer/delta.js'
import { excerpt, isObject, numberOf, objectsOf, stringOf, type JsonObject } from '../../core/json/json.js'
import { isChat, MAX_TRACKED, reportOnce, perAnswer, hasDelta, type Rule } from './rule.js'
import { openCalls, type CallPiece } from './open-calls.js'

/** What can be wrong with the choices of an answer and the tools that they call. */
export const CHOICE_RULES: readonly Rule[] = [
  {
    name: 'choices-missing',
    what: 'A chunk of the chat API has no list of choices (an empty one is fine): clients fail on it.',
    start: () => ({
      chunk: ({ json, chunk }) =>
        json['object'] === 'chat.completion.chunk' && !isChat(json) && !hasDelta(chunk, 'error')
          ? 'the chunk has no list of choices'
          : undefined,
    }),
  },
  {
    name: 'role-change',
    what: 'The role of a choice changes in the middle of an answer.',
    start: perAnswer(() => {
      const roles = new Map<number, string>()
      return {
        chunk({ json }) {
          let said: string | undefined
          for (const choice of objectsOf(json['choices'])) {
            const index = numberOf(choice['index']) ?? 0
            const role = isObject(choice['delta']) ? stringOf(choice['delta']['role']) : undefined
            if (role === undefined) continue
            const before = roles.get(index)
            if (before !== undefined && before !== role)
              said ??= `the role of choice ${index} changes from "${before}" to "${excerpt(role)}"`
            if (before !== undefined || roles.size < MAX_TRACKED) roles.set(index, excerpt(role))
          }
          return said
        },
      }
    }),
  },
  {
    name: 'tool-index-missing',
    what: 'A tool call of the chat API has no index, by which clients put its pieces together.',
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
    what: 'A tool call has the index of another (another id or name): clients take the two for one.',
    start: perAnswer(() => {
      const calls = new Map<string, { readonly call: ToolCall; readonly line: number }>()
      return {
        chunk({ chunk, line }) {
          let said: string | undefined
          for (const { choice, index, call } of callsIn(chunk)) {
            const key = `${choice} ${index}`
            const known = calls.get(key)
            if (known && known.call !== call)
              said ??= `another tool call has index ${index} (in use since line ${known.line})`
            const isNew = known ? known.call !== call : index !== undefined && calls.size < MAX_TRACKED
            if (isNew) calls.set(key, { call, line })
          }
          return said
        },
      }
    }),
  },
  {
    name: 'tool-arguments-cut',
    what: 'The arguments of a tool call are not whole JSON when it ends (none at all are fine): it can not be made.',
    start(bound) {
      const open = openCalls(bound)
      return {
        chunk({ json, chunk, line }) {
          const cut: string[] = []
          for (const delta of chunk.deltas) {
            if (delta.type === 'tool-call' && isInPieces(delta, json)) cut.push(...open.add(delta, line))
            else if (delta.type === 'finish') cut.push(...open.close(delta.choice))
          }
          return cutSentence(cut)
        },
        over: () => cutSentence(open.end()),
      }
    },
  },
]

function callsIn(chunk: Chunk<AnswerDelta>): CallPiece[] {
  return chunk.deltas.filter((delta) => delta.type === 'tool-call')
}

/** Whether the arguments of a call are JSON that comes in pieces: the input of a custom tool is any text, and a call without an index comes whole outside of chat. */
function isInPieces({ index }: CallPiece, json: JsonObject): boolean {
  const isText = stringOf(json['type'])?.startsWith('response.custom_tool_call_input') ?? false
  return !isText && (index !== undefined || isChat(json))
}

function cutSentence(calls: readonly string[]): string | undefined {
  return calls.length === 0 ? undefined : `the arguments of ${calls.join(', ')} are not whole JSON`
}
