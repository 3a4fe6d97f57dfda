import { expect, test } from 'vitest'
import { source } from '../../src/cli/source.js'
import type { ProgramContext } from '../../src/cli/program.js'
import { StreamError } from '../../src/core/errors/error.js'
import type { Outcome } from '../../src/core/stream/output.js'

/**
 * Runs a source whose judge reports `outcomes` after the first piece, and a truncated answer at the end. Returns the output and the
 * status or error code.
 */
async function run(outcomes: readonly Outcome[]) {
  const pieces = ['a', 'b', 'c'].map((text) => Buffer.from(text))
  const written: string[] = []
  let isStopped = false
  async function* bytes() {
    for (const piece of pieces) if (!isStopped) yield piece
  }
  const program = source({
    name: 'x',
    summary: '',
    operands: '',
    options: {},
    examples: [],
    terminalHint: 'append "| sse-text"',
    writesTrailer: () => false,
    deadlines: () => ({ maxTime: undefined, heartbeat: undefined }),
    heartbeat: (stream) => stream,
    open: async () => ({
      bytes: bytes(),
      judge: {
        push: () => (written.length === 1 ? outcomes : []),
        end: () => [{ failure: new StreamError('truncated', 'no end marker') }],
      },
      stop: () => {
        isStopped = true
      },
    }),
  })
  const context = {
    stdout: {
      isPiped: true,
      isTerminal: false,
      write: async (data) => void written.push(String(data)),
      endLine: async () => {},
      close: async () => {},
    },
    log: { error: () => true, warn() {}, info() {}, debug() {}, redact() {}, secrets: () => [] },
    shutdown: { signal: new AbortController().signal, isRequested: () => false, raise() {} },
    environment: {},
  } satisfies ProgramContext
  const status = await program.run({ values: {}, operands: [] }, context).catch((error: StreamError) => error.code)
  return { written, status }
}

test('a source whose judge has enough stops, and its answer is not truncated', async () => {
  expect(await run([{ enough: true }])).toEqual({ written: ['a'], status: 0 })
})

test('a source whose judge never has enough fails if the answer is truncated', async () => {
  expect(await run([])).toEqual({ written: ['a', 'b', 'c'], status: 'truncated' })
})
