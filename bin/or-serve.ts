#!/usr/bin/env node
import { fileURLToPath } from 'node:url'
import type { Values } from '../src/cli/argv.js'
import { main } from '../src/cli/main.js'
import { serving } from '../src/programs/options/serve.js'
import { disableWasmTiering } from '../src/cli/wasm-tiering.js'
import { plural } from '../src/core/text/plural.js'
import type { Environment } from '../src/core/http/environment.js'
import { StreamError } from '../src/core/errors/error.js'
import { randomNumbers } from '../src/recordings/faults/random.js'
import { dialects } from '../src/dialects/index.js'
import { recordings, recordingsIn } from '../src/recordings/load.js'
import { speedOf } from '../src/recordings/pace.js'
import { shelf, shelved } from '../src/recordings/recording-index.js'
import { APIS } from '../src/request/apis/index.js'
import { passing } from '../src/request/forward.js'
import type { Upstream } from '../src/server/routes/record.js'
import { answerTo } from '../src/server/routes/recordings.js'
import { serve } from '../src/server/listen.js'
import { faultFor, faultsOf, spoilt } from '../src/server/reply-faults.js'

/** The recordings that come with the package. */
const SAMPLES = [
  'chat/sample-sky',
  'chat/sample-tides',
  'chat/sample-pipes',
  'responses/sample-sky',
  'messages/sample-sky',
].map((name) => fileURLToPath(new URL(`../../fixtures/${name}/stream.sse`, import.meta.url)))

const DEFAULT_PORT = 8765
const DEFAULT_DRAIN = 3000

void main({
  name: 'or-serve',
  summary:
    'An OpenRouter-compatible endpoint on this machine that answers with recorded streams, and prints its base URL.',
  operands: '[file|folder…]',
  options: serving,
  examples: [
    ['or-serve', 'serve the samples that come with the package, in turn'],
    [
      'OPENROUTER_BASE_URL=http://127.0.0.1:8765/api/v1 or-stream hello | sse-text',
      'ask it, without a key and without network',
    ],
    ['or-serve --port 0 --speed max fixtures', 'serve every .sse file in a folder, for a test'],
    ['or-serve --record recordings', 'ask OpenRouter what is not recorded yet, and keep the answer'],
    [
      'or-serve --faults 429=0.2,cut=0.1 --seed 7 recordings',
      'let every fifth request, more or less, meet a rate limit',
    ],
  ],
  environment: [['OPENROUTER_API_KEY', 'the key for --record (so for the others: GROQ_API_KEY …)']],
  async run({ values, operands }, { stdout, say, interruption: { signal }, environment }) {
    const { port = DEFAULT_PORT, speed = '1', faults = '', seed = 1, cors, drain = DEFAULT_DRAIN } = values
    if (!Number.isInteger(port) || port < 0 || port > 65535)
      throw new StreamError('usage', `--port takes 0 to 65535, not ${port}`)
    const [pace, mishaps, random] = [speedOf(speed), faults === '' ? [] : faultsOf(faults), randomNumbers(seed)]
    const upstream = upstreamOf(values, operands, environment)
    if (upstream) disableWasmTiering()
    const found = upstream
      ? await recordingsIn(upstream.folder)
      : await recordings(operands.length > 0 ? operands : SAMPLES)
    const all = shelf(
      found.map((recording) => shelved(recording, dialects)),
      APIS,
    )
    const playing = { speed: pace, dialects, upstream, warn: say.warn }

    const endpoint = await serve(
      {
        respond(request, left) {
          const fault = faultFor(request, mishaps, random)
          const reply = () => answerTo(request, all, playing, left)
          return fault === undefined ? reply() : spoilt(fault, request, reply, left)
        },
        apis: APIS,
        log: say.tell,
        origin: cors,
      },
      port,
    )
    try {
      await stdout.write(`${endpoint.url}\n`)
      const recording = upstream ? `, recording the rest in ${upstream.folder}` : ''
      say.tell(`answering with ${plural(found.length, 'recording')}${recording}; Ctrl-C ends it`)
      if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
    } finally {
      await endpoint.close(drain)
    }
    return 0
  },
})

/** Where requests go that no recording answers. Throws `usage`, `no_key` or `bad_config`. */
function upstreamOf(
  { record, upstream, 'client-key': clientKey, 'insecure-http': insecureHttp }: Values<typeof serving>,
  operands: readonly string[],
  environment: Environment,
): Upstream | undefined {
  if (!record && upstream === undefined) return undefined
  const [folder, ...others] = operands
  if (!record) throw new StreamError('usage', '--upstream is for --record')
  if (folder === undefined || others.length > 0)
    throw new StreamError('usage', '--record takes one folder, which it adds to')
  return {
    folder: `${folder.replace(/\/+$/, '')}/`,
    environment,
    call: passing(upstream, { clientKey, insecureHttp }, environment),
  }
}
