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
    ['or-stream --schema a.json "Name a cat" | sse-json --schema a.json', 'print a checked value, or nothing'],
    ['or-stream "Ten cats, as a JSON array" | sse-json --each . | head -n 3', 'print the first three early'],
    ['sse-json --snapshots answer.sse', 'print the value as it grows'],
    ['sse-json --from tool:get_weather answer.sse', 'print the arguments of a tool call'],
  ],
  async begin({ choice, ...options }, _, read) {
    const { every, schema: file } = options
    const table = dialectsFor(options.dialect)
    const how = answerOptions(options)
    const wanted = { ...parseJsonQuery(options), maxBytes: how.maxEventBytes, choice: parseChoiceIndex(choice) }
    const schema = file === undefined ? undefined : await checkerIn(file, read)
    return {
      pipeline() {
        const values = json(wanted, schema)
        const throttle = every === undefined ? undefined : { every, clock }
        return chain(parseAnswers(table, how), options.snapshots ? snapshots(values, values.partial, throttle) : values)
      },
    }
  },
})

/** The schema in a file. Loaded on demand, as most calls don't need it. */
async function checkerIn(file: string, read: (file: string) => Promise<string>) {
  const { compileSchema: checkerOf } = await import('../filters/json/schema.js')
  return checkerOf(await read(file), file)
}
