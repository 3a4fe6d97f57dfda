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
      description: 'print this choice, or all choices one after the other',
      default: '0',
    },
    reasoning: {
      type: 'text',
      placeholder: 'WHERE',
      description: 'where to print the reasoning; "only" prints nothing else',
      choices: REASONING,
      default: REASONING[0],
    },
    chat: {
      type: 'flag',
      description: 'print "Assistant: " before the answer, and the model name and token counts after it',
    },
    usage: {
      type: 'flag',
      short: 'u',
      description: 'print the model name and token counts on stderr after the answer',
    },
    final: { type: 'flag', description: 'write the whole answer at once, at the end' },
    newline: { type: 'flag', description: 'end the output with a newline' },
    ...ANSWER_OPTIONS,
  },
  examples: [
    ['or-stream "Why is the sky blue?" | sse-text', 'print an answer as it arrives'],
    ['sse-text answer.sse > answer.txt', 'extract the text; the exit status is not 0 if it is incomplete'],
    ['sse-text --reasoning stderr answer.sse', 'print the reasoning on stderr'],
  ],
  begin({ choice, reasoning = 'off', chat, usage, final, newline, ...options }) {
    const candidates = dialectsFor(options.dialect)
    const parseOptions = answerOptions(options)
    const selection = { choice: parseChoice(choice), reasoning }
    return {
      isBuffered: final,
      pipeline() {
        const words = chat ? chatTranscript(text(selection)) : text(selection)
        const output = usage ? fanOut(words, toStderr(usageFooter())) : words
        return chain(
          coalescedAnswers(candidates, parseOptions),
          fanOut(newline ? withFinalNewline(output) : output, outcomes()),
        )
      },
    }
  },
})
