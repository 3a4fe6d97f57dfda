import type { AnswerEvent } from '../../core/answer/event.js'
import type { Stage } from '../../core/stream/stage.js'
import { oneLine } from '../../core/text/terminal.js'
import { usageSummary } from '../usage/usage-summary.js'

/** Writes a line with the model and the total tokens after each answer: `[Model: … | Tokens: …]`. */
export function usageFooter(): Stage<AnswerEvent, string> {
  let summary = usageSummary()
  let hasStarted = false

  return {
    *push(event) {
      if (event.type !== 'answer-end') {
        hasStarted = true
        for (const _ of summary.push(event));
        return
      }
      if (!hasStarted) return
      for (const _ of summary.push(event));
      for (const { model, total_tokens: total } of summary.end())
        yield `[Model: ${oneLine(model ?? 'unknown')} | Tokens: ${total ?? 'unknown'}]\n`
      summary = usageSummary()
      hasStarted = false
    },
    end: () => [],
  }
}
