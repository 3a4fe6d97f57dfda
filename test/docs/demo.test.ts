import { expect, test } from 'vitest'
import { fixture } from './serve.js'
import { program, shell } from '../support/spawn.js'

test('the demo: the answer to its prompt, its usage, a cut answer, what to do next; the settings of the user change nothing', async () => {
  const { file, text } = fixture('chat/sample-sky')
  const usage = await program('sse-usage', [file])
  const env = {
    OPENROUTER_MODEL: 'some/model',
    OPENROUTER_TEMPERATURE: '0.5',
    OPENROUTER_BASE_URL: 'http://127.0.0.1:9',
  }
  const { stdout, ...rest } = await shell('sh .scripts/demo.sh', { env })
  const [answer, account, cut, next] = stdout.split(/^\$ .*\n|^(?=The answer came)/m).slice(1)
  expect(rest).toEqual({ stderr: expect.stringMatching(/^sse-text: truncated: .*\n$/) as string, status: 0 })
  expect([answer, account, cut]).toEqual([`${text.toString()}\n\n`, `${usage.stdout}\n\n`, 'exit status 76\n\n\n'])
  expect(next).toMatch(/What to do next:\n\n {2}npm install -g \. [^]*docs\/recipes\.md/)
})
