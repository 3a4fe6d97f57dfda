#!/usr/bin/env node
import { asked, asking } from '../src/cli/asking.js'
import { reader } from '../src/cli/prompt.js'
import { source } from '../src/cli/source.js'
import { answers } from '../src/core/answers.js'
import { dialects } from '../src/dialects/index.js'
import { chatCall, compose, endpoint, ENVIRONMENT, keyFor } from '../src/request/call.js'

void source({
  name: 'or-stream',
  summary: 'Asks a model at OpenRouter, and writes the answer as it comes: raw SSE, byte for byte.',
  operands: '[prompt…]',
  options: asking,
  examples: [
    ['or-stream "Why is the sky blue?" | sse-text', 'an answer as it is written'],
    ['git diff | or-stream "Write a commit message" | sse-text', 'standard input is added to the prompt'],
    ['or-stream -m openai/gpt-4o-mini -o seed=7 "Name a cat" > cat.sse', 'keep the stream'],
  ],
  environment: ENVIRONMENT,
  async open(line, world) {
    const { environment, interruption, say } = world
    const ask = async () => {
      const wish = await asked(line, reader(world))
      return { wish, ...compose(wish, environment) }
    }
    if (line.values['dry-run']) return { bytes: [`${(await ask()).body}\n`] }

    // Before standard input is waited for: a call that can't be made should say so at once.
    const to = endpoint(line.values['base-url'], environment)
    const key = keyFor(to, environment)
    say.keep(key ?? '')
    const { wish, body, notes } = await ask()
    const call = chatCall(to, key, body, wish.headers, environment)
    say.note(`POST ${call.url.href} (${notes.join(', ')})`)

    const { openStream } = await import('../src/transport/http.js')
    const answer = await openStream(call, to.name, interruption.signal)
    const generation = answer.headers.get('x-generation-id')
    say.note(`HTTP ${answer.status}${generation === undefined ? '' : `, generation ${generation}`}`)
    return { bytes: answer.body(), judge: answers(dialects) }
  },
})
