import { filter } from '../cli/filter.js'
import { parseChoice, dialectsFor, ANSWER_OPTIONS, answerOptions } from './options/reading.js'
import { outcomes } from '../core/answer/outcomes.js'
import { coalescedAnswers } from '../core/answer/repeat/coalesced-answers.js'
import { chain, fanOut } from '../core/stream/stage.js'
import { dialects } from '../dialects/index.js'
import { chatLog } from '../filters/text/chat-log.js'
import { footer } from '../filters/text/footer.js'
import { endLine, toStderr } from '../core/stream/tee.js'
import { REASONING, text } from '../filters/text/text.js'

export const sseText = filter({
  name: 'sse-text',
  summary: 'The words of an answer, as they come; from SSE or from the NDJSON of sse-parse.',
  options: {
    choice: {
      type: 'text',
      placeholder: 'N|all',
      description: 'the words of another choice than 0, or of all, one after the other',
    },
    reasoning: {
      type: 'text',
      placeholder: 'WHERE',
      choices: REASONING,
      description: 'where reasoning goes: off (default), stderr, stdout, only',
    },
    chat: { type: 'flag', description: '"Assistant: " before the answer, model and tokens after it' },
    usage: { type: 'flag', short: 'u', description: 'model and tokens to stderr after the answer' },
    final: { type: 'flag', description: 'write everything at once, at the end' },
    newline: { type: 'flag', description: 'end with a newline where the answer has none' },
    ...ANSWER_OPTIONS,
  },
  examples: [
    ['or-stream "Why is the sky blue?" | sse-text', 'an answer as it is written'],
    ['sse-text answer.sse > answer.txt', 'the words of a recording; the exit status tells whether it is whole'],
    ['sse-text --reasoning stderr answer.sse', 'the reasoning beside the words'],
  ],
  begin({ choice, reasoning = 'off', chat, usage, final, newline, ...options }) {
    const table = dialectsFor(dialects, options.dialect)
    const how = answerOptions(options)
    const wanted = { choice: parseChoice(choice), reasoning }
    return {
      atOnce: final,
      pipeline() {
        const words = chat ? chatLog(text(wanted)) : text(wanted)
        const shown = usage ? fanOut(words, toStderr(footer())) : words
        return chain(coalescedAnswers(table, how), fanOut(newline ? endLine(shown) : shown, outcomes()))
      },
    }
  },
})
