import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { httpRequest } from '../../src/request/call.js'
import { curlLine } from '../../src/request/curl.js'
import { providerNamed } from '../../src/request/providers.js'

const BODY = `{"content":"it's $HOME \`ls\` \\n \\"€\\""}`
const headers = ["X-Title: Ann's $HOME", 'X-Api-Key: hunter22', 'Cookie: hunter22', 'X-Auth-Token: hunter22']
const call = httpRequest(providerNamed('openrouter'), '/chat/completions', '$OPENROUTER_API_KEY', BODY, headers, {})

/** Returns the arguments that a shell passes to curl. */
function curlArguments(line: string): string[] {
  const script = `curl() { for word; do printf '%s\\0' "$word"; done; }; ${line}`
  const words = execFileSync('sh', ['-c', script], { env: { OPENROUTER_API_KEY: 'sk-of-the-shell' }, encoding: 'utf8' })
  return words.split('\0').slice(0, -1)
}

test('the command line sends the same request, with the key from the shell and without any other secret', () => {
  const sent = [
    'authorization: Bearer sk-of-the-shell',
    'content-type: application/json',
    'accept: text/event-stream',
    "x-title: Ann's $HOME",
    'x-api-key: …',
    'cookie: …',
    'x-auth-token: …',
  ].flatMap((header) => ['-H', header])
  const words = ['-N', 'https://openrouter.ai/api/v1/chat/completions', ...sent, '-d', BODY]
  expect(curlArguments(curlLine(call, 'OPENROUTER_API_KEY'))).toEqual(words)
})

test('the command line contains no secret', () => {
  expect(curlLine(call)).not.toMatch(/hunter22/)
})
