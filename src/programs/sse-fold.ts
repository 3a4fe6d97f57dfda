import { filter } from '../cli/filter.js'
import { parseChoice, dialectsFor, ANSWER_OPTIONS, answerOptions } from './options/reading.js'
import { chain } from '../core/stream/stage.js'
import { foldAnswers } from '../filters/fold/fold.js'
import { foldLines, parseFoldedPart } from '../filters/fold/fold-lines.js'

export const sseFold = filter({
  name: 'sse-fold',
  summary: 'Prints the answer as one JSON object, as the API returns it without streaming.',
  options: {
    message: {
      type: 'flag',
      description: 'print only the message, ready to be sent back; nothing if the answer is incomplete',
    },
    'tool-calls': {
      type: 'flag',
      description: 'print only the finished tool calls, one per line, with parsed arguments',
    },
    choice: {
      type: 'text',
      placeholder: 'N|all',
      description: 'with --message or --tool-calls: use this choice, or all',
      default: '0',
    },
    partial: {
      type: 'flag',
      description: 'also print what arrived of an incomplete or failed answer, marked "incomplete"',
    },
    ...ANSWER_OPTIONS,
  },
  examples: [
    ['sse-fold answer.sse | jq -r .choices[0].message.content', 'extract the text with jq'],
    ['sse-fold --message answer.sse', 'print the message that continues the conversation'],
    [
      'sse-fold --tool-calls answer.sse',
      'print the tool calls, such as {"id":"call_1","name":"look","arguments":{"q":1}}',
    ],
  ],
  begin({ dialect, choice, partial, ...options }) {
    const candidates = dialectsFor(dialect)
    const parseOptions = answerOptions(options)
    const selection = { part: parseFoldedPart({ choice, partial, ...options }), choice: parseChoice(choice), partial }
    return { pipeline: () => chain(foldAnswers(candidates, parseOptions), foldLines(selection)) }
  },
})
