import { filter } from '../cli/filter.js'
import { parseChoice, dialectsFor, ANSWER_OPTIONS, answerOptions } from './options/reading.js'
import { outcomes } from '../core/answer/outcomes.js'
import { coalescedAnswers } from '../core/answer/repeat/coalesced-answers.js'
import { chain, fanOut } from '../core/stream/stage.js'
import { chatTranscript } from '../filters/text/chat-transcript.js'
import { usageFooter } from '../filters/text/usage-footer.js'
import { withFinalNewline, toStderr } from '../core/stream/tee.js'
import { REASONING, text } from '../filters/text/text.js'

export const sseText = filter({
  name: 'sse-text',
  summary: 'Prints the text of an answer as it arrives.',
  options: {
    choice: {
      type: 'text',
      placeholder: 'N|all',
      description: 'print this choice, or all of them one after the other',
      default: '0',
    },
    reasoning: {
      type: 'text',
      placeholder: 'WHERE',
      description: 'where to print reasoning',
      choices: REASONING,
      default: REASONING[0],
    },
    chat: { type: 'flag', description: 'print "Assistant: " before the answer, model and tokens after it' },
    usage: { type: 'flag', short: 'u', description: 'print model and tokens on stderr after the answer' },
    final: { type: 'flag', description: 'write everything at once, at the end' },
    newline: { type: 'flag', description: 'end the output with a newline' },
    ...ANSWER_OPTIONS,
  },
  examples: [
    ['or-stream "Why is the sky blue?" | sse-text', 'print an answer while it is written'],
    ['sse-text answer.sse > answer.txt', 'extract the text; the exit status tells if it is whole'],
    ['sse-text --reasoning stderr answer.sse', 'print the reasoning on stderr'],
  ],
  begin({ choice, reasoning = 'off', chat, usage, final, newline, ...options }) {
    const table = dialectsFor(options.dialect)
    const how = answerOptions(options)
    const wanted = { choice: parseChoice(choice), reasoning }
    return {
      isBuffered: final,
      pipeline() {
        const words = chat ? chatTranscript(text(wanted)) : text(wanted)
        const shown = usage ? fanOut(words, toStderr(usageFooter())) : words
        return chain(coalescedAnswers(table, how), fanOut(newline ? withFinalNewline(shown) : shown, outcomes()))
      },
    }
  },
})
