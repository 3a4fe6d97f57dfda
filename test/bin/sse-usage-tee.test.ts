import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { program } from '../support/spawn.js'

const files = ['plain-text', 'reasoning'].map((name) => `fixtures/chat/${name}/stream.sse`)

test.each([[[]], [['--by', 'model']], [['--json']]])(
  '--tee %j of two files writes nothing but them to stdout',
  async (options) => {
    const { stdout, stderr, status } = await program('sse-usage', ['--tee', ...options, ...files])
    const both = files.map((file) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8')).join('')
    expect({ stdout, status, total: stderr.includes('total') }).toEqual({ stdout: both, status: 0, total: true })
  },
)
