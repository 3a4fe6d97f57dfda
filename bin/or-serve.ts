#!/usr/bin/env node
import { fileURLToPath } from 'node:url'
import { main } from '../src/cli/main.js'
import { counted } from '../src/core/counted.js'
import { StreamError } from '../src/core/errors.js'
import { recognise } from '../src/core/recognise.js'
import { dialects } from '../src/dialects/index.js'
import { blocks } from '../src/recordings/blocks.js'
import { recordings } from '../src/recordings/find.js'
import { gap, speedOf } from '../src/recordings/pace.js'
import { serve } from '../src/server/endpoint.js'

/** The recordings that come with the package. */
const SAMPLES = [
  'chat/sample-sky',
  'chat/sample-tides',
  'chat/sample-pipes',
  'responses/sample-sky',
  'messages/sample-sky',
].map((name) => new URL(`../../fixtures/${name}/stream.sse`, import.meta.url))

const DEFAULT_PORT = 8765

void main({
  name: 'or-serve',
  summary:
    'An OpenRouter-compatible endpoint on this machine that answers with recorded streams, and prints its base URL.',
  operands: '[file|folder…]',
  options: {
    port: {
      type: 'number',
      short: 'p',
      value: 'PORT',
      what: `where to listen (default ${DEFAULT_PORT}; 0 takes a free port)`,
    },
    speed: {
      type: 'text',
      value: 'NUMBER|max',
      what: 'the pace: 1 is natural (default), 2 is twice that, max is at once',
    },
  },
  examples: [
    ['or-serve', 'serve the samples that come with the package, in turn'],
    [
      'OPENROUTER_BASE_URL=http://127.0.0.1:8765/api/v1 or-stream hello | sse-text',
      'ask it, without a key and without network',
    ],
    ['or-serve --port 0 --speed max fixtures', 'serve every .sse file in a folder, for a test'],
  ],
  async run({ values: { port = DEFAULT_PORT, speed = '1' }, operands }, { stdout, say, interruption: { signal } }) {
    if (!Number.isInteger(port) || port < 0 || port > 65535)
      throw new StreamError('usage', `--port takes 0 to 65535, not ${port}`)
    const pace = gap(speedOf(speed))
    const found = await recordings(operands.length > 0 ? operands : SAMPLES.map((url) => fileURLToPath(url)))
    const answers = found.map(({ file, bytes }) => ({
      name: file,
      ...recognise(bytes, dialects),
      pieces: blocks(bytes),
      gap: pace,
    }))
    const endpoint = await serve(answers, port, say.note)
    try {
      await stdout.write(`${endpoint.url}\n`)
      say.tell(`answering with ${counted(found.length, 'recording')} in turn; Ctrl-C ends it`)
      if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
    } finally {
      endpoint.close()
    }
    return 0
  },
})
