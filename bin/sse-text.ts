#!/usr/bin/env node
import { filter } from '../src/cli/filter.js'
import { reading } from '../src/cli/options.js'
import { answers } from '../src/core/answers.js'
import { chain } from '../src/core/stage.js'
import { dialects } from '../src/dialects/index.js'
import { chatLog } from '../src/filters/chat-log.js'
import { text } from '../src/filters/text.js'

void filter({
  name: 'sse-text',
  summary: 'The words of an answer, as they come; from SSE or from the NDJSON of sse-parse.',
  options: {
    chat: { type: 'flag', what: '"Assistant: " before the answer, model and tokens after it' },
    ...reading,
  },
  examples: [
    ['or-stream "Why is the sky blue?" | sse-text', 'an answer as it is written'],
    ['sse-text answer.sse > answer.txt', 'the words of a recording; the exit status tells whether it is whole'],
  ],
  work: ({ chat, 'max-event-bytes': maxEventBytes }) => {
    const { failure, verdict, warnings, ...judged } = answers(dialects, { maxEventBytes })
    return { stage: chain(judged, chat ? chatLog(verdict) : text()), failure, warnings }
  },
})
