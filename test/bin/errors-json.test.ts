import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { program, shell } from '../support/spawn.js'
import { reply, stream, upstream } from '../support/upstream.js'
import { chunk, DONE, errorEvent } from '../support/wire.js'

const programs = readdirSync(new URL('../../bin/', import.meta.url)).map((file) => file.replace(/\.ts$/, ''))

test.each(programs)('%s: --errors json applies to a command line that cannot be parsed', async (name) => {
  const line = {
    tool: name,
    level: 'error',
    code: 'usage',
    status: 64,
    retryable: false,
    message: 'unknown option --hepl (did you mean --help?)',
  }
  const expected = { stdout: '', stderr: `${JSON.stringify(line)}\n`, status: 64 }
  expect(await program(name, ['--errors=json', '--hepl'])).toEqual(expected)
  expect(await program(name, ['--hepl', '--errors', 'json'])).toEqual(expected)
})

test.each([
  [
    'an HTTP error with all its details',
    () =>
      reply(
        429,
        JSON.stringify({
          error: {
            code: 429,
            message: 'Slow\u001b[31m down',
            metadata: {
              provider_name: 'Acme',
              limit_source: 'openrouter_key_limit',
              resets_at: '2026-12-01T00:00:00Z',
            },
          },
        }),
        { 'retry-after': '7' },
      ),
    75,
    {
      code: 'rate_limited',
      retryable: true,
      message:
        'Slow^[[31m down (HTTP 429, provider Acme, limit openrouter_key_limit, resets at 2026-12-01T00:00:00Z, try again in 7 s)',
      http_status: 429,
      provider: 'Acme',
      limit: 'openrouter_key_limit',
      resets_at: '2026-12-01T00:00:00Z',
      retry_after_ms: 7000,
    },
  ],
  [
    'an error event',
    () => stream(`${chunk('one')}${errorEvent(402, 'no money')}`),
    77,
    { code: 'credits', retryable: false, message: 'no money (402)', http_status: 402 },
  ],
])('or-stream: %s', async (_, script, status, known) => {
  const server = await upstream(script())
  const { stderr, ...ended } = await program('or-stream', ['--errors=json', '--retry=0', '--base-url', server.url, 'x'])
  const { code, retryable, message, ...facts } = known
  expect({ status: ended.status, message: JSON.parse(stderr) as unknown }).toEqual({
    status,
    message: { tool: 'or-stream', level: 'error', code, status, retryable, message, ...facts },
  })
})

test('the JSON of a truncated answer has its cause', async () => {
  const server = await upstream((response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write(chunk('one'))
  })
  const args = ['--errors=json', '--idle-timeout', '200ms', '--base-url', server.url, 'x']
  const { stderr, status } = await program('or-stream', args)
  expect({ status, message: JSON.parse(stderr) as unknown }).toEqual({
    status: 76,
    message: expect.objectContaining({ code: 'truncated', status: 76, retryable: true, cause: 'timeout_idle' }),
  })
})

test('a warning is a JSON object too', async () => {
  const command = `printf '%s' '${chunk('one')}${chunk('', 'length')}${DONE}' | sse-text --errors=json`
  expect(await shell(command)).toEqual({
    stdout: 'one',
    stderr:
      '{"tool":"sse-text","level":"warning","message":"the answer was cut at the token limit (finish reason length)"}\n',
    status: 0,
  })
})
