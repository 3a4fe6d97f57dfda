import { expect, test } from 'vitest'
import { start } from '../support/spawn.js'

const half = (unit: string) => `data: {"choices":[{"index":0,"delta":{"content":"${unit}"},"finish_reason":null}]}\n\n`

test('a character whose halves come in two events, and in two reads, is written whole', async () => {
  const running = start('sse-text', [])
  running.feed(half(String.raw`a\ud83d`))
  await running.wrote('a')
  running.feed(half(String.raw`\ude00b`))
  running.feed('data: [DONE]\n\n')
  running.close()
  expect(await running.ended).toEqual({ stdout: 'a😀b', stderr: '', status: 0 })
})
