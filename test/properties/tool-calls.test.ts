import { expect, test } from 'vitest'
import { parseAnswers } from '../../src/core/answer/answers.js'
import type { AnswerDelta, ToolCall } from '../../src/core/answer/delta.js'
import { chain } from '../../src/core/stream/stage.js'
import { dialects } from '../../src/dialects/index.js'
import { check } from '../../src/filters/check/check.js'
import { foldAnswers } from '../../src/filters/fold/fold.js'
import { foldLines } from '../../src/filters/fold/fold-lines.js'
import { jsonText } from '../../src/filters/json/json-text.js'
import { run, utf8Bytes } from '../support/feed.js'
import { writtenBy } from '../support/outcomes.js'
import { DONE, event } from '../support/wire.js'

/** A piece of a tool call: index, id, name, a piece of the arguments, and the choice (default 0). */
type Piece = readonly [
  index: number | undefined,
  id: string | undefined,
  name: string | undefined,
  args: string,
  choice?: number | undefined,
]

interface Call {
  readonly choice?: number
  readonly id?: string
  readonly name: string
  readonly args: string
  /** Positions of its pieces in the sequence. */
  readonly pieces: readonly number[]
}

const NO = undefined

/** Title, a sequence of pieces, the resulting calls, and the positions of pieces that reuse an index. */
const TABLE: readonly (readonly [string, Piece[], Call[], number[]])[] = [
  [
    'interleaved calls with indexes',
    [
      [0, 'a', 'look', '{"q"'],
      [1, 'b', 'see', '{"x":'],
      [0, NO, NO, ':1}'],
      [1, NO, NO, '2}'],
    ],
    [
      { id: 'a', name: 'look', args: '{"q":1}', pieces: [0, 2] },
      { id: 'b', name: 'see', args: '{"x":2}', pieces: [1, 3] },
    ],
    [],
  ],
  [
    'an index reused with another id',
    [
      [0, 'a', 'look', '{"q":1}'],
      [0, 'b', 'see', '{"x"'],
      [0, NO, NO, ':2}'],
    ],
    [
      { id: 'a', name: 'look', args: '{"q":1}', pieces: [0] },
      { id: 'b', name: 'see', args: '{"x":2}', pieces: [1, 2] },
    ],
    [1],
  ],
  [
    'an index reused with another id, by the same name',
    [
      [0, 'a', 'look', '{"q":1}'],
      [0, 'b', 'look', '{"q":2}'],
      [0, 'c', 'look', '{"q":3}'],
    ],
    [
      { id: 'a', name: 'look', args: '{"q":1}', pieces: [0] },
      { id: 'b', name: 'look', args: '{"q":2}', pieces: [1] },
      { id: 'c', name: 'look', args: '{"q":3}', pieces: [2] },
    ],
    [1, 2],
  ],
  [
    'an index reused with another name, without ids',
    [
      [0, NO, 'look', '{"q":'],
      [0, NO, NO, '1}'],
      [0, NO, 'see', '{"x":2}'],
    ],
    [
      { name: 'look', args: '{"q":1}', pieces: [0, 1] },
      { name: 'see', args: '{"x":2}', pieces: [2] },
    ],
    [2],
  ],
  [
    'no index, calls with ids',
    [
      [NO, 'a', 'look', '{"q"'],
      [NO, 'b', 'see', '{"x":'],
      [NO, 'a', NO, ':1}'],
      [NO, 'b', NO, '2}'],
    ],
    [
      { id: 'a', name: 'look', args: '{"q":1}', pieces: [0, 2] },
      { id: 'b', name: 'see', args: '{"x":2}', pieces: [1, 3] },
    ],
    [],
  ],
  [
    'no index, and an id only at first',
    [
      [NO, 'a', 'look', '{"q"'],
      [NO, NO, NO, ':1}'],
      [NO, 'b', 'see', '{"x"'],
      [NO, NO, NO, ':2}'],
    ],
    [
      { id: 'a', name: 'look', args: '{"q":1}', pieces: [0, 1] },
      { id: 'b', name: 'see', args: '{"x":2}', pieces: [2, 3] },
    ],
    [],
  ],
  [
    'an index in the first piece, then only the id',
    [
      [0, 'a', 'look', '{"q"'],
      [1, 'b', 'see', '{"x"'],
      [NO, 'a', NO, ':1}'],
      [NO, 'b', NO, ':2}'],
    ],
    [
      { id: 'a', name: 'look', args: '{"q":1}', pieces: [0, 2] },
      { id: 'b', name: 'see', args: '{"x":2}', pieces: [1, 3] },
    ],
    [],
  ],
  [
    'id and name repeated in every piece',
    [
      [0, 'a', 'look', '{"q"'],
      [0, 'a', 'look', ':1}'],
      [1, 'b', 'look', '{"q"'],
      [1, 'b', 'look', ':2}'],
    ],
    [
      { id: 'a', name: 'look', args: '{"q":1}', pieces: [0, 1] },
      { id: 'b', name: 'look', args: '{"q":2}', pieces: [2, 3] },
    ],
    [],
  ],
  [
    'the name repeated, without ids',
    [
      [0, NO, 'look', '{"q"'],
      [0, NO, 'look', ':1}'],
      [3, NO, 'look', '{"q":2}'],
    ],
    [
      { name: 'look', args: '{"q":1}', pieces: [0, 1] },
      { name: 'look', args: '{"q":2}', pieces: [2] },
    ],
    [],
  ],
  [
    'only names: each name starts a call',
    [
      [NO, NO, 'look', '{"q":1}'],
      [NO, NO, 'look', '{"q":2}'],
    ],
    [
      { name: 'look', args: '{"q":1}', pieces: [0] },
      { name: 'look', args: '{"q":2}', pieces: [1] },
    ],
    [],
  ],
  [
    'the id, then the name, then the arguments',
    [
      [0, 'a', NO, ''],
      [0, NO, 'look', ''],
      [0, NO, NO, '{"q":1}'],
    ],
    [{ id: 'a', name: 'look', args: '{"q":1}', pieces: [0, 1, 2] }],
    [],
  ],
  [
    'the id after the name',
    [
      [0, NO, 'look', '{"q"'],
      [0, 'a', NO, ':1}'],
      [0, 'b', NO, '{"x":2}'],
      [0, NO, 'see', ''],
    ],
    [
      { id: 'a', name: 'look', args: '{"q":1}', pieces: [0, 1] },
      { id: 'b', name: 'see', args: '{"x":2}', pieces: [2, 3] },
    ],
    [2],
  ],
  [
    'the same index and id in two choices',
    [
      [0, 'a', 'look', '{"q"', 0],
      [0, 'a', 'see', '{"x"', 1],
      [0, NO, NO, ':1}', 0],
      [0, NO, NO, ':2}', 1],
    ],
    [
      { id: 'a', name: 'look', args: '{"q":1}', pieces: [0, 2] },
      { choice: 1, id: 'a', name: 'see', args: '{"x":2}', pieces: [1, 3] },
    ],
    [],
  ],
]

/** Returns the line of a piece: each chunk takes two lines of the stream. */
function lineOf(place = 0): number {
  return 2 * place + 1
}

function streamOf(pieces: readonly Piece[]): Uint8Array[] {
  const chunks = pieces.map(([index, id, name, args, choice = 0]) => {
    const call = { index, id, type: 'function', function: { name, arguments: args } }
    return event({ id: 'gen-1', choices: [{ index: choice, delta: { tool_calls: [call] }, finish_reason: null }] })
  })
  const choices = [...new Set(pieces.map(([, , , , choice = 0]) => choice))]
  const finish = choices.map((index) => ({ index, delta: {}, finish_reason: 'tool_calls' }))
  return [utf8Bytes(`${chunks.join('')}${event({ id: 'gen-1', choices: finish })}${DONE}`)]
}

/** Returns a copy of each delta at its arrival, because a call may get its name later. */
function* deltasOf(stream: Uint8Array[]): Generator<AnswerDelta> {
  const answers = parseAnswers(dialects)
  for (const bytes of stream) {
    for (const one of answers.push(bytes)) if (one.type === 'chunk') yield* one.deltas
  }
}

/** Returns the JSON text of a stream. */
function textIn(stream: Uint8Array[], ...[source, choice]: Parameters<typeof jsonText>): string {
  const textOf = jsonText(source, choice)
  let text = ''
  for (const delta of deltasOf(stream)) text += textOf(delta)
  return text
}

/** Returns the calls as resolved by the tracker, each with the positions of its pieces. */
function trackedCalls(stream: Uint8Array[]): Call[] {
  const calls = new Map<ToolCall, { args: string; pieces: number[] }>()
  const pieces = [...deltasOf(stream)].filter((delta) => delta.type === 'tool-call')
  for (const [place, delta] of pieces.entries()) {
    const known = calls.get(delta.call) ?? { args: '', pieces: [] }
    calls.set(delta.call, known)
    known.args += delta.arguments
    known.pieces.push(place)
  }
  return [...calls].map(([{ choice, id, name = '' }, collected]) => ({
    ...(choice === 0 ? {} : { choice }),
    ...(id === undefined ? {} : { id }),
    name,
    ...collected,
  }))
}

/** Returns the lines of `sse-fold --tool-calls --choice` for a choice. */
function foldedCalls(stream: Uint8Array[], choice: number): unknown[] {
  const { stdout } = writtenBy(chain(foldAnswers(dialects), foldLines({ part: 'calls', choice })), stream)
  return stdout.split(/(?<=\n)/).flatMap((line) => (line === '' ? [] : [JSON.parse(line) as unknown]))
}

/** Returns the findings of two rules of `sse-check`: the lines that reuse an index, and the calls whose arguments are cut. */
function findingsOf(stream: Uint8Array[]) {
  const findings = run(check(dialects), stream).filter((found) => found.type === 'finding')
  return {
    reused: findings.filter(({ rule }) => rule === 'tool-index-reused').map(({ line }) => line),
    cut: findings.filter(({ rule }) => rule === 'tool-arguments-cut').map(({ message }) => message),
  }
}

test.each(TABLE)(
  '%s: the tracker, the fold, the JSON and the checks see the same calls',
  (_, pieces, calls, reused) => {
    const stream = streamOf(pieces)
    expect(trackedCalls(stream)).toEqual(calls)

    for (const choice of new Set(calls.map((call) => call.choice ?? 0))) {
      const own = calls.filter((call) => (call.choice ?? 0) === choice)
      expect(foldedCalls(stream, choice)).toEqual(
        own.map(({ id, name, args }, position) => ({
          id: id ?? `call_${position}`,
          name,
          arguments: JSON.parse(args) as unknown,
        })),
      )
      expect(textIn(stream, { from: 'tool' }, choice)).toBe(own[0]?.args)
      for (const { name } of own) {
        expect([name, textIn(stream, { from: 'tool', name }, choice)]).toEqual([
          name,
          own.find((call) => call.name === name)?.args,
        ])
      }
    }

    expect(findingsOf(stream)).toEqual({ reused: reused.map((place) => lineOf(place)), cut: [] })
  },
)

const CUT = TABLE.flatMap(([title, pieces, calls]) => calls.map((call) => [title, call.args, pieces, call] as const))

test.each(CUT)(
  '%s: if %s is cut, the checks and the fold report that call alone',
  (_, __, pieces, { name, pieces: own }) => {
    const last = own.findLast((place) => pieces[place]?.[3] !== '')
    const broken = pieces.map((piece, place): Piece => {
      const [index, id, called, args, choice] = piece
      return place === last ? [index, id, called, args.slice(0, -1), choice] : piece
    })
    const stream = streamOf(broken)
    expect(findingsOf(stream).cut).toEqual([`the arguments of ${name} (line ${lineOf(own[0])}) are not valid JSON`])
    const { failure } = writtenBy(chain(foldAnswers(dialects), foldLines({ part: 'calls', choice: 'all' })), stream)
    expect(failure?.message).toMatch(new RegExp(`^the arguments of ${name} are not JSON: `))
  },
)
