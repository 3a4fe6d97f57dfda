import type { Aside, Output } from '../../core/stream/output.js'
import type { ParsedEvent } from '../../core/answer/parse-events.js'
import type { Stage } from '../../core/stream/stage.js'
import type { NextAnswer } from '../../core/answer/judge.js'
import type { Verdict } from '../../core/errors/verdict.js'
import { footer } from './footer.js'

/** Words as lines of a conversation: `Assistant: ` before an answer, an empty line and the footer after it. */
export function chatLog(
  words: Stage<ParsedEvent | NextAnswer, string | Aside>,
  verdict: () => Verdict,
): Stage<ParsedEvent | NextAnswer, Output> {
  const foot = footer(verdict)
  let begun = false
  let last = ''

  function* noted(pieces: Iterable<string | Aside>): Generator<Output> {
    for (const piece of pieces) {
      if (typeof piece === 'string') last = piece.at(-1) ?? last
      yield piece
    }
  }

  function* closed(lines: Iterable<string>): Generator<Output> {
    for (const line of lines) yield `${last === '\n' ? '' : '\n'}\n${line}`
    begun = false
  }

  return {
    *push(reading) {
      if (reading.type === 'next') {
        yield* noted(words.push(reading))
        yield* closed(foot.push(reading))
        return
      }
      if (!begun) yield 'Assistant: '
      if (!begun) last = ''
      begun = true
      yield* noted(words.push(reading))
      for (const _ of foot.push(reading));
    },
    *end() {
      yield* noted(words.end())
      yield* closed(foot.end())
    },
  }
}
