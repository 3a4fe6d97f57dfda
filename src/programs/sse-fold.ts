import { filter } from '../cli/filter.js'
import { parseChoice, dialectsFor, ANSWER_OPTIONS, answerOptions } from './options/reading.js'
import { chain } from '../core/stream/stage.js'
import { dialects } from '../dialects/index.js'
import { fold } from '../filters/fold/fold.js'
import { foldLines, partOf } from '../filters/fold/fold-lines.js'

export const sseFold = filter({
  name: 'sse-fold',
  summary: 'The whole answer as the one JSON object that the call without a stream would have returned.',
  options: {
    message: {
      type: 'flag',
      description: 'only the message, ready to be sent back; of an answer that is not whole nothing',
    },
    'tool-calls': { type: 'flag', description: 'only the finished tool calls, one a line, their arguments parsed' },
    choice: {
      type: 'text',
      placeholder: 'N|all',
      description: 'with one of these: of another choice than 0, or of all',
    },
    ...ANSWER_OPTIONS,
  },
  examples: [
    ['or-stream "Why is the sky blue?" | sse-fold | jq -r .choices[0].message.content', 'the answer, picked with jq'],
    ['sse-fold --message answer.sse', 'what goes on with the conversation'],
    ['sse-fold --tool-calls answer.sse', '{"id":"call_1","name":"look","arguments":{"q":1}}'],
  ],
  begin({ dialect, choice, ...options }) {
    const table = dialectsFor(dialects, dialect)
    const how = answerOptions(options)
    const wanted = { part: partOf({ choice, ...options }), choice: parseChoice(choice) }
    return { pipeline: () => chain(fold(table, how), foldLines(wanted)) }
  },
})
