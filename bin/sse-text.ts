#!/usr/bin/env node
import { filter } from '../src/cli/filter.js'
import { choiceOf, chosen, reading, readingOf } from '../src/programs/options/reading.js'
import { outcomes } from '../src/core/answer/outcomes.js'
import { coalescedAnswers } from '../src/core/answer/repeat/coalesced-answers.js'
import { chain, fanOut } from '../src/core/stream/stage.js'
import { dialects } from '../src/dialects/index.js'
import { chatLog } from '../src/filters/text/chat-log.js'
import { footer } from '../src/filters/text/footer.js'
import { endLine, toStderr } from '../src/core/stream/tee.js'
import { REASONING, text } from '../src/filters/text/text.js'

void filter({
  name: 'sse-text',
  summary: 'The words of an answer, as they come; from SSE or from the NDJSON of sse-parse.',
  options: {
    choice: {
      type: 'text',
      value: 'N|all',
      what: 'the words of another choice than 0, or of all, one after the other',
    },
    reasoning: {
      type: 'text',
      value: 'WHERE',
      oneOf: REASONING,
      what: 'where reasoning goes: off (default), stderr, stdout, only',
    },
    chat: { type: 'flag', what: '"Assistant: " before the answer, model and tokens after it' },
    usage: { type: 'flag', short: 'u', what: 'model and tokens to stderr after the answer' },
    final: { type: 'flag', what: 'write everything at once, at the end' },
    newline: { type: 'flag', what: 'end with a newline where the answer has none' },
    ...reading,
  },
  examples: [
    ['or-stream "Why is the sky blue?" | sse-text', 'an answer as it is written'],
    ['sse-text answer.sse > answer.txt', 'the words of a recording; the exit status tells whether it is whole'],
    ['sse-text --reasoning stderr answer.sse', 'the reasoning beside the words'],
  ],
  begin({ choice, reasoning = 'off', chat, usage, final, newline, ...options }) {
    const table = chosen(dialects, options.dialect)
    const how = readingOf(options)
    const wanted = { choice: choiceOf(choice), reasoning }
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
