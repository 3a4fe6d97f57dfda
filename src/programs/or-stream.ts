import type { Values } from '../cli/command-line/option.js'
import { absentKeyOptions } from './options/network.js'
import { requestEnvironment } from './options/request-environment.js'
import { REQUEST_OPTIONS } from './options/request-options.js'
import { readRequestOptions } from './options/request-values.js'
import { answerOptions } from './options/reading.js'
import { inputReader } from '../cli/prompt.js'
import { source } from '../cli/source.js'
import { disableWasmTiering } from '../cli/wasm-tiering.js'
import type { HttpRequest } from '../core/http/http-request.js'
import type { Environment } from '../core/http/environment.js'
import { parseJson } from '../core/json/json.js'
import { chain, fanOut } from '../core/stream/stage.js'
import { singleUse } from '../client/connect.js'
import { fetchAnswer } from '../client/ask.js'
import { outcomes } from '../core/answer/outcomes.js'
import { coalescedAnswers } from '../core/answer/repeat/coalesced-answers.js'
import { dialects } from '../dialects/index.js'
import { logOrigin, usageSummary } from '../filters/usage/usage-summary.js'
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
  absentOptions: absentKeyOptions('set OPENROUTER_API_KEY or use --api-key-file'),
  examples: [
    ['or-stream "Why is the sky blue?" | sse-text', 'print an answer as it arrives'],
    ['git diff | or-stream "Write a commit message" | sse-text', 'append standard input to the prompt'],
    ['or-stream --save cat.sse "Name a cat" | sse-text', 'save the answer with its timing, and print it'],
    ['or-stream -a cat.jpg "What is this?" | sse-text', 'ask about an image'],
    ['or-stream -m openai/gpt-4o-mini -o seed=7 "Name a cat" > cat.sse', 'save the raw stream'],
    ['or-stream --endpoint ollama -m llama3.2 "Name a cat" | sse-text', 'use a model on this machine'],
  ],
  environment: requestEnvironment(PROVIDERS),
  files: [
    ['NAME.sse', 'recording of --save: the bytes of the body'],
    ['NAME.sse.meta.json', 'its request, status, headers and timing, and how the answer ended'],
  ],
  terminalHint: 'the output is raw SSE; append "| sse-text" to print only the text of the answer',
  writesTrailer: ({ values }) => !(values['no-trailer'] || printsRequest(values)),
  deadlines: ({ values }, { environment }) => ({
    maxTime: maxTimeSetting(values['max-time'], environment),
    heartbeat: values.heartbeat,
  }),
  heartbeat,
  async open(line, context) {
    const { environment, shutdown, log } = context
    const { values } = line
    const reader = inputReader(context)
    const limits = timeoutsAndRetries(values, environment)
    const provider = chooseProvider(values.endpoint, values['base-url'], environment, values['insecure-http'])
    const isPrinted = printsRequest(values)

    // Before reading standard input, so that a missing key is reported at once.
    const keyFile = isPrinted
      ? undefined
      : keyFileFor(provider.value, values['api-key-file'], environment, values.header)
    const fileKey = keyFile && (await readKey(keyFile, reader.text))
    const key = isPrinted ? keyPlaceholder(provider.value) : keyFor(provider.value, fileKey, environment, values.header)
    for (const secret of [isPrinted ? undefined : key, ...secretsIn(values.header)]) log.redact(secret ?? '')

    const { call, notes } = buildRequest(
      await readRequestOptions(line, reader),
      provider,
      key,
      values.header,
      environment,
    )
    if (values['dry-run']) return `${call.body}\n`
    if (values.curl) return `${curlLine(call, provider.value.keyVariable)}\n`

    const keyNotes = key === undefined ? [] : [`key from ${keyFile ?? provider.value.keyVariable}`]
    log.debug(`POST ${call.url.href} (${[...keyNotes, ...notes].join(', ')})`)
    const upstream = { name: provider.value.title, keyHint: keyHint(provider.value, keyFile) }
    const recording = values.save === undefined ? undefined : await answerRecorder(values.save, call, log.secrets())
    disableWasmTiering()
    const answers = coalescedAnswers(dialects, answerOptions(values))
    const fetched = await fetchAnswer([{ call, upstream }], answers, {
      ...limits,
      connections: singleUse(environment),
      dialects,
      maxEventBytes: values['max-event-bytes'],
      observer: recording,
      signal: shutdown.signal,
      onResponse: ({ status }) => log.debug(`HTTP ${status}${labelled(', generation ', fetched.generation())}`),
      onRetry: log.info,
    })
    const report = fanOut(chain(usageSummary(), logOrigin(log.debug)), outcomes())
    return {
      bytes: fetched.bytes,
      judge: chain(fetched.answers, report),
      stop: fetched.stop,
      onAbandon: () =>
        log.debug(
          `answer abandoned${labelled(`; for its cost: GET ${provider.value.baseUrl}/generation?id=`, fetched.generation())}`,
        ),
      onClose() {
        const file = recording?.finish()
        if (file !== undefined) log.debug(`saved as ${file}`)
      },
    }
  },
})

/** Returns true if the request is printed instead of sent. */
function printsRequest(values: Values<typeof REQUEST_OPTIONS>): boolean {
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
function timeoutsAndRetries(values: Values<typeof REQUEST_OPTIONS>, environment: Environment) {
  const maxTime = maxTimeSetting(values['max-time'], environment)?.value
  return {
    retry: retryFrom({ times: values.retry, delay: values['retry-delay'], maxTime: values['retry-max-time'] }, maxTime),
    limits: timeoutsFrom({
      connect: values['connect-timeout'],
      firstByte: values['first-byte-timeout'],
      idle: values['idle-timeout'],
      data: values['data-timeout'],
    }),
  }
}

/** Returns a recorder for the answer to a call. */
async function answerRecorder(target: string, { method, url, body }: HttpRequest, secrets: readonly string[]) {
  // Loaded on demand, because most calls do not need it.
  const { recorder } = await import('../recordings/recorder.js')
  return recorder(target, { method, path: url.pathname + url.search, body: parseJson(body ?? '') ?? body }, secrets)
}

function labelled(label: string, name: string | undefined): string {
  return name === undefined ? '' : label + name
}
