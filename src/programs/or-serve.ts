import { fileURLToPath } from 'node:url'
import type { Values } from '../cli/command-line/option.js'
import type { Program } from '../cli/program.js'
import { absentKeyOptions } from './options/network.js'
import { SERVE_DEFAULTS, SERVE_OPTIONS } from './options/serve.js'
import { keepAlive } from '../client/connect.js'
import { disableWasmTiering } from '../cli/wasm-tiering.js'
import { plural } from '../core/text/plural.js'
import type { Environment } from '../core/http/environment.js'
import { StreamError } from '../core/errors/error.js'
import { randomNumbers } from '../recordings/faults/random.js'
import { dialects } from '../dialects/index.js'
import { recordings, recordingsIn } from '../recordings/load.js'
import { parseSpeed } from '../recordings/pace.js'
import { recordingIndex, indexRecording } from '../recordings/recording-index.js'
import { APIS } from '../request/apis/index.js'
import { forwarder } from '../request/forward.js'
import type { RecordUpstream } from '../server/routes/record.js'
import { apiRoutes } from '../server/routes/apis.js'
import { replayOrRecord } from '../server/routes/recordings.js'
import { serve } from '../server/listen.js'
import { drawFault, parseFaultRates, withFault } from '../server/reply-faults.js'

/** Recordings that are part of the package. */
const SAMPLES = [
  'chat/sample-sky',
  'chat/sample-tides',
  'chat/sample-pipes',
  'responses/sample-sky',
  'messages/sample-sky',
].map((name) => fileURLToPath(new URL(`../../fixtures/${name}/stream.sse`, import.meta.url)))

export const orServe: Program<typeof SERVE_OPTIONS> = {
  name: 'or-serve',
  summary: 'Serves recorded answers as an OpenRouter-compatible API on this machine, and prints its base URL.',
  operands: '[file|folder…]',
  options: SERVE_OPTIONS,
  absentOptions: absentKeyOptions('set OPENROUTER_API_KEY'),
  examples: [
    ['or-serve', 'serve the sample recordings of the package'],
    [
      'export OPENROUTER_BASE_URL=http://127.0.0.1:8765/api/v1',
      'let or-stream ask it for "Why is the sky blue?", without a key or a network',
    ],
    ['or-serve --port 0 --speed max fixtures', 'serve all .sse files of a folder on a free port, without delays'],
    ['or-serve --record recordings', 'forward requests without a recording to OpenRouter, and record the answers'],
    ['or-serve --faults 429=0.2 --seed 7 recordings', 'answer about every fifth request with HTTP 429'],
  ],
  environment: [['OPENROUTER_API_KEY', 'API key for --record; other upstreams have their own, such as GROQ_API_KEY']],
  files: [
    ['NAME.sse', 'recording: the bytes of the body'],
    ['NAME.sse.meta.json', 'the request that it answers, its status, headers and timing; optional'],
  ],
  async run({ values, operands }, { stdout, log, shutdown: { signal }, environment }) {
    const { port = SERVE_DEFAULTS.port, speed = SERVE_DEFAULTS.speed, faults = '', seed = SERVE_DEFAULTS.seed } = values
    const { cors, drain = SERVE_DEFAULTS.drain } = values
    if (!Number.isInteger(port) || port < 0 || port > 65535)
      throw new StreamError('usage', `--port takes 0 to 65535, not ${port}`)
    const [replaySpeed, faultRates, random] = [
      parseSpeed(speed),
      faults === '' ? [] : parseFaultRates(faults),
      randomNumbers(seed),
    ]
    const upstream = upstreamOf(values, operands, environment)
    if (upstream) disableWasmTiering()
    const found = upstream
      ? await recordingsIn(upstream.folder)
      : await recordings(operands.length > 0 ? operands : SAMPLES)
    const index = recordingIndex(
      found.map((recording) => indexRecording(recording, dialects)),
      APIS,
    )
    const playback = { speed: replaySpeed, dialects, upstream, warn: log.warn }

    const endpoint = await serve(
      {
        routes: apiRoutes(APIS, (request, left) => {
          const fault = drawFault(request, faultRates, random)
          const reply = () => replayOrRecord(request, index, playback, left)
          return fault === undefined ? reply() : withFault(fault, request, reply, left)
        }),
        log: log.info,
        origin: cors,
      },
      port,
    )
    try {
      await stdout.write(`${endpoint.url}\n`)
      const recordNote = upstream ? `, recording the rest in ${upstream.folder}` : ''
      log.info(`answering with ${plural(found.length, 'recording')}${recordNote}; Ctrl-C ends it`)
      if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
    } finally {
      await endpoint.close(drain)
      upstream?.connections.close()
    }
    return 0
  },
}

/** Returns the upstream for requests without a recording. Throws `usage`, `no_key` or `bad_config`. */
function upstreamOf(
  { record, upstream, 'client-key': clientKey, 'insecure-http': insecureHttp }: Values<typeof SERVE_OPTIONS>,
  operands: readonly string[],
  environment: Environment,
): RecordUpstream | undefined {
  if (!record && upstream === undefined) return undefined
  const [folder, ...others] = operands
  if (!record) throw new StreamError('usage', '--upstream needs --record')
  if (folder === undefined || others.length > 0)
    throw new StreamError('usage', '--record needs exactly one folder for the recordings')
  return {
    folder: `${folder.replace(/\/+$/, '')}/`,
    connections: keepAlive(environment),
    call: forwarder(upstream, { clientKey, insecureHttp }, environment),
  }
}
