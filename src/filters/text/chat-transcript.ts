import type { AnswerEvent } from '../../core/answer/event.js'
import type { StderrText, Output } from '../../core/stream/output.js'
import type { Stage } from '../../core/stream/stage.js'
import { usageFooter } from './usage-footer.js'

/** Writes a conversation: `Assistant: ` before each answer, and an empty line and the usage footer after it. `content` writes the answer itself. */
export function chatTranscript(content: Stage<AnswerEvent, string | StderrText>): Stage<AnswerEvent, Output> {
  const footer = usageFooter()
  let hasStarted = false
  let last = ''

  function* trackLast(pieces: Iterable<string | StderrText>): Generator<Output> {
    for (const piece of pieces) {
      if (typeof piece === 'string') last = piece.at(-1) ?? last
      yield piece
    }
  }

  return {
    *push(event) {
      if (event.type !== 'answer-end' && !hasStarted) {
        yield 'Assistant: '
        last = ''
        hasStarted = true
      }
      yield* trackLast(content.push(event))
      for (const line of footer.push(event)) yield `${last === '\n' ? '' : '\n'}\n${line}`
      if (event.type === 'answer-end') hasStarted = false
    },
    *end() {
      yield* trackLast(content.end())
    },
  }
}
