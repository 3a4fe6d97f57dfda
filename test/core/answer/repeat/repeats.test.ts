import fc, { type Arbitrary } from 'fast-check'
import { expect, test } from 'vitest'
import { parseAnswers } from '../../../../src/core/answer/answers.js'
import type { Dialect } from '../../../../src/core/answer/delta.js'
import { detectFormat } from '../../../../src/core/sse/detect.js'
import type { JsonObject } from '../../../../src/core/json/json.js'
import type { NextAnswer } from '../../../../src/core/answer/judge.js'
import { eventParser, memoized, type ParsedEvent } from '../../../../src/core/answer/parse-events.js'
import { repeats } from '../../../../src/core/answer/repeat/repeats.js'
import { singleDelta, withWords, wordsOf } from '../../../../src/core/answer/repeat/text-chunk.js'
import { MAX_EVENT_BYTES } from '../../../../src/core/text/size.js'
import { dialects } from '../../../../src/dialects/index.js'
import { STREAMS } from '../../../support/corpus.js'
import { places } from '../../../support/arbitrary.js'
import { cutAt, inPieces, run, utf8Bytes } from '../../../support/feed.js'
import { SEED, sized } from '../../../support/size.js'
import { outcome } from '../../../support/stations.js'

/** Everything that is read in a stream and thought of it, chunks in a row that say the same but for their words as one. */
function read(pieces: readonly Uint8Array[], joins: boolean, maxEventBytes = MAX_EVENT_BYTES) {
  const { verdict, failure, warnings, id, ...stage } = parseAnswers(dialects, { joins, maxEventBytes })
  const { outputs, ...ended } = outcome(stage, pieces)
  return { readings: joined(outputs), ended, verdict: verdict(), failure: failure(), warnings: warnings(), id: id() }
}

function joined(readings: readonly (ParsedEvent | NextAnswer)[]): (ParsedEvent | NextAnswer)[] {
  const all: (ParsedEvent | NextAnswer)[] = []
  for (const reading of readings) {
    const last = all.at(-1)
    const [before, chunk] = [last, reading].map((one) => (one && one.type !== 'next' ? singleDelta(one) : undefined))
    const isSame = before && chunk && same(before, chunk)
    if (isSame) all.pop()
    const count = (reading.type === 'chunk' ? (reading.count ?? 1) : 1) + (isSame ? (before.count ?? 1) : 0)
    if (isSame) all.push({ ...withWords(before, wordsOf(before) + wordsOf(chunk)), count })
    else all.push(reading.type === 'chunk' ? { ...reading, count } : reading)
  }
  return all
}

function same(...chunks: readonly Parameters<typeof withWords>[0][]): boolean {
  const [a, b] = chunks.map((chunk) => JSON.stringify({ ...withWords(chunk, ''), count: undefined }))
  return a === b
}

/** How words may be spelled in JSON, and how they may not. */
const literals: Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(' the', 'Hi', '.', '日本', 'é', '🐟', '\\n\\n', '\\"', '\\\\', '\\/', '{') },
  { weight: 3, arbitrary: fc.string({ unit: 'grapheme' }).map((text) => JSON.stringify(text).slice(1, -1)) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '',
      '\\ud83d',
      '\\udc1f',
      '\\u00e9',
      '\\ud83d\\udc1f',
      '\\u00',
      '\\x',
      '\\',
      '"',
      '\t',
      '\u0001',
      '\r',
    ),
  },
)
const numbers = fc.oneof(
  fc.nat({ max: 12 }).map(String),
  fc.constantFrom('-1', '0.5', '1e3', '01', '1.', '-', '1e', '+1', 'null', '""'),
)

/** Blocks whose words are the first, and which differ from one another in the rest. */
const TEMPLATES: readonly ((words: string, other: string, number: string) => string)[] = [
  (words) =>
    `{"id":"a","choices":[{"index":0,"delta":{"role":"assistant","content":"${words}"},"finish_reason":null}]}`,
  (words, other, number) =>
    `{"id":"a","created":${number},"choices":[{"index":0,"delta":{"content":"${words}"},"logprobs":null}],"obfuscation":"${other}"}`,
  (words, other) =>
    `{"id":"a","choices":[{"delta":{"reasoning":"${other}","reasoning_details":[{"type":"reasoning.text","text":"${words}"}]}}]}`,
  (words, _, number) => `{"choices":[{"index":${number},"delta":{"content":"${words}"}}]}`,
  (words, other) => `{"id":"${other}","choices":[{"index":0,"delta":{"content":"${words}"}}]}`,
  (words) =>
    `{"choices":[{"index":0,"delta":{"content":"","tool_calls":[{"index":0,"function":{"arguments":"${words}"}}]}}]}`,
  (words, other) => `{"object":"text_completion","choices":[{"index":0,"text":"${words}"}],"model":"${other}"}`,
  (words, other) => `{"object":"chat.completion.chunk","choices":[{"text":"${other}","delta":{"content":"${words}"}}]}`,
  (words, other) =>
    `{"role":"${other}","choices":[{"delta":{"content":"assistant","role":"${words}"}}],"content":"${words}"}`,
  (words, other) => `{"choices":[{"delta":{"content":"${words}","content":"${other}"}}]}`,
  (words, other, number) =>
    `{"type":"response.output_text.delta","sequence_number":${number},"delta":"${words}","obfuscation":"${other}"}`,
  (words, _, number) =>
    `{"type":"content_block_delta","index":${number},"delta":{"type":"text_delta","text":"${words}"}  }`,
  (words) =>
    `{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"${words}"}${' '.repeat(words.length % 4)}}`,
  (words) => `{"choices":[{"delta":{"content":"${words}"}}],"a${' '.repeat(words.length % 3)}}":{}}`,
  (words, other) => `  {"candidates":[{"content":{"parts":[{"text":"${words}"}]}}],"responseId":"${other}"}`,
]
const HEADS = [
  'data: ',
  'data: ',
  'data:',
  'event: message\ndata: ',
  'id: 1\ndata: ',
  'event: error\ndata: ',
  'event: ping\ndata: ',
  'event: ping\ndata:  ',
]
const OTHERS = [
  ': OPENROUTER PROCESSING\n\n',
  'data: [DONE]\n\n',
  'data: {"id":"a","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n',
  'data: {"id":"a","choices":[],"usage":{"prompt_tokens":1}}\n\n',
  'data: {"error":{"code":502,"message":"no"}}\n\n',
  'data: no JSON\n\n',
  'data: {"choices":[\ndata: {"delta":{"content":"two lines"}}]}\n\n',
  'data: {"choices":[{"delta":{"content":"CRLF"}}]}\r\n\r\n',
  ': or-stream status=75 verdict=error code=rate_limited told=1\n',
  'data: {"choices":[{"delta":{"content":"half"}}',
  '\n',
]
/** What may stand behind the data: lines that say nothing, one of them with the data again. */
const TAILS: readonly ((data: string) => string)[] = [
  () => '',
  () => '',
  () => '',
  (data) => `\nid: ${data}`,
  (data) => `\nretry: ${data}`,
  () => '   ',
]
const row = fc
  .tuple(
    fc.constantFrom(...TEMPLATES),
    fc.constantFrom(...HEADS),
    fc.array(fc.tuple(literals, literals, numbers), { maxLength: 8 }),
    fc.boolean(),
    fc.constantFrom(...TAILS),
  )
  .map(([template, head, fills, isTwin, tail]) =>
    fills
      .map(([words, other, number]) => template(words, isTwin ? words : other, number))
      .map((data) => `${head}${data}${tail(data)}\n\n`)
      .join(''),
  )
const streams = fc
  .array(fc.oneof({ weight: 3, arbitrary: row }, fc.constantFrom(...OTHERS)), { minLength: 1, maxLength: 8 })
  .map((parts) => utf8Bytes(parts.join('')))

test('whatever the stream and its cuts, what is read is the same by the short way', () => {
  fc.assert(
    fc.property(streams, places, fc.constantFrom(MAX_EVENT_BYTES, 400, 120), (whole, at, bound) => {
      const pieces = cutAt(whole, at)
      expect(read(pieces, true, bound)).toEqual(read(pieces, false, bound))
    }),
    { seed: SEED, numRuns: sized({ small: 400, ci: 3000, long: 100_000 }) },
  )
})

const said = (words: string, more = '') => `data: {"choices":[{"delta":{"content":"${words}"}}]${more}}\n\n`
const thought = (...[told, detail]: [string, string]) =>
  `data: {"choices":[{"delta":{"reasoning":"${told}","reasoning_details":[{"text":"${detail}"}]}}]}\n\n`
const twice = (words: string, id: string) => `${said(words).trimEnd()}\nid: ${said(id).slice('data: '.length)}`

test.each([
  ['another string is as the words', [thought('a', 'a'), thought('b', 'b'), thought('c', 'b')]],
  ['the id is as the data', [twice('a', 'a'), twice('a', 'a'), twice('a', 'b')]],
])('tricky: %s', (_, blocks) => {
  const pieces = blocks.map(utf8Bytes)
  expect(read(pieces, true)).toEqual(read(pieces, false))
})

for (const source of STREAMS) {
  test.skipIf(source.isMissing).each(source.named())('%s: the same by the short way', (_, { stream }) => {
    for (const pieces of [[stream], inPieces(stream, 700), inPieces(stream, 64)])
      expect(read(pieces, true)).toEqual(read(pieces, false))
  })
}

/** How the blocks of a stream go: an item of the long way by its kind, chunks in a row by how many they are. */
function ways(blocks: readonly string[], table: readonly Dialect[] = dialects, maxEventBytes = MAX_EVENT_BYTES) {
  const stage = repeats(detectFormat(maxEventBytes), memoized(eventParser(table), MAX_EVENT_BYTES), maxEventBytes)
  return run(stage, blocks).map((item) => (item.kind === 'repeated' ? item.chunk.count : item.kind))
}

test.each<[string, string[], unknown[]]>([
  ['the same chunks', [said('a'), `${said('b')}${said('c')}${said('d')}`, said('e')], ['event', 'event', 2, 1]],
  [
    'members that nobody asks for',
    [1, 22, 3].map((time) => said('a', `,"created":${time},"p":"${time}"`)),
    ['event', 'event', 1],
  ],
  ['a member that is asked for', ['x', 'y', 'z'].map((id) => said('a', `,"id":"${id}"`)), ['event', 'event', 'event']],
  [
    'a block that is cut',
    [said('a'), said('b'), said('c').slice(0, 20), said('c').slice(20, -1), `\n${said('d')}${said('e')}`],
    ['event', 'event', 1, 2],
  ],
  [
    'another kind of chunk between',
    [said('a'), said('b'), said(''), ': x\n\n', said('c')],
    ['event', 'event', 'event', 'comment', 1],
  ],
  [
    'a block that has begun otherwise',
    [said('a'), said('b'), 'event: x\n', said('c'), said('d')],
    ['event', 'event', 'event', 1],
  ],
  ['chunks without words', [said(''), said(''), said('')], ['event', 'event', 'event']],
])('%s', (_, blocks, expected) => {
  expect(ways(blocks)).toEqual(expected)
})

const nested = (words: string) => said(words, `,"x":${'['.repeat(12_000)}"${words}"${']'.repeat(12_000)}`)
const wide = (words: string) => said(words, `,"x":[${Array.from({ length: 5000 }, () => `"${words}"`).join()}]`)

test.each<[string, string[]]>([
  ['nested deep', ['a', 'b', 'c'].map(nested)],
  ['many strings as the words', ['a', 'b', 'c'].map(wide)],
  [
    'many blanks at the end',
    [20_000, 20_001, 20_002].map((count) => said('a').replace('\n', `${' '.repeat(count)}\n`)),
  ],
])('no frame: %s', (_, blocks) => {
  expect(ways(blocks)).toEqual(['event', 'event', 'event'])
})

test('an event is given when it has come, with whatever line ends', () => {
  const stage = repeats(
    detectFormat(MAX_EVENT_BYTES),
    memoized(eventParser(dialects), MAX_EVENT_BYTES),
    MAX_EVENT_BYTES,
  )
  const pieces = [said('a'), said('b'), said('c').replaceAll('\n', '\r\n'), said('d').replaceAll('\n', '\r')]
  expect(pieces.map((piece) => [...stage.push(piece)].length)).toEqual([1, 1, 1, 1])
})

test('a block over a third of the bound goes the long way', () => {
  const blocks = [said('a'), said('b'), said('c'.repeat(20)), said('d')]
  expect(ways(blocks, dialects, 3 * said('a').length)).toEqual(['event', 'event', 'event', 1])
})

/** A dialect whose chunks are reasoning or text, and each the end of an answer or none. */
function speaking(isReasoning: (chunk: JsonObject) => boolean, ends: boolean): Dialect {
  return {
    name: 'speaking',
    read: (chunk) => ({
      type: 'chunk',
      id: undefined,
      model: undefined,
      provider: undefined,
      deltas: [{ type: isReasoning(chunk) ? 'reasoning' : 'text', choice: 0, text: String(chunk['words']) }],
      isFinal: ends,
    }),
  }
}

test('chunks that end an answer are answers, each of them', () => {
  const blocks = ['a', 'b', 'c'].map((words) => `data: {"words":"${words}"}\n\n`)
  expect(ways(blocks, [speaking(() => false, true)])).toEqual(['event', 'event', 'event'])
})

test('a value that a dialect asks for is part of the frame, whatever comes of it', () => {
  const curious = speaking(({ mood }) => mood === 'sad', false)
  const blocks = ['glad', 'merry', 'sad'].map((mood) => `data: {"mood":"${mood}","words":"Hi","else":"${mood}"}\n\n`)
  expect(ways([...blocks, ...blocks.slice(1)], [curious])).toEqual(['event', 'event', 'event', 1, 'event'])
})
