import { expect, test } from 'vitest'
import { FAILURES, statusOf, type ErrorCode } from '../../../src/core/errors/codes.js'
import { EXIT_STATUSES, type ExitStatus } from '../../../src/core/errors/exit-status.js'
import { failureFromTrailer, readTrailer, trailerLine, type Trailer } from '../../../src/core/errors/trailer.js'
import { VERDICTS } from '../../../src/core/errors/verdict.js'

const auth: Trailer = { status: 77, verdict: 'error', code: 'auth', reported: true }

/** The comment that a line is, as a parser gives it. */
const commentOf = (line: string) => line.slice(': '.length, -'\n'.length)

test.each<[Trailer, string]>([
  [auth, ': or-stream status=77 verdict=error code=auth told=1\n'],
  [
    { status: 76, verdict: 'truncated', code: 'truncated', reported: false },
    ': or-stream status=76 verdict=truncated code=truncated told=0\n',
  ],
])('%j is one line', (trailer, line) => {
  expect(trailerLine(trailer)).toBe(line)
})

test('every failure comes back as it was written', () => {
  const trailers = (Object.keys(FAILURES) as ErrorCode[]).flatMap((code) =>
    VERDICTS.flatMap((verdict) =>
      [true, false].map((reported) => ({ status: statusOf(code), verdict, code, reported })),
    ),
  )
  expect(trailers.map((trailer) => readTrailer(commentOf(trailerLine(trailer))))).toEqual(trailers)
})

test.each<[string, string, Trailer]>([
  ['nothing but a status', 'status=75', { status: 75, verdict: 'error', code: 'stream_error', reported: false }],
  ['no code', 'status=77 verdict=error told=1', { ...auth, code: 'stream_error' }],
  ['a code that nobody knows', 'status=77 verdict=error code=shrug told=1', { ...auth, code: 'stream_error' }],
  ['a code that every object has', 'status=77 code=toString told=1', { ...auth, code: 'stream_error' }],
  ['a prototype for a code', 'status=77 code=__proto__ told=1', { ...auth, code: 'stream_error' }],
  ['a verdict that nobody knows', 'status=77 verdict=shrug code=auth told=1', auth],
  ['fields in another order', 'status=77 told=1 code=auth verdict=error', auth],
  ['a field of a later version', 'status=77 verdict=error code=auth told=1 more=1', auth],
  ['told=2', 'status=77 verdict=error code=auth told=2', { ...auth, reported: false }],
  ['a success for a verdict', 'status=77 verdict=complete code=auth told=1', { ...auth, verdict: 'complete' }],
])('%s: read as far as it is known', (_, fields, trailer) => {
  expect(readTrailer(`or-stream ${fields}`)).toEqual(trailer)
})

test.each([
  ['another comment', 'OPENROUTER PROCESSING'],
  ['nothing', ''],
  ['the name alone', 'or-stream'],
  ['a sign of life', 'or-stream heartbeat'],
  ['no status', 'or-stream verdict=error code=auth told=1'],
  ['a status further back', 'or-stream verdict=error status=77'],
  ['a status without a number', 'or-stream status= verdict=error'],
  ['a number that is not whole', 'or-stream status=7.7'],
  ['a negative number', 'or-stream status=-77'],
  ['a number in hex', 'or-stream status=0x4d'],
  ['a long number', 'or-stream status=0077'],
  ['a second status that is a success', 'or-stream status=77 status=0'],
  ['another program', 'or-streams status=77'],
  ['more than one blank', 'or-stream  status=77'],
  ['a blank before it', ' or-stream status=77'],
  ['a blank after it', 'or-stream status=77 '],
  ['a line end in it', 'or-stream status=77\nverdict=error'],
  ['a line end after it', 'or-stream status=77\n'],
  ['U+2028 in it', 'or-stream status=77\u2028verdict=error'],
  ['words after it', 'or-stream status=77 verdict=error and more'],
  ['a control character in it', 'or-stream status=77 code=\u001b[31m'],
])('no trailer: %s', (_, comment) => {
  expect(readTrailer(comment)).toBeUndefined()
})

test('of all numbers only the statuses of a failure are taken', () => {
  const taken = Array.from({ length: 1000 }, (_, number) => number).filter((number) =>
    readTrailer(`or-stream status=${number} verdict=error code=auth told=1`),
  )
  const known: ExitStatus[] = [...EXIT_STATUSES.map(([status]) => status), 130, 143]
  expect(taken).toEqual(known.filter((status) => status > 0).toSorted((one, other) => one - other))
})

test('the failure that it tells of has its status, and says who left', () => {
  const {
    code,
    status,
    reported: told,
    message,
  } = failureFromTrailer({ status: 75, verdict: 'error', code: 'auth', reported: true })
  expect({ code, status, told, message }).toEqual({
    code: 'auth',
    status: 75,
    told: true,
    message: 'or-stream exited with 75 (verdict error)',
  })
})
