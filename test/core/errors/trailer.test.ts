import { expect, test } from 'vitest'
import { FAILURES, statusOf, type ErrorCode } from '../../../src/core/errors/codes.js'
import { EXIT_STATUSES, type ExitStatus } from '../../../src/core/errors/exit-status.js'
import { failureFromTrailer, readTrailer, trailerLine, type Trailer } from '../../../src/core/errors/trailer.js'
import { VERDICTS } from '../../../src/core/errors/verdict.js'

const auth: Trailer = { status: 77, verdict: 'error', code: 'auth', reported: true }

/** Returns the text of a comment line, as the parser does. */
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

test('every trailer is read as it was written', () => {
  const trailers = (Object.keys(FAILURES) as ErrorCode[]).flatMap((code) =>
    VERDICTS.flatMap((verdict) =>
      [true, false].map((reported) => ({ status: statusOf(code), verdict, code, reported })),
    ),
  )
  expect(trailers.map((trailer) => readTrailer(commentOf(trailerLine(trailer))))).toEqual(trailers)
})

test.each<[string, string, Trailer]>([
  ['a status only', 'status=75', { status: 75, verdict: 'error', code: 'stream_error', reported: false }],
  ['no code', 'status=77 verdict=error told=1', { ...auth, code: 'stream_error' }],
  ['an unknown code', 'status=77 verdict=error code=shrug told=1', { ...auth, code: 'stream_error' }],
  ['the name of an inherited property as code', 'status=77 code=toString told=1', { ...auth, code: 'stream_error' }],
  ['__proto__ as code', 'status=77 code=__proto__ told=1', { ...auth, code: 'stream_error' }],
  ['an unknown verdict', 'status=77 verdict=shrug code=auth told=1', auth],
  ['fields in another order', 'status=77 told=1 code=auth verdict=error', auth],
  ['a field of a later version', 'status=77 verdict=error code=auth told=1 more=1', auth],
  ['told=2', 'status=77 verdict=error code=auth told=2', { ...auth, reported: false }],
  ['the verdict complete', 'status=77 verdict=complete code=auth told=1', { ...auth, verdict: 'complete' }],
])('a trailer with %s is read with defaults for what is missing or unknown', (_, fields, trailer) => {
  expect(readTrailer(`or-stream ${fields}`)).toEqual(trailer)
})

test.each([
  ['another comment', 'OPENROUTER PROCESSING'],
  ['an empty comment', ''],
  ['the name alone', 'or-stream'],
  ['a heartbeat', 'or-stream heartbeat'],
  ['no status', 'or-stream verdict=error code=auth told=1'],
  ['a status that is not the first field', 'or-stream verdict=error status=77'],
  ['a status without a number', 'or-stream status= verdict=error'],
  ['a fractional number', 'or-stream status=7.7'],
  ['a negative number', 'or-stream status=-77'],
  ['a number in hex', 'or-stream status=0x4d'],
  ['a long number', 'or-stream status=0077'],
  ['a second status of 0', 'or-stream status=77 status=0'],
  ['another program', 'or-streams status=77'],
  ['two spaces', 'or-stream  status=77'],
  ['a leading space', ' or-stream status=77'],
  ['a trailing space', 'or-stream status=77 '],
  ['a line end in it', 'or-stream status=77\nverdict=error'],
  ['a line end after it', 'or-stream status=77\n'],
  ['U+2028 in it', 'or-stream status=77\u2028verdict=error'],
  ['text after it', 'or-stream status=77 verdict=error and more'],
  ['a control character in it', 'or-stream status=77 code=\u001b[31m'],
])('not a trailer: %s', (_, comment) => {
  expect(readTrailer(comment)).toBeUndefined()
})

test('only the exit statuses of failures are accepted', () => {
  const accepted = Array.from({ length: 1000 }, (_, number) => number).filter((number) =>
    readTrailer(`or-stream status=${number} verdict=error code=auth told=1`),
  )
  const known: ExitStatus[] = [...EXIT_STATUSES.map(([status]) => status), 130, 143]
  expect(accepted).toEqual(known.filter((status) => status > 0).toSorted((one, other) => one - other))
})

test('the failure of a trailer has its status and names or-stream', () => {
  const { code, status, reported, message } = failureFromTrailer({ ...auth, status: 75 })
  expect({ code, status, reported, message }).toEqual({
    code: 'auth',
    status: 75,
    reported: true,
    message: 'or-stream exited with 75 (verdict error)',
  })
})
