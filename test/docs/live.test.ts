import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { cases } from '../support/fixtures.js'
import { shell } from '../support/spawn.js'
import { reply, upstream } from '../support/upstream.js'

const LIVE = fileURLToPath(new URL('../../.scripts/live.sh', import.meta.url))
const sample = cases().find(({ name }) => name === 'chat/plain-text')

test('npm run live is skipped without a key', async () => {
  expect(await shell(`sh ${LIVE}`, { env: { OPENROUTER_API_KEY: '' } })).toEqual({
    stdout: 'skipped: OPENROUTER_API_KEY is not set\n',
    stderr: '',
    status: 0,
  })
})

/** Runs the script against a server that sends a stream. */
async function runLive(body: string) {
  const server = await upstream(reply(200, body, { 'content-type': 'text/event-stream' }))
  return shell(`sh ${LIVE}`, { env: { OPENROUTER_API_KEY: 'key', OPENROUTER_BASE_URL: server.url } })
}

test('npm run live prints usage and text of the answer, and fails if it is cut', async () => {
  const answer = sample?.stream.toString() ?? ''
  const whole = await runLive(answer)
  expect({ ...whole, stdout: whole.stdout.slice(-40) }).toEqual({
    stdout: expect.stringContaining(sample?.text.toString() ?? 'no text') as string,
    stderr: '',
    status: 0,
  })
  expect(await runLive(answer.slice(0, answer.length / 2))).toMatchObject({ status: 76 })
})
