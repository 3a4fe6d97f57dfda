import type { Values } from '../cli/command-line/option.js'
import { absentKeyOptions } from './options/network.js'
import { requestEnvironment } from './options/environment.js'
import { REQUEST_OPTIONS } from './options/request.js'
import { readRequestOptions } from './options/request-values.js'
import { answerOptions } from './options/reading.js'
import { inputReader } from '../cli/prompt.js'
import { source } from '../cli/source.js'
import { disableWasmTiering } from '../cli/wasm-tiering.js'
import type { HttpRequest } from '../core/http/request.js'
import type { Environment } from '../core/http/environment.js'
import { parseJson } from '../core/json/json.js'
import { chain, fanOut } from '../core/stream/stage.js'
import { singleUse } from '../client/connect.js'
import { fetchAnswer } from '../client/ask.js'
import { outcomes } from '../core/answer/outcomes.js'
import { coalescedAnswers } from '../core/answer/repeat/coalesced-answers.js'
import { dialects } from '../dialects/index.js'
import { answeredBy, usageSummary } from '../filters/usage/usage-summary.js'
import { chooseProvider, buildRequest } from '../request/call.js'
import { keyFileFor, keyFor, keyFileFailure, keyHint, keyIn, keyPlaceholder } from '../request/keys.js'
import { PROVIDERS } from '../request/providers.js'
import { curlLine } from '../request/curl.js'
import { secretsIn } from '../request/headers.js'
import { maxTimeSetting } from '../request/settings.js'
import { heartbeat } from '../client/heartbeat.js'
import { timeoutsFrom } from '../client/timeouts.js'
import { retryFrom } from '../client/retry.js'

export const orStream = source({
  name: 'or-stream',
  summary: 'Sends a prompt to a model and writes the answer as it arrives: raw SSE, byte for byte.',
  operands: '[prompt…]',
  options: REQUEST_OPTIONS,
  absentOptions: absentKeyOptions('set OPENROUTER_API_KEY, or name a file with --api-key-file'),
  examples: [
    ['or-stream "Why is the sky blue?" | sse-text', 'print an answer while it is written'],
    ['git diff | or-stream "Write a commit message" | sse-text', 'append standard input to the prompt'],
    ['or-stream --save cat.sse "Name a cat" | sse-text', 'keep the answer with its timing, and print it'],
    ['or-stream -a cat.jpg "What is this?" | sse-text', 'ask about a picture'],
    ['or-stream -m openai/gpt-4o-mini -o seed=7 "Name a cat" > cat.sse', 'keep only the stream'],
    ['or-stream --endpoint ollama -m llama3.2 "Name a cat" | sse-text', 'ask a model on this machine'],
  ],
  environment: requestEnvironment(PROVIDERS),
  files: [
    ['NAME.sse', 'recording of --save: the bytes of the body'],
    ['NAME.sse.meta.json', 'its request, status, headers and timing, and how the answer ended'],
  ],
  terminalHint: 'the output is raw SSE; append "| sse-text" to print only the text of the answer',
  writesTrailer: ({ values }) => !(values['no-trailer'] || printsCall(values)),
  deadlines: ({ values }, { environment }) => ({
    maxTime: maxTimeSetting(values['max-time'], environment),
    heartbeat: values.heartbeat,
  }),
  heartbeat,
  async open(line, context) {
    const { environment, shutdown, log } = context
    const { values } = line
    const read = inputReader(context)
    const patience = patienceOf(values, environment)
    const to = chooseProvider(values.endpoint, values['base-url'], environment, values['insecure-http'])
    const isShown = printsCall(values)

    // Before standard input is waited for: a call that can't be made should say so at once.
    const keyFile = isShown ? undefined : keyFileFor(to.value, values['api-key-file'], environment, values.header)
    const fromFile = keyFile && (await readKey(keyFile, read.text))
    const key = isShown ? keyPlaceholder(to.value) : keyFor(to.value, fromFile, environment, values.header)
    for (const secret of [isShown ? undefined : key, ...secretsIn(values.header)]) log.redact(secret ?? '')

    const { call, notes } = buildRequest(await readRequestOptions(line, read), to, key, values.header, environment)
    if (values['dry-run']) return `${call.body}\n`
    if (values.curl) return `${curlLine(call, to.value.keyVariable)}\n`

    const keyNotes = key === undefined ? [] : [`key from ${keyFile ?? to.value.keyVariable}`]
    log.debug(`POST ${call.url.href} (${[...keyNotes, ...notes].join(', ')})`)
    const upstream = { name: to.value.title, keyHint: keyHint(to.value, keyFile) }
    const recording = values.save === undefined ? undefined : await recorded(values.save, call, log.secrets())
    disableWasmTiering()
    const answers = coalescedAnswers(dialects, answerOptions(values))
    const fetched = await fetchAnswer([{ call, upstream }], answers, {
      ...patience,
      connections: singleUse(environment),
      dialects,
      maxEventBytes: values['max-event-bytes'],
      observer: recording,
      signal: shutdown.signal,
      onResponse: ({ status }) => log.debug(`HTTP ${status}${named(', generation ', fetched.generation())}`),
      onRetry: log.info,
    })
    const account = fanOut(chain(usageSummary(), answeredBy(log.debug)), outcomes())
    return {
      bytes: fetched.bytes,
      judge: chain(fetched.answers, account),
      stop: fetched.stop,
      left: () =>
        log.debug(
          `the answer is left${named(`; its cost: GET ${to.value.baseUrl}/generation?id=`, fetched.generation())}`,
        ),
      closed() {
        const file = recording?.finish()
        if (file !== undefined) log.debug(`saved as ${file}`)
      },
    }
  },
})

/** Returns whether the call is printed instead of sent. */
function printsCall(values: Values<typeof REQUEST_OPTIONS>): boolean {
  return values['dry-run'] || values.curl
}

async function readKey(file: string, read: (file: string) => Promise<string>): Promise<string> {
  try {
    return keyIn(file, await read(file))
  } catch (error) {
    throw keyFileFailure(error)
  }
}

/** Returns the timeouts and the retries that the options ask for. */
function patienceOf(values: Values<typeof REQUEST_OPTIONS>, environment: Environment) {
  const all = maxTimeSetting(values['max-time'], environment)?.value
  return {
    retry: retryFrom({ times: values.retry, delay: values['retry-delay'], maxTime: values['retry-max-time'] }, all),
    limits: timeoutsFrom({
      connect: values['connect-timeout'],
      firstByte: values['first-byte-timeout'],
      idle: values['idle-timeout'],
      data: values['data-timeout'],
    }),
  }
}

/** Records what is answered to a call. */
async function recorded(target: string, { method, url, body }: HttpRequest, secrets: readonly string[]) {
  // Loaded on demand, as most calls don't need it.
  const { recorder } = await import('../recordings/recorder.js')
  return recorder(target, { method, path: url.pathname + url.search, body: parseJson(body ?? '') ?? body }, secrets)
}

function named(label: string, name: string | undefined): string {
  return name === undefined ? '' : label + name
}
