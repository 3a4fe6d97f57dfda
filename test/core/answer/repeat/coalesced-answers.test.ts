import fc, { type Arbitrary } from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Dialect } from '../../../../src/core/answer/dialect.js'
import { eventParser } from '../../../../src/core/answer/parse-events.js'
import { coalescedAnswers } from '../../../../src/core/answer/repeat/coalesced-answers.js'
import { singleDelta, withWords, wordsOf } from '../../../../src/core/answer/repeat/text-chunk.js'
import { isObject, type JsonObject } from '../../../../src/core/json/json.js'
import { events } from '../../../../src/core/sse/detect.js'
import { dialects } from '../../../../src/dialects/index.js'
import * as library from '../../../../src/library/index.js'
import { dialectThat } from '../../../support/dialect.js'
import { everyCut, run, utf8Bytes } from '../../../support/feed.js'
import { cases } from '../../../support/fixtures.js'
import { judgedBy } from '../../../support/outcomes.js'
import { SEED, sized } from '../../../support/size.js'
import { outcome } from '../../../support/stations.js'

/** An event of a stream: its JSON and its name. */
interface Sample {
  readonly json: JsonObject
  readonly event: string
}

/** Texts that a dialect might treat as more than text. */
const TEMPTING = [
  '<end>',
  '[DONE]',
  'stop',
  'length',
  'error',
  'end_turn',
  'STOP',
  'null',
  'true',
  '0',
  '{}',
  '[]',
  '{"error":{"message":"x"}}',
  '{"choices":[]}',
  'response.completed',
  'message_stop',
  'data: x\n\n',
  '<think>',
  ' ',
  '\n',
  '\u0000',
  '\u2028',
  '__proto__',
]
const words = fc.oneof(
  fc.constantFrom(...TEMPTING),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }),
)
const id = fc.option(fc.string({ maxLength: 4 }), { nil: undefined })
const noise = fc.dictionary(fc.constantFrom('created', 'x', 'system_fingerprint', 'obfuscation'), fc.jsonValue(), {
  maxKeys: 2,
})

/** Forms of the `delta` of a chat choice with one text. */
const chatDelta: Arbitrary<object> = fc.oneof(
  fc.tuple(words, id).map(([content, role]) => ({ content, role })),
  words.map((reasoning) => ({ reasoning, content: null })),
  words.map((text) => ({ reasoning_content: text, content: '' })),
  words.map((text) => ({ reasoning: text, reasoning_details: [{ type: 'reasoning.text', text }] })),
  words.map((summary) => ({ reasoning_details: [{ type: 'reasoning.summary', summary, index: 0 }] })),
  words.map((refusal) => ({ refusal, content: null })),
  words.map((text) => ({ content: [{ type: 'text', text }] })),
  words.map((text) => ({ content: [{ type: 'thinking', thinking: [{ type: 'text', text }] }] })),
  fc.tuple(words, id, id, fc.option(fc.nat({ max: 3 }))).map(([args, call, name, index]) => ({
    tool_calls: [{ index, id: call, type: 'function', function: { name, arguments: args } }],
  })),
)
const choice = fc.tuple(fc.constantFrom(0, 1), fc.constantFrom(null, '', undefined))

/** Composed chunks by name of the dialect. */
const COMPOSED: Record<string, Arbitrary<JsonObject>> = {
  chat: fc.tuple(chatDelta, choice, id, noise).map(([delta, [index, finish_reason], own, rest]) => ({
    ...rest,
    id: own,
    object: 'chat.completion.chunk',
    choices: [{ index, delta, finish_reason }],
  })),
  completions: fc.tuple(words, choice, id, noise).map(([text, [index, finish_reason], own, rest]) => ({
    ...rest,
    id: own,
    choices: [{ index, text, finish_reason }],
  })),
  responses: fc
    .tuple(
      words,
      fc.constantFrom(
        'output_text',
        'refusal',
        'reasoning_text',
        'reasoning_summary_text',
        'function_call_arguments',
        'custom_tool_call_input',
      ),
      fc.nat({ max: 3 }),
      noise,
    )
    .map(([delta, kind, index, rest]) => ({
      ...rest,
      type: `response.${kind}.delta`,
      sequence_number: index,
      output_index: index,
      delta,
    })),
  messages: fc
    .tuple(
      fc.oneof(
        words.map((text) => ({ content_block: { type: 'text', text } })),
        words.map((thinking) => ({ content_block: { type: 'thinking', thinking } })),
        words.map((text) => ({ delta: { type: 'text_delta', text } })),
        words.map((thinking) => ({ delta: { type: 'thinking_delta', thinking } })),
        words.map((partial_json) => ({ delta: { type: 'input_json_delta', partial_json } })),
      ),
      fc.nat({ max: 3 }),
      noise,
    )
    .map(([content, index, rest]) => ({
      ...rest,
      type: 'delta' in content ? 'content_block_delta' : 'content_block_start',
      index,
      ...content,
    })),
  gemini: fc
    .tuple(words, fc.constantFrom(true, false, undefined), choice, noise)
    .map(([text, thought, [index], rest]) => ({
      ...rest,
      candidates: [{ index, content: { role: 'model', parts: [{ text, thought }] } }],
    })),
}

/** Every event in the fixtures whose data is an object. */
const RECORDED: readonly Sample[] = cases().flatMap(({ stream }) =>
  outcome(events(), [stream]).outputs.flatMap((item) => {
    const json: unknown = item.kind === 'event' ? parsed(item.data) : undefined
    return item.kind === 'event' && isObject(json) ? [{ json, event: item.event }] : []
  }),
)

function parsed(data: string): unknown {
  try {
    return JSON.parse(data) as unknown
  } catch {
    return undefined
  }
}

/** Returns a copy of the value for each string in it that equals `text`, with that string replaced. */
function replacedOnce(value: unknown, text: string, other: string): unknown[] {
  if (value === text) return [other]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, member]) =>
    replacedOnce(member, text, other).map((made) => {
      if (!Array.isArray(value)) return { ...value, [name]: made }
      return value.map((item: unknown, at) => (at === Number(name) ? made : item))
    }),
  )
}

/** The kinds of deltas whose text was replaced in chunks of a dialect. */
type Kinds = Set<string>

/**
 * Asserts the rule of the fast path for one sample: the chunk is the same for any text, except for the text itself. A string is the text
 * if replacing it changes the text of the chunk.
 */
function holdsFor(read: Dialect['read'], { json, event }: Sample, others: readonly string[], kinds: Kinds) {
  const chunk = singleDelta(read(json, event))
  if (!chunk) return
  const text = wordsOf(chunk)
  const made = [...new Set(others)]
    .filter((other) => other !== text)
    .map((other) => ({
      expected: withWords(chunk, other),
      found: replacedOnce(json, text, other).map((one) => read(one as JsonObject, event)),
    }))
  const places = made[0]?.found.length ?? 0
  for (let place = 0; place < places; place++) {
    const isText = made.some(({ expected, found }) => JSON.stringify(found[place]) === JSON.stringify(expected))
    if (!isText) continue
    kinds.add(chunk.deltas[0].type)
    expect(made.map(({ found }) => found[place])).toEqual(made.map(({ expected }) => expected))
  }
}

function samplesOf(read: Dialect['read'], composed: readonly Arbitrary<JsonObject>[]): Arbitrary<Sample> {
  const own = RECORDED.filter(({ json, event }) => singleDelta(read(json, event)))
  const made = composed.map((chunks) => chunks.map((json) => ({ json, event: 'message' })))
  return own.length > 0 ? fc.oneof(fc.constantFrom(...own), ...made) : fc.oneof(...made)
}

/** Checks the rule on many samples. Returns the kinds of deltas that were checked, and true if the rule was broken. */
function checkRule(read: Dialect['read'], composed: readonly Arbitrary<JsonObject>[]) {
  const kinds: Kinds = new Set()
  const property = fc.property(
    samplesOf(read, composed),
    fc.array(words, { minLength: 1, maxLength: 3 }),
    (sample, others) => holdsFor(read, sample, ['x', 'y', ...others], kinds),
  )
  const result = fc.check(property, { seed: SEED, numRuns: sized({ small: 500, ci: 5000, long: 200_000 }) })
  return { kinds: [...kinds].toSorted(), result }
}

/** Reads a chunk with the first dialect that can. */
const table: Dialect['read'] = (json, event) => {
  const found = eventParser(dialects).object(json, event)
  return found.type === 'chunk' ? found : undefined
}

describe('the rule of the fast path: read() never inspects the text that it returns', () => {
  const all = Object.values(COMPOSED)

  test.each<[string, Dialect['read'] | undefined, string[]]>([
    ['chat', undefined, ['reasoning', 'refusal', 'text', 'tool-call']],
    ['completions', undefined, ['text']],
    ['responses', undefined, ['reasoning', 'refusal', 'text', 'tool-call']],
    ['messages', undefined, ['reasoning', 'text', 'tool-call']],
    // The arguments of a Gemini call are an object, so their text is not a string of the chunk.
    ['gemini', undefined, ['reasoning', 'text']],
    ['the table', table, ['reasoning', 'refusal', 'text', 'tool-call']],
  ])('%s', (name, whole, kinds) => {
    const dialect = dialects.find((one) => one.name === name)
    const own = COMPOSED[name]
    const found = checkRule(whole ?? dialect?.read ?? (() => undefined), own ? [own] : all)
    expect(fc.defaultReportMessage(found.result) ?? 'it holds').toBe('it holds')
    expect(found.kinds).toEqual(kinds)
  })

  test('every dialect is checked', () => {
    expect(Object.keys(COMPOSED).toSorted()).toEqual(dialects.map(({ name }) => name).toSorted())
  })

  test('a dialect that treats the text "<end>" as a finish reason breaks it', () => {
    const { result } = checkRule(peeking.read, [words.map((text) => ({ words: text }))])
    expect(result.failed).toBe(true)
    expect(JSON.stringify(result.counterexample)).toContain('<end>')
  })
})

/** A dialect that inspects its text: "<end>" is the finish reason. */
const peeking = dialectThat('peeking', ({ words: text }) => {
  if (typeof text !== 'string') return undefined
  const delta =
    text === '<end>'
      ? ({ type: 'finish', choice: 0, reason: 'stop', native: undefined } as const)
      : ({ type: 'text', choice: 0, text } as const)
  return { type: 'chunk', id: undefined, model: undefined, provider: undefined, deltas: [delta] }
})

const textBlock = (text: string) => `data: {"words":"${text}"}\n\n`
const whole = ['Blue ', 'is ', 'short', '<end>'].map(textBlock).join('')

test('the verdict on a dialect that inspects its text does not depend on how the stream is split, because the library never coalesces', () => {
  const bytes = utf8Bytes(whole)
  const known = judgedBy(library.parseAnswers([peeking]), [bytes])
  expect([known.verdict, known.failure, known.events.length]).toEqual(['complete', undefined, 4])
  for (const [cut, pieces] of everyCut(bytes)) {
    expect({ cut, ...judgedBy(library.parseAnswers([peeking]), pieces) }).toEqual({ cut, ...known })
    const folded = run(library.fold([peeking]), pieces).map(({ type, verdict }) => [type, verdict])
    expect({ cut, folded }).toEqual({
      cut,
      folded: [
        ['folded', 'complete'],
        ['answer-end', 'complete'],
      ],
    })
    const checked = run(library.check([peeking]), pieces).at(-1)
    expect({ cut, checked }).toMatchObject({ cut, checked: { type: 'summary', verdict: 'complete', events: 4 } })
  }
  expect(Object.keys(library).filter((name) => /coalesce|repeat|template/i.test(name))).toEqual([])
})

test('the fast path would miss the end of such a dialect', () => {
  expect(judgedBy(coalescedAnswers([peeking]), [utf8Bytes(whole)]).verdict).toBe('truncated')
})
