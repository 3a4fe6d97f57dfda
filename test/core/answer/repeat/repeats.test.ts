import fc, { type Arbitrary } from 'fast-check'
import { expect, test } from 'vitest'
import { parseAnswers } from '../../../../src/core/answer/answers.js'
import type { Dialect } from '../../../../src/core/answer/dialect.js'
import type { AnswerEnd, AnswerEvent, ParsedEvent } from '../../../../src/core/answer/event.js'
import { eventParser } from '../../../../src/core/answer/parse-events.js'
import { coalescedAnswers } from '../../../../src/core/answer/repeat/coalesced-answers.js'
import { repeats } from '../../../../src/core/answer/repeat/repeats.js'
import {
  singleDelta,
  withWords,
  wordsOf,
  type SingleDeltaChunk,
} from '../../../../src/core/answer/repeat/text-chunk.js'
import type { JsonObject } from '../../../../src/core/json/json.js'
import { detectFormat } from '../../../../src/core/sse/detect.js'
import { MAX_EVENT_BYTES } from '../../../../src/core/text/size.js'
import { dialects } from '../../../../src/dialects/index.js'
import { STREAMS } from '../../../support/corpus.js'
import { places } from '../../../support/arbitrary.js'
import { dialectThat } from '../../../support/dialect.js'
import { cutAt, inPieces, run, utf8Bytes } from '../../../support/feed.js'
import { SEED, sized } from '../../../support/size.js'
import { outcome } from '../../../support/stations.js'

type Answers = typeof coalescedAnswers

/** Returns the events of a stream and its end. Consecutive chunks that differ only in their words are merged. */
function read(answers: Answers, pieces: readonly Uint8Array[], maxEventBytes = MAX_EVENT_BYTES) {
  const { outputs, failure } = outcome(answers(dialects, { maxEventBytes }), pieces)
  return { events: joined(outputs), failure }
}

function joined(events: readonly AnswerEvent[]): (ParsedEvent | AnswerEnd)[] {
  const all: (ParsedEvent | AnswerEnd)[] = []
  for (const event of events) {
    const [before, chunk] = [all.at(-1), event].map((one) => (one?.type === 'chunk' ? singleDelta(one) : undefined))
    const isSame = before && chunk && same(before, chunk)
    if (isSame) all.pop()
    const count = (event.type === 'chunk' ? (event.count ?? 1) : 1) + (isSame ? (before.count ?? 1) : 0)
    if (isSame) all.push({ ...withWords(before, wordsOf(before) + wordsOf(chunk)), count })
    else all.push(event.type === 'chunk' ? { ...event, count } : event)
  }
  return all
}

function same(a: SingleDeltaChunk, b: SingleDeltaChunk): boolean {
  const [one, other] = [a, b].map((chunk) => JSON.stringify({ ...withWords(chunk, ''), count: undefined }))
  return one === other && callOf(a) === callOf(b)
}

function callOf({ deltas: [delta] }: SingleDeltaChunk): unknown {
  return 'call' in delta ? delta.call : undefined
}

/** Words in a JSON string, valid and invalid. */
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

/** Data with words, and with other values that may vary. */
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
/** Lines after the data that do not matter, one of which repeats the data. */
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

test('the fast path gives the same events for any stream, however it is split', () => {
  fc.assert(
    fc.property(streams, places, fc.constantFrom(MAX_EVENT_BYTES, 400, 120), (whole, at, bound) => {
      const pieces = cutAt(whole, at)
      expect(read(coalescedAnswers, pieces, bound)).toEqual(read(parseAnswers, pieces, bound))
    }),
    { seed: SEED, numRuns: sized({ small: 200, ci: 2000, long: 100_000 }) },
  )
})

const textBlock = (words: string, more = '') => `data: {"choices":[{"delta":{"content":"${words}"}}]${more}}\n\n`
const reasoningBlock = (...[text, detail]: [string, string]) =>
  `data: {"choices":[{"delta":{"reasoning":"${text}","reasoning_details":[{"text":"${detail}"}]}}]}\n\n`
const repeatedInId = (words: string, id: string) =>
  `${textBlock(words).trimEnd()}\nid: ${textBlock(id).slice('data: '.length)}`

test.each([
  ['another string is as the words', [reasoningBlock('a', 'a'), reasoningBlock('b', 'b'), reasoningBlock('c', 'b')]],
  ['the id is as the data', [repeatedInId('a', 'a'), repeatedInId('a', 'a'), repeatedInId('a', 'b')]],
])('a tricky stream: %s', (_, blocks) => {
  const pieces = blocks.map(utf8Bytes)
  expect(read(coalescedAnswers, pieces)).toEqual(read(parseAnswers, pieces))
})

for (const source of STREAMS) {
  test.skipIf(source.isMissing).each(source.named())('%s: the fast path gives the same events', (_, { stream }) => {
    for (const pieces of [[stream], inPieces(stream, 700), inPieces(stream, 64)])
      expect(read(coalescedAnswers, pieces)).toEqual(read(parseAnswers, pieces))
  })
}

/** Shows how each block is read: the type of a parsed event, or the number of merged chunks that matched a template. */
function readings(blocks: readonly string[], table: readonly Dialect[] = dialects, maxEventBytes = MAX_EVENT_BYTES) {
  const stage = repeats(detectFormat(maxEventBytes), eventParser(table), { maxEventBytes })
  return run(stage, blocks).map((event) => (event.type === 'chunk' ? (event.count ?? 'chunk') : event.type))
}

test.each<[string, string[], unknown[]]>([
  [
    'the same chunks',
    [textBlock('a'), `${textBlock('b')}${textBlock('c')}${textBlock('d')}`, textBlock('e')],
    ['chunk', 'chunk', 2, 1],
  ],
  [
    'members that are never read',
    [1, 22, 3].map((time) => textBlock('a', `,"created":${time},"p":"${time}"`)),
    ['chunk', 'chunk', 1],
  ],
  ['a member that is read', ['x', 'y', 'z'].map((id) => textBlock('a', `,"id":"${id}"`)), ['chunk', 'chunk', 'chunk']],
  [
    'a block that is split',
    [
      textBlock('a'),
      textBlock('b'),
      textBlock('c').slice(0, 20),
      textBlock('c').slice(20, -1),
      `\n${textBlock('d')}${textBlock('e')}`,
    ],
    ['chunk', 'chunk', 1, 2],
  ],
  [
    'another kind of chunk between',
    [textBlock('a'), textBlock('b'), textBlock(''), ': x\n\n', textBlock('c')],
    ['chunk', 'chunk', 'chunk', 1],
  ],
  [
    'a block with another start',
    [textBlock('a'), textBlock('b'), 'event: x\n', textBlock('c'), textBlock('d')],
    ['chunk', 'chunk', 'chunk', 1],
  ],
  ['chunks without words', [textBlock(''), textBlock(''), textBlock('')], ['chunk', 'chunk', 'chunk']],
])('%s', (_, blocks, expected) => {
  expect(readings(blocks)).toEqual(expected)
})

const nested = (words: string) => textBlock(words, `,"x":${'['.repeat(12_000)}"${words}"${']'.repeat(12_000)}`)
const wide = (words: string) => textBlock(words, `,"x":[${Array.from({ length: 5000 }, () => `"${words}"`).join()}]`)

test.each<[string, string[]]>([
  ['nested deep', ['a', 'b', 'c'].map(nested)],
  ['many strings as the words', ['a', 'b', 'c'].map(wide)],
  [
    'many blanks at the end',
    [20_000, 20_001, 20_002].map((count) => textBlock('a').replace('\n', `${' '.repeat(count)}\n`)),
  ],
])('no template: %s', (_, blocks) => {
  expect(readings(blocks)).toEqual(['chunk', 'chunk', 'chunk'])
})

test('an event is returned when it is complete, whatever its line ends', () => {
  const stage = repeats(detectFormat(MAX_EVENT_BYTES), eventParser(dialects), { maxEventBytes: MAX_EVENT_BYTES })
  const pieces = [
    textBlock('a'),
    textBlock('b'),
    textBlock('c').replaceAll('\n', '\r\n'),
    textBlock('d').replaceAll('\n', '\r'),
  ]
  expect(pieces.map((piece) => [...stage.push(piece)].length)).toEqual([1, 1, 1, 1])
})

test('a clock sets the time of chunks that match a template', () => {
  let time = 0
  const options = { maxEventBytes: MAX_EVENT_BYTES, clock: () => (time += 5) }
  const stage = repeats(detectFormat(MAX_EVENT_BYTES), eventParser(dialects), options)
  const times = run(stage, [textBlock('a'), textBlock('b'), textBlock('c') + textBlock('d'), textBlock('e')]).map(
    (event) => (event.type === 'chunk' ? [event.count, event.t] : event),
  )
  // Parsed chunks get their time from the items.
  expect(times).toEqual([
    [undefined, undefined],
    [undefined, undefined],
    [2, 5],
    [1, 10],
  ])
})

test('event numbers in messages count events that match a template', () => {
  const events = run(coalescedAnswers(dialects), [utf8Bytes(`${textBlock('a').repeat(5)}data: no JSON\n\n`)])
  expect(events.flatMap((event) => (event.type === 'invalid' ? [event.why] : []))).toEqual([
    'event 6 is not JSON: no JSON',
  ])
})

test('a block over a third of the limit is parsed', () => {
  const blocks = [textBlock('a'), textBlock('b'), textBlock('c'.repeat(20)), textBlock('d')]
  expect(readings(blocks, dialects, 3 * textBlock('a').length)).toEqual(['chunk', 'chunk', 'chunk', 1])
})

/** A dialect whose chunks are reasoning or text; with `ends`, each chunk ends an answer. */
function speaking(isReasoning: (chunk: JsonObject) => boolean, ends: boolean): Dialect {
  return dialectThat('speaking', (chunk) => ({
    type: 'chunk',
    id: undefined,
    model: undefined,
    provider: undefined,
    deltas: [{ type: isReasoning(chunk) ? 'reasoning' : 'text', choice: 0, text: String(chunk['words']) }],
    isFinal: ends,
  }))
}

test('each chunk that ends an answer is an answer of its own', () => {
  const blocks = ['a', 'b', 'c'].map((words) => `data: {"words":"${words}"}\n\n`)
  expect(readings(blocks, [speaking(() => false, true)])).toEqual(['chunk', 'chunk', 'chunk'])
})

test('a value that a dialect reads is part of the template, even if it does not affect the result', () => {
  const curious = speaking(({ mood }) => mood === 'sad', false)
  const blocks = ['glad', 'merry', 'sad'].map((mood) => `data: {"mood":"${mood}","words":"Hi","else":"${mood}"}\n\n`)
  expect(readings([...blocks, ...blocks.slice(1)], [curious])).toEqual(['chunk', 'chunk', 'chunk', 1, 'chunk'])
})
