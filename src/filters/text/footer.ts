import type { ParsedEvent } from '../../core/answer/parse-events.js'
import type { Stage } from '../../core/stream/stage.js'
import type { NextAnswer } from '../../core/answer/judge.js'
import type { Verdict } from '../../core/errors/verdict.js'
import { oneLine } from '../../core/text/terminal.js'
import { report } from '../usage/report.js'

/** A line after each answer that tells who gave it and its tokens: `[Model: … | Tokens: …]`. */
export function footer(verdict: () => Verdict): Stage<ParsedEvent | NextAnswer, string> {
  let account = report(verdict)
  let begun = false

  function* close(): Generator<string> {
    if (!begun) return
    for (const { model, total_tokens: total } of account.end())
      yield `[Model: ${oneLine(model ?? 'unknown')} | Tokens: ${total ?? 'unknown'}]\n`
    account = report(verdict)
    begun = false
  }

  return {
    *push(reading) {
      if (reading.type === 'next') yield* close()
      else {
        begun = true
        for (const _ of account.push(reading));
      }
    },
    end: close,
  }
}
