import { counted } from '../core/counted.js'
import type { Chunk } from '../core/delta.js'
import { excerpt, isObject, numberOf, objectsOf, stringOf, type JsonObject } from '../core/json.js'
import type { Placed } from '../core/placed.js'
import { isOther } from '../core/tool-calls.js'
import { isWhole, type Verdict } from '../core/verdict.js'
import { openCalls, type CallPiece } from './open-calls.js'

/** What the rules look at, in the order of the stream; each has its line. */
export type Sight =
  | Placed
  /** An understood chunk: as JSON, as what it says, and the name of its event. */
  | {
      readonly kind: 'chunk'
      readonly line: number
      readonly json: JsonObject
      readonly chunk: Chunk
      readonly event: string
    }
  /** The mark `[DONE]`. */
  | { readonly kind: 'done'; readonly line: number }
  /** Data that could not be read; undefined where it is no event at all. */
  | { readonly kind: 'unreadable'; readonly line: number; readonly data: string | undefined }
  /** Something that looks like a secret, by its name; nobody sees the secret itself. */
  | { readonly kind: 'secret'; readonly line: number; readonly found: string }
  /** An answer is over, for the next begins or the stream has ended; the line is that of its last event. */
  | { readonly kind: 'over'; readonly line: number; readonly verdict: Verdict }

/** What a rule says of each kind of sight that it looks at: one sentence where something is wrong. */
export type Watch = {
  readonly [Kind in Sight['kind']]?: (sight: Extract<Sight, { kind: Kind }>) => string | undefined
}

/** One thing that can be wrong with a stream. A new rule is one more row. */
export interface Rule {
  readonly name: string
  /** What is wrong where it is found, and whom it hurts. */
  readonly what: string
  /** Begins to watch one stream. It keeps no more than so many characters. */
  watch(bound: number): Watch
}

export const RULES: readonly Rule[] = [
  {
    name: 'bad-utf8',
    what: 'A line has bytes that are no UTF-8: a character was cut, or the text is in another encoding.',
    watch: () => ({
      'bad-utf8': () => 'the line has bytes that are no UTF-8; every reader puts U+FFFD in their place',
    }),
  },
  {
    name: 'mixed-line-ends',
    what: 'Lines end in more than one way: something rewrote a part of the stream.',
    watch() {
      const once = onlyOnce()
      return {
        'line-end': ({ end, before }) => once(`the line ends with ${end}, the line before it with ${before}`),
      }
    },
  },
  {
    name: 'no-last-blank-line',
    what: 'The stream ends inside a block: parsers drop an event that has no blank line after it.',
    watch: () => ({
      item: ({ item }) =>
        item.kind === 'pending' ? 'the last block has no blank line after it, so that parsers drop it' : undefined,
    }),
  },
  {
    name: 'unknown-field',
    what: 'A line has a field that SSE does not know (it knows data, event, id and retry): parsers ignore it.',
    watch: () => ({
      item: ({ item }) =>
        item.kind === 'stray'
          ? `"${item.field.slice(0, 60)}" is no field of SSE, so that parsers ignore the line`
          : undefined,
    }),
  },
  {
    name: 'comment-as-data',
    what: 'A comment stands in data (`data: : …`), where clients take it for an event and fail on it.',
    watch: () => ({
      item: ({ item }) =>
        item.kind === 'event' && item.data.startsWith(':')
          ? 'the data is a comment, which clients try to parse'
          : undefined,
    }),
  },
  {
    name: 'bad-json',
    what: 'Data is neither JSON nor an end mark, or a line of NDJSON is none of `sse-parse`.',
    watch: () => ({
      unreadable({ data }) {
        if (data === undefined) return 'this is no line of sse-parse'
        if (data.startsWith('data:')) return 'the data begins with "data:" again: it was wrapped twice'
        return `the data is neither JSON nor an end mark (${counted(data.length, 'character')})`
      },
    }),
  },
  {
    name: 'event-name',
    what: 'The name of an event is not the `type` of its data: clients that go by names miss it.',
    watch: () => ({
      chunk({ json, event }) {
        const type = stringOf(json['type']) ?? ''
        const isNamed =
          /^(?:message|content_block)_/.test(type) || (type.startsWith('response.') && event !== 'message')
        return isNamed && event !== type
          ? `the event has the name "${excerpt(event)}" and the type "${type}"`
          : undefined
      },
    }),
  },
  {
    name: 'data-after-end',
    what: 'Data follows an end mark: clients that stop there lose it, others take it for the next answer.',
    watch() {
      let end: { line: number; isDone: boolean } | undefined
      const after = () => {
        const mark = end
        end = undefined
        return mark && `data follows the end mark of line ${mark.line}`
      }
      return {
        chunk({ chunk, line }) {
          const said = after()
          if (chunk.ends) end = { line, isDone: false }
          return said
        },
        unreadable: ({ data }) => (data === undefined ? undefined : after()),
        done({ line }) {
          const said = end?.isDone ? after() : undefined
          end = { line, isDone: true }
          return said
        },
      }
    },
  },
  {
    name: 'done-missing',
    what: 'A whole answer of the chat API ends without `data: [DONE]`: clients that wait for it hang, or report an error.',
    watch() {
      let isChatAnswer = false
      let isDone = false
      return {
        chunk({ json }) {
          isChatAnswer ||= isChat(json)
          return undefined
        },
        done() {
          isDone = true
          return undefined
        },
        over({ verdict }) {
          const isMissing = isChatAnswer && !isDone && isWhole(verdict)
          isChatAnswer = false
          isDone = false
          return isMissing ? 'the answer ends without data: [DONE]' : undefined
        },
      }
    },
  },
  {
    name: 'finish-missing',
    what: 'A whole answer of the chat API has a choice without a finish reason: nobody can tell why it ended.',
    watch() {
      const ended = new Map<number, boolean>()
      return {
        chunk({ json, chunk }) {
          if (!isChat(json)) return undefined
          for (const delta of chunk.deltas) {
            if (delta.type === 'usage' || delta.type === 'error') continue
            if (ended.has(delta.choice) || ended.size < MOST_KEPT)
              ended.set(delta.choice, ended.get(delta.choice) === true || delta.type === 'finish')
          }
          return undefined
        },
        over({ verdict }) {
          const open = [...ended].find(([, isEnded]) => !isEnded)
          ended.clear()
          return open && isWhole(verdict) ? `choice ${open[0]} has no finish reason` : undefined
        },
      }
    },
  },
  {
    name: 'finish-twice',
    what: 'A choice finishes again, other than in the chunk that brings the usage: clients end twice, or run tools twice.',
    watch() {
      const lines = new Map<number, number>()
      return {
        chunk({ chunk, line }) {
          const isAccount = says(chunk, 'usage')
          let said: string | undefined
          for (const delta of chunk.deltas) {
            if (delta.type !== 'finish') continue
            const first = lines.get(delta.choice)
            if (first === undefined && lines.size < MOST_KEPT) lines.set(delta.choice, line)
            else if (first !== undefined && !isAccount)
              said ??= `choice ${delta.choice} finishes again (first at line ${first})`
          }
          return said
        },
        over() {
          lines.clear()
          return undefined
        },
      }
    },
  },
  {
    name: 'usage-missing',
    what: 'A whole answer says nothing of its usage: its cost is not known.',
    watch() {
      let isTold = false
      return {
        chunk({ chunk }) {
          isTold ||= says(chunk, 'usage')
          return undefined
        },
        over({ verdict }) {
          const isMissing = !isTold && isWhole(verdict)
          isTold = false
          return isMissing ? 'the answer says nothing of its usage' : undefined
        },
      }
    },
  },
  {
    name: 'usage-twice',
    what: 'Usage comes in more than one chunk of a chat answer: clients that add it up count too much.',
    watch() {
      let first: number | undefined
      let once = onlyOnce()
      return {
        chunk({ json, chunk, line }) {
          if (!isChat(json) || !says(chunk, 'usage')) return undefined
          const said = first === undefined ? undefined : once(`usage comes again (first at line ${first})`)
          first ??= line
          return said
        },
        over() {
          first = undefined
          once = onlyOnce()
          return undefined
        },
      }
    },
  },
  {
    name: 'choices-missing',
    what: 'A chunk of the chat API has no list of choices (an empty one is fine): clients fail on it.',
    watch: () => ({
      chunk: ({ json, chunk }) =>
        json['object'] === 'chat.completion.chunk' && !isChat(json) && !says(chunk, 'error')
          ? 'the chunk has no list of choices'
          : undefined,
    }),
  },
  {
    name: 'role-change',
    what: 'The role of a choice changes in the middle of an answer.',
    watch() {
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
            if (before !== undefined || roles.size < MOST_KEPT) roles.set(index, excerpt(role))
          }
          return said
        },
        over() {
          roles.clear()
          return undefined
        },
      }
    },
  },
  {
    name: 'tool-index-missing',
    what: 'A tool call of the chat API has no index, by which clients put its pieces together.',
    watch() {
      let once = onlyOnce()
      return {
        chunk: ({ json, chunk }) =>
          isChat(json) && callsIn(chunk).some(({ index }) => index === undefined)
            ? once('a tool call has no index')
            : undefined,
        over() {
          once = onlyOnce()
          return undefined
        },
      }
    },
  },
  {
    name: 'tool-index-reused',
    what: 'A tool call has the index of another (another id or name): clients take the two for one.',
    watch() {
      const calls = new Map<string, Pick<CallPiece, 'id' | 'name'> & { readonly line: number }>()
      return {
        chunk({ chunk, line }) {
          let said: string | undefined
          for (const piece of callsIn(chunk)) {
            const key = `${piece.choice} ${piece.index}`
            const known = calls.get(key)
            if (known && isOther(known, piece))
              said ??= `another tool call has index ${piece.index} (in use since line ${known.line})`
            const isNew = known ? isOther(known, piece) : piece.index !== undefined && calls.size < MOST_KEPT
            if (isNew) calls.set(key, { id: piece.id, name: piece.name, line })
          }
          return said
        },
        over() {
          calls.clear()
          return undefined
        },
      }
    },
  },
  {
    name: 'tool-arguments-cut',
    what: 'The arguments of a tool call are not whole JSON when it ends (none at all are fine): it can not be made.',
    watch(bound) {
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
  {
    name: 'sequence-gap',
    what: 'The `sequence_number` of an event is not the one after the last: events were lost, repeated or shuffled.',
    watch() {
      let last: number | undefined
      return {
        chunk({ json }) {
          const number = numberOf(json['sequence_number'])
          if (number === undefined) return undefined
          const before = last
          last = number
          return before !== undefined && number !== before + 1
            ? `sequence_number goes from ${before} to ${number}`
            : undefined
        },
        over() {
          last = undefined
          return undefined
        },
      }
    },
  },
  {
    name: 'secret',
    what: 'Something looks like a key or a token of a known shape: a recording with it is not to be shared.',
    watch: () => ({ secret: ({ found }) => `here stands what looks like ${found}` }),
  },
]

/** How many choices or calls of one answer a rule keeps apart. */
const MOST_KEPT = 1000

/** Says a sentence the first time, and then no more. */
function onlyOnce(): (sentence: string) => string | undefined {
  let isSaid = false
  return (sentence) => {
    if (isSaid) return undefined
    isSaid = true
    return sentence
  }
}

function isChat(json: JsonObject): boolean {
  return Array.isArray(json['choices'])
}

function says(chunk: Chunk, type: Chunk['deltas'][number]['type']): boolean {
  return chunk.deltas.some((delta) => delta.type === type)
}

function callsIn(chunk: Chunk): CallPiece[] {
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
