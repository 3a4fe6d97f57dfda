#!/usr/bin/env node
import { filter } from '../src/cli/filter.js'
import { choiceOf, chosen, reading, readingOf } from '../src/programs/options/reading.js'
import { chain } from '../src/core/stream/stage.js'
import { dialects } from '../src/dialects/index.js'
import { fold } from '../src/filters/fold/fold.js'
import { foldLines, partOf } from '../src/filters/fold/fold-lines.js'

void filter({
  name: 'sse-fold',
  summary: 'The whole answer as the one JSON object that the call without a stream would have returned.',
  options: {
    message: { type: 'flag', what: 'only the message, ready to be sent back; of an answer that is not whole nothing' },
    'tool-calls': { type: 'flag', what: 'only the finished tool calls, one a line, their arguments parsed' },
    choice: { type: 'text', value: 'N|all', what: 'with one of these: of another choice than 0, or of all' },
    ...reading,
  },
  examples: [
    ['or-stream "Why is the sky blue?" | sse-fold | jq -r .choices[0].message.content', 'the answer, picked with jq'],
    ['sse-fold --message answer.sse', 'what goes on with the conversation'],
    ['sse-fold --tool-calls answer.sse', '{"id":"call_1","name":"look","arguments":{"q":1}}'],
  ],
  begin({ dialect, choice, ...options }) {
    const table = chosen(dialects, dialect)
    const how = readingOf(options)
    const wanted = { part: partOf({ choice, ...options }), choice: choiceOf(choice) }
    return { pipeline: () => chain(fold(table, how), foldLines(wanted)) }
  },
})
