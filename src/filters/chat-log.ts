import type { Reading } from '../core/readings.js'
import type { Stage } from '../core/stage.js'
import type { NextAnswer, Verdict } from '../core/verdict.js'
import { report } from './report.js'
import { text } from './text.js'

/** The words as a line of a conversation: `Assistant: ` before an answer, and after it who gave it and its tokens. */
export function chatLog(verdict: () => Verdict): Stage<Reading | NextAnswer, string> {
  let words = text()
  let account = report(verdict)
  let begun = false
  let last = ''

  function* close(): Generator<string> {
    if (!begun) return
    for (const { model, total_tokens } of account.end()) {
      yield `${last === '\n' ? '' : '\n'}\n[Model: ${model ?? 'unknown'} | Tokens: ${total_tokens ?? 'unknown'}]\n`
    }
    words = text()
    account = report(verdict)
    begun = false
  }

  return {
    *push(reading) {
      if (reading.type === 'next') {
        yield* close()
        return
      }
      if (!begun) yield 'Assistant: '
      begun = true
      for (const _ of account.push(reading));
      for (const piece of words.push(reading)) {
        last = piece.at(-1) ?? last
        yield piece
      }
    },
    end: close,
  }
}
