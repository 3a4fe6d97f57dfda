import { expect, test } from 'vitest'
import { events } from '../../src/core/sse/detect.js'
import { chain } from '../../src/core/stream/stage.js'
import { eventLines } from '../../src/filters/convert/to-ndjson.js'
import { utf8Bytes } from '../support/feed.js'
import { writtenBy } from '../support/outcomes.js'
import { sized, some, tally } from '../support/size.js'
import { shell } from '../support/spawn.js'
import { runStages } from '../support/stations.js'
import { rawUpstream, STREAM_HEAD } from '../support/upstream.js'
import { DONE, event } from '../support/wire.js'

/** A block of a stream: its text, the answer text of choice 0 in it, and whether it has an end marker. */
interface Block {
  readonly wire: string
  readonly words?: string
  readonly isEnd?: boolean
}

const COMMENT: Block = { wire: ': OPENROUTER PROCESSING\n\n' }
const WORDS = ['Blue ', 'is ', 'short', ', ', 'é', '🐟', '\u2028', '\n', '"red" ', '\\ ', '空は', ' so.']

function pieces(count: number): string[] {
  return Array.from({ length: count }, (_, at) => WORDS[at % WORDS.length] ?? '')
}

function chunk(index: number, words: string, reason: string | null = null): string {
  const choice = { index, delta: words === '' ? {} : { content: words }, finish_reason: reason }
  return event({ id: 'gen-1', object: 'chat.completion.chunk', model: 'test/model', choices: [choice] })
}

function textBlock(words: string): Block {
  return { wire: chunk(0, words), words }
}

const USAGE: Block = {
  wire: event({ id: 'gen-1', choices: [], usage: { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 } }),
}
const END_MARKER: Block = { wire: DONE, isEnd: true }

function chat(count: number): Block[] {
  const finish = { wire: chunk(0, '', 'stop'), isEnd: true }
  return [COMMENT, { wire: chunk(0, '') }, ...pieces(count).map(textBlock), finish, COMMENT, USAGE, END_MARKER]
}

function twoChoices(count: number): Block[] {
  const both = pieces(count).flatMap((words) => [textBlock(words), { wire: chunk(1, words) }])
  return [...both, { wire: chunk(1, '', 'stop') }, { wire: chunk(0, '', 'stop'), isEnd: true }, USAGE, END_MARKER]
}

/** Returns a block of an API with named events. */
function namedEvent(data: Record<string, unknown> & { type: string }): string {
  return `event: ${data.type}\n${event(data)}`
}

function responses(count: number): Block[] {
  const response = { id: 'resp-1', model: 'test/model', status: 'completed', output: [] }
  return [
    COMMENT,
    { wire: namedEvent({ type: 'response.created', response: { ...response, status: 'in_progress' } }) },
    ...pieces(count).map((words) => ({
      wire: namedEvent({ type: 'response.output_text.delta', delta: words }),
      words,
    })),
    { wire: namedEvent({ type: 'response.output_text.done', text: pieces(count).join('') }) },
    { wire: namedEvent({ type: 'response.completed', response }), isEnd: true },
  ]
}

function messages(count: number): Block[] {
  return [
    COMMENT,
    { wire: namedEvent({ type: 'message_start', message: { id: 'msg-1', model: 'test/model' } }) },
    { wire: namedEvent({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }) },
    ...pieces(count).map((words) => ({
      wire: namedEvent({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: words } }),
      words,
    })),
    { wire: namedEvent({ type: 'content_block_stop', index: 0 }) },
    // A finish reason is an end marker too.
    { wire: namedEvent({ type: 'message_delta', delta: { stop_reason: 'end_turn' } }), isEnd: true },
    { wire: namedEvent({ type: 'message_stop' }), isEnd: true },
  ]
}

function withLineEnd(end: string, blocks: readonly Block[]): Block[] {
  return blocks.map((block) => ({ ...block, wire: block.wire.replaceAll('\n', end) }))
}

/** Returns the blocks as written by `sse-parse --all`. */
function parsed(blocks: readonly Block[]): Block[] {
  return blocks.map((block) => ({
    ...block,
    wire: writtenBy(chain(events(), eventLines({ all: true })), [utf8Bytes(block.wire)]).stdout,
  }))
}

/** Returns the number of bytes after which each block counts: its last line must be complete, with or without a line ending. */
function minBytes(blocks: readonly Block[]): number[] {
  let from = 0
  return blocks.map(({ wire }) => {
    const end = from + Buffer.byteLength(wire.replace(/[\r\n]+$/, ''))
    from += Buffer.byteLength(wire)
    return end
  })
}

/** Returns the expected result for the first `bytes` bytes. */
function expected(blocks: readonly Block[], bytes: number) {
  const ends = minBytes(blocks)
  const whole = blocks.filter((_, index) => (ends[index] ?? 0) <= bytes)
  const isWhole = whole.some(({ isEnd }) => isEnd)
  const hasData = whole.some(({ wire }) => wire !== '' && !/^:|^\{"comment"/.test(wire))
  return {
    text: whole.map(({ words = '' }) => words).join(''),
    verdict: isWhole ? 'complete' : hasData ? 'truncated' : 'empty',
    status: isWhole ? 0 : 76,
  }
}

function bytesOf(blocks: readonly Block[]): Buffer {
  return Buffer.from(blocks.map(({ wire }) => wire).join(''))
}

const short = chat(11)
const long = chat(66)

const streams: readonly (readonly [title: string, blocks: Block[], minLength: number])[] = [
  ['chat, 2 kB', short, 2000],
  ['chat, 10 kB', long, 10_000],
  ['chat with two choices', twoChoices(6), 2000],
  ['chat without a finish reason', [...pieces(12).map(textBlock), END_MARKER], 1500],
  ['chat without [DONE]', short.slice(0, -1), 2000],
  ['chat with CRLF', withLineEnd('\r\n', short), 2000],
  ['chat with CR', withLineEnd('\r', short), 2000],
  ['responses', responses(12), 1500],
  ['messages', messages(12), 1500],
  ['chat as NDJSON', parsed(short), 2000],
  ['responses as NDJSON', parsed(responses(12)), 1500],
]

const truncatedCount = tally('streams truncated at a byte, none complete before its end marker')

test.each(streams)(
  '%s, truncated at every byte: the text so far, and complete only from the end marker on',
  (_, blocks, minLength) => {
    const bytes = bytesOf(blocks)
    expect(bytes.length).toBeGreaterThan(minLength)
    const everywhere = [...bytes.keys(), bytes.length]
    const edges = minBytes(blocks).flatMap((end) => [end - 1, end, end + 1])
    const mismatches: unknown[] = []
    for (const at of sized({ small: [...edges, ...some(everywhere, 150)], ci: everywhere, long: everywhere })) {
      const { text, verdict, status } = runStages([bytes.subarray(0, at)])
      const due = expected(blocks, at)
      if (text !== due.text || verdict !== due.verdict || status !== due.status)
        mismatches.push({ at, due, actual: { text, verdict, status } })
      truncatedCount.add()
    }
    expect(mismatches.slice(0, 3)).toEqual([])
  },
)

const whole = bytesOf(short)

/** The three ways to frame a body. */
const framings = [
  ['chunked', 'transfer-encoding: chunked\r\n', (part: Buffer) => [part.length.toString(16), '\r\n', part, '\r\n']],
  ['with a length', `content-length: ${whole.length}\r\n`, (part: Buffer) => [part]],
  ['close-delimited', '', (part: Buffer) => [part]],
] as const

/** Shorter streams have no data event, so the request may be retried. */
const FIRST_EVENT_END = bytesOf(short.slice(0, 2)).length
const FINISH_END = bytesOf(short.slice(0, short.findIndex(({ isEnd }) => isEnd) + 1)).length - 2
/** Positions all over the stream, and both sides of the first event and of the end marker. */
const anywhere = some([...whole.keys()], sized({ small: 2, ci: 6, long: 70 }))
const places = [0, FIRST_EVENT_END - 1, FIRST_EVENT_END, FINISH_END - 1, FINISH_END, whole.length, ...anywhere]

const pipelineCount = tally('streams truncated at a byte, through spawned pipelines')
const COMMAND = 'or-stream --retry 0 -n "$AT" | sse-text; echo "|${PIPESTATUS[*]}"'

test.each(framings)(
  'or-stream | sse-text, %s: the text so far, and exit status 0 only after the end marker',
  async (_, header, frame) => {
    const server = await rawUpstream((socket, { body }) => {
      const { messages: conversation } = JSON.parse(body) as { messages: { content: string }[] }
      const part = whole.subarray(0, Number(conversation[0]?.content))
      socket.write(`${STREAM_HEAD}${header}\r\n`)
      if (part.length > 0) for (const piece of frame(part)) socket.write(piece)
      socket.end()
    })
    for (const at of places) {
      const { text, status } = expected(short, at)
      const actual = await shell(COMMAND, { env: { OPENROUTER_BASE_URL: server.url, AT: String(at) } }, 'bash')
      const [words, statuses] = actual.stdout.split('|')
      const failed = at < FIRST_EVENT_END ? /^(75 75|76 76)\n$/ : /^76 76\n$/
      expect({ at, words, statuses, hasMessage: actual.stderr !== '' }).toEqual({
        at,
        words: text,
        statuses: expect.stringMatching(status === 0 ? /^0 0\n$/ : failed),
        hasMessage: status !== 0,
      })
      pipelineCount.add()
    }
  },
)
