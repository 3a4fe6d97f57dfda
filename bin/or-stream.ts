#!/usr/bin/env node
import { asked, asking } from '../src/cli/asking.js'
import { readingOf } from '../src/cli/options.js'
import { reader } from '../src/cli/prompt.js'
import { source } from '../src/cli/source.js'
import { answers } from '../src/core/answers.js'
import { gate } from '../src/core/gate.js'
import { chain } from '../src/core/stage.js'
import { dialects } from '../src/dialects/index.js'
import { answeredBy, report } from '../src/filters/report.js'
import { APIS } from '../src/request/apis.js'
import { compose } from '../src/request/body.js'
import { callOf, endpoint, ENVIRONMENT, keyFileFor, keyFor, keyHint, shownKey } from '../src/request/call.js'
import { curlLine } from '../src/request/curl.js'
import { secretsIn } from '../src/request/headers.js'
import { maxTimeSetting } from '../src/request/settings.js'
import { limitsFrom } from '../src/transport/limits.js'
import { retryFrom } from '../src/transport/retry.js'

void source({
  name: 'or-stream',
  summary: 'Asks a model at OpenRouter, and writes the answer as it comes: raw SSE, byte for byte.',
  operands: '[prompt…]',
  options: asking,
  examples: [
    ['or-stream "Why is the sky blue?" | sse-text', 'an answer as it is written'],
    ['git diff | or-stream "Write a commit message" | sse-text', 'standard input is added to the prompt'],
    ['or-stream -a cat.jpg "What is this?" | sse-text', 'a question about a picture'],
    ['or-stream -m openai/gpt-4o-mini -o seed=7 "Name a cat" > cat.sse', 'keep the stream'],
    ['or-stream --endpoint ollama -m llama3.2 "Name a cat" | sse-text', 'ask a model on this machine'],
  ],
  environment: ENVIRONMENT,
  withoutTrailer: ['--no-trailer', '--dry-run', '--curl'],
  pace: ({ values }, { environment }) => ({
    maxTime: maxTimeSetting(values['max-time'], environment),
    heartbeat: values.heartbeat,
  }),
  async open(line, world) {
    const { environment, interruption, say } = world
    const { values } = line
    const read = reader(world)
    const how = readingOf({ ...values, dialect: undefined })
    const retry = retryFrom(
      { times: values.retry, delay: values['retry-delay'], maxTime: values['retry-max-time'] },
      maxTimeSetting(values['max-time'], environment)?.value,
    )
    const to = endpoint(values.endpoint, values['base-url'], environment, values['insecure-http'])

    // Before standard input is waited for: a call that can't be made should say so at once.
    const sends = !values['dry-run'] && !values.curl
    const keyFile = sends ? keyFileFor(to.value, values['api-key-file'], environment) : undefined
    const key = sends
      ? keyFor(to.value, keyFile && (await read.text(keyFile)), environment, values.header)
      : shownKey(to.value)
    for (const secret of [sends ? key : undefined, ...secretsIn(values.header)]) say.keep(secret ?? '')
    const keyNotes = key === undefined ? [] : [`key from ${keyFile ?? to.value.keyVariable}`]

    const wish = await asked(line, read)
    const { body, notes } = compose(wish, to.value, environment)
    if (values['dry-run']) return `${body}\n`
    const call = callOf(to.value, APIS[wish.api].path, key, body, values.header, environment)
    if (values.curl) return `${curlLine(call, to.value.keyVariable)}\n`

    say.note(`POST ${call.url.href} (${[`base URL from ${to.from}`, ...keyNotes, ...notes].join(', ')})`)
    const { failure, verdict, id, ...judged } = answers(dialects, how)
    let generation: string | undefined
    const { fetchStream } = await import('../src/transport/attempts.js')
    const bytes = fetchStream(
      call,
      { name: to.value.title, keyHint: keyHint(to.value, keyFile) },
      {
        signal: interruption.signal,
        environment,
        retry,
        limits: limitsFrom({
          connect: values['connect-timeout'],
          firstByte: values['first-byte-timeout'],
          idle: values['idle-timeout'],
          data: values['data-timeout'],
        }),
        gate: () => gate(dialects),
        opened({ status, headers }) {
          generation = headers.get('x-generation-id')
          say.note(`HTTP ${status}${generation === undefined ? '' : `, generation ${generation}`}`)
        },
        again: say.tell,
      },
    )
    const account = chain(judged, chain(report(verdict), answeredBy(say.note)))
    const left = () => {
      const name = generation ?? id()
      if (name !== undefined)
        say.note(`left generation ${name}; what it cost tells GET ${to.value.baseUrl}/generation?id=${name}`)
    }
    return { bytes, judge: { ...account, failure }, left }
  },
})
