import { isWhole } from '../../core/errors/verdict.js'
import { isChat, MAX_TRACKED, reportOnce, perAnswer, hasDelta, type Rule } from './rule.js'

/** What can be wrong with how an answer ends, and with its account. */
export const ENDING_RULES: readonly Rule[] = [
  {
    name: 'data-after-end',
    what: 'Data follows an end mark: clients that stop there lose it, others take it for the next answer.',
    start() {
      let end: { line: number; isDone: boolean } | undefined
      const after = () => {
        const mark = end
        end = undefined
        return mark && `data follows the end mark of line ${mark.line}`
      }
      return {
        chunk({ chunk, line }) {
          const said = after()
          if (chunk.isFinal) end = { line, isDone: false }
          return said
        },
        invalid: ({ data }) => (data === undefined ? undefined : after()),
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
    what: 'A whole answer of the chat API has a choice without a finish reason: nobody can tell why it ended.',
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
    what: 'A choice finishes again, other than in the chunk that brings the usage: clients end twice, or run tools twice.',
    start: perAnswer(() => {
      const lines = new Map<number, number>()
      return {
        chunk({ chunk, line }) {
          const isAccount = hasDelta(chunk, 'usage')
          let said: string | undefined
          for (const delta of chunk.deltas) {
            if (delta.type !== 'finish') continue
            const first = lines.get(delta.choice)
            if (first === undefined && lines.size < MAX_TRACKED) lines.set(delta.choice, line)
            else if (first !== undefined && !isAccount)
              said ??= `choice ${delta.choice} finishes again (first at line ${first})`
          }
          return said
        },
      }
    }),
  },
  {
    name: 'usage-missing',
    what: 'A whole answer says nothing of its usage: its cost is not known.',
    start: perAnswer(() => {
      let isTold = false
      return {
        chunk({ chunk }) {
          isTold ||= hasDelta(chunk, 'usage')
          return undefined
        },
        over({ verdict }) {
          const isMissing = !isTold && isWhole(verdict)
          return isMissing ? 'the answer says nothing of its usage' : undefined
        },
      }
    }),
  },
  {
    name: 'usage-twice',
    what: 'Usage comes in more than one chunk of a chat answer: clients that add it up count too much.',
    start: perAnswer(() => {
      let first: number | undefined
      const once = reportOnce()
      return {
        chunk({ json, chunk, line }) {
          if (!isChat(json) || !hasDelta(chunk, 'usage')) return undefined
          const said = first === undefined ? undefined : once(`usage comes again (first at line ${first})`)
          first ??= line
          return said
        },
      }
    }),
  },
]
