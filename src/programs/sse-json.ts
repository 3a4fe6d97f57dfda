import { clock } from '../cli/clock.js'
import { filter } from '../cli/filter.js'
import { dialectsFor, parseChoiceIndex, ANSWER_OPTIONS, answerOptions } from './options/reading.js'
import { parseAnswers } from '../core/answer/answers.js'
import { chain } from '../core/stream/stage.js'
import { json } from '../filters/json/json-lines.js'
import { JSON_OPTIONS, parseJsonQuery } from '../filters/json/json-options.js'
import { snapshots } from '../filters/json/snapshots.js'

export const sseJson = filter({
  name: 'sse-json',
  summary: 'Prints the JSON of an answer: the whole value, the value so far, or each element as it closes.',
  options: { ...JSON_OPTIONS, ...ANSWER_OPTIONS },
  examples: [
    [
      'or-stream --schema a.json "Name a cat" | sse-json --schema a.json',
      'print the value if it matches the schema, or nothing',
    ],
    [
      'or-stream "Ten cats, as a JSON array" | sse-json --each . | head -n 3',
      'print the first three elements as soon as they are complete',
    ],
    ['sse-json --snapshots answer.sse', 'print the value as it grows'],
    ['sse-json --from tool:get_weather answer.sse', 'print the arguments of a tool call'],
  ],
  async begin({ choice, ...options }, _, read) {
    const { every, schema: file } = options
    const candidates = dialectsFor(options.dialect)
    const parseOptions = answerOptions(options)
    const query = { ...parseJsonQuery(options), maxBytes: parseOptions.maxEventBytes, choice: parseChoiceIndex(choice) }
    const schema = file === undefined ? undefined : await readSchema(file, read)
    return {
      pipeline() {
        const values = json(query, schema)
        const throttle = every === undefined ? undefined : { every, clock }
        return chain(
          parseAnswers(candidates, parseOptions),
          options.snapshots ? snapshots(values, values.partial, throttle) : values,
        )
      },
    }
  },
})

/** Compiles the schema in a file. The compiler is loaded on demand, because most calls do not need it. */
async function readSchema(file: string, read: (file: string) => Promise<string>) {
  const { compileSchema } = await import('../filters/json/schema.js')
  return compileSchema(await read(file), file)
}
