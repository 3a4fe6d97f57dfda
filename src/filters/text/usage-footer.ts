import type { AnswerEvent } from '../../core/answer/event.js'
import type { Stage } from '../../core/stream/stage.js'
import { oneLine } from '../../core/text/terminal.js'
import { usageSummary } from '../usage/usage-summary.js'

/** Writes a line after each answer with its model and its tokens: `[Model: … | Tokens: …]`. */
export function usageFooter(): Stage<AnswerEvent, string> {
  let account = usageSummary()
  let hasBegun = false

  return {
    *push(event) {
      if (event.type !== 'answer-end') {
        hasBegun = true
        for (const _ of account.push(event));
        return
      }
      if (!hasBegun) return
      for (const _ of account.push(event));
      for (const { model, total_tokens: total } of account.end())
        yield `[Model: ${oneLine(model ?? 'unknown')} | Tokens: ${total ?? 'unknown'}]\n`
      account = usageSummary()
      hasBegun = false
    },
    end: () => [],
  }
}
