import { isWhole } from '../../core/errors/verdict.js'
import { isChat, MAX_TRACKED, reportOnce, perAnswer, hasDelta, type Rule } from './rule.js'

/** Rules for the end of an answer and its usage. */
export const ENDING_RULES: readonly Rule[] = [
  {
    name: 'data-after-end',
    what: 'Data follows an end marker: clients that stop at the marker lose it, others read it as the next answer.',
    start() {
      let end: { line: number; isDone: boolean } | undefined
      const dataAfterEnd = () => {
        const previousEnd = end
        end = undefined
        return previousEnd && `data follows the end marker at line ${previousEnd.line}`
      }
      return {
        chunk({ chunk, line }) {
          const finding = dataAfterEnd()
          if (chunk.isFinal) end = { line, isDone: false }
          return finding
        },
        invalid: ({ data }) => (data === undefined ? undefined : dataAfterEnd()),
        done({ line }) {
          const finding = end?.isDone ? dataAfterEnd() : undefined
          end = { line, isDone: true }
          return finding
        },
      }
    },
  },
  {
    name: 'done-missing',
    what: 'A chat answer that arrived in full ends without `data: [DONE]`: clients that wait for it hang or report an error.',
    start: perAnswer(() => {
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
          return isMissing ? 'the answer ends without data: [DONE]' : undefined
        },
      }
    }),
  },
  {
    name: 'finish-missing',
    what: 'A chat answer that arrived in full has a choice without a finish reason: clients cannot tell why it ended.',
    start: perAnswer(() => {
      const ended = new Map<number, boolean>()
      return {
        chunk({ json, chunk }) {
          if (!isChat(json)) return undefined
          for (const delta of chunk.deltas) {
            if (delta.type === 'usage' || delta.type === 'error') continue
            if (ended.has(delta.choice) || ended.size < MAX_TRACKED)
              ended.set(delta.choice, ended.get(delta.choice) === true || delta.type === 'finish')
          }
          return undefined
        },
        over({ verdict }) {
          const open = [...ended].find(([, isEnded]) => !isEnded)
          return open && isWhole(verdict) ? `choice ${open[0]} has no finish reason` : undefined
        },
      }
    }),
  },
  {
    name: 'finish-twice',
    what: 'A choice has a second finish reason, outside of the chunk that reports usage: clients end twice or run tools twice.',
    start: perAnswer(() => {
      const lines = new Map<number, number>()
      return {
        chunk({ chunk, line }) {
          const hasUsage = hasDelta(chunk, 'usage')
          let finding: string | undefined
          for (const delta of chunk.deltas) {
            if (delta.type !== 'finish') continue
            const first = lines.get(delta.choice)
            if (first === undefined && lines.size < MAX_TRACKED) lines.set(delta.choice, line)
            else if (first !== undefined && !hasUsage)
              finding ??= `choice ${delta.choice} has a second finish reason (first at line ${first})`
          }
          return finding
        },
      }
    }),
  },
  {
    name: 'usage-missing',
    what: 'An answer that arrived in full does not report usage: its cost is unknown.',
    start: perAnswer(() => {
      let hasUsage = false
      return {
        chunk({ chunk }) {
          hasUsage ||= hasDelta(chunk, 'usage')
          return undefined
        },
        over({ verdict }) {
          const isMissing = !hasUsage && isWhole(verdict)
          return isMissing ? 'the answer does not report usage' : undefined
        },
      }
    }),
  },
  {
    name: 'usage-twice',
    what: 'More than one chunk of a chat answer reports usage: clients that add it up count too much.',
    start: perAnswer(() => {
      let first: number | undefined
      const once = reportOnce()
      return {
        chunk({ json, chunk, line }) {
          if (!isChat(json) || !hasDelta(chunk, 'usage')) return undefined
          const finding = first === undefined ? undefined : once(`usage is reported again (first at line ${first})`)
          first ??= line
          return finding
        },
      }
    }),
  },
]
