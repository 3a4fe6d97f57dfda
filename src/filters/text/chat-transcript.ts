import type { AnswerEvent } from '../../core/answer/event.js'
import type { StderrText, Output } from '../../core/stream/output.js'
import type { Stage } from '../../core/stream/stage.js'
import { usageFooter } from './usage-footer.js'

/** Writes text as a conversation: `Assistant: ` before each answer, an empty line and the footer after it. */
export function chatTranscript(words: Stage<AnswerEvent, string | StderrText>): Stage<AnswerEvent, Output> {
  const foot = usageFooter()
  let hasBegun = false
  let last = ''

  function* noted(pieces: Iterable<string | StderrText>): Generator<Output> {
    for (const piece of pieces) {
      if (typeof piece === 'string') last = piece.at(-1) ?? last
      yield piece
    }
  }

  return {
    *push(event) {
      if (event.type !== 'answer-end' && !hasBegun) {
        yield 'Assistant: '
        last = ''
        hasBegun = true
      }
      yield* noted(words.push(event))
      for (const line of foot.push(event)) yield `${last === '\n' ? '' : '\n'}\n${line}`
      if (event.type === 'answer-end') hasBegun = false
    },
    *end() {
      yield* noted(words.end())
    },
  }
}
