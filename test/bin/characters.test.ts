import { expect, test } from 'vitest'
import { folderWith } from '../support/folder.js'
import { program, start } from '../support/spawn.js'

const half = (unit: string) => `data: {"choices":[{"index":0,"delta":{"content":"${unit}"},"finish_reason":null}]}\n\n`

test('sse-text joins the halves of a surrogate pair that arrive in two events', async () => {
  const running = start('sse-text', [])
  running.feed(half(String.raw`a\ud83d`))
  await running.wrote('a')
  running.feed(half(String.raw`\ude00b`))
  running.feed('data: [DONE]\n\n')
  running.close()
  expect(await running.ended).toEqual({ stdout: 'a😀b', stderr: '', status: 0 })
})

test('a long text is written in pieces without splitting surrogate pairs', async () => {
  for (const before of ['', 'a', '\ud83d', 'a'.repeat(2 ** 20 - 1) + '\ud83d']) {
    const words = `${before}${'🐟'.repeat(600_000)}`
    const chunk = JSON.stringify({ choices: [{ index: 0, delta: { content: words }, finish_reason: 'stop' }] })
    const { stdout, ...ended } = await program('sse-text', [], { input: `data: ${chunk}\n\ndata: [DONE]\n\n` })
    expect([stdout === words.replace(/\ud83d(?!\udc1f)/, '\ufffd'), ended]).toEqual([true, { stderr: '', status: 0 }])
  }
})

test('characters that span two reads of a file are decoded correctly', async () => {
  const words = '日本語'.repeat(50_000)
  const chunk = JSON.stringify({ choices: [{ index: 0, delta: { content: words }, finish_reason: 'stop' }] })
  const cwd = folderWith({ 'long.sse': `data: ${chunk}\n\ndata: [DONE]\n\n` })
  expect(await program('sse-text', ['long.sse'], { cwd })).toEqual({ stdout: words, stderr: '', status: 0 })
  expect(await program('sse-check', ['long.sse'], { cwd })).toEqual({
    stdout: 'long.sse:3: usage-missing: the answer does not report usage\n',
    stderr: '',
    status: 0,
  })
})
