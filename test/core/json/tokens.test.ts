import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { parse } from 'jsonriver'
import { describe, expect, test } from 'vitest'
import { elementsOf, valuesAt, parseJsonPath } from '../../../src/core/json/path.js'
import { jsonTokens, type JsonToken } from '../../../src/core/json/tokens.js'
import { growingValue } from '../../../src/core/json/value.js'
import { chain } from '../../../src/core/stream/stage.js'
import { INHERITED } from '../../support/arbitrary.js'
import { run } from '../../support/feed.js'
import { SEED, sized } from '../../support/size.js'
import { outcome } from '../../support/stations.js'

const RUNS = { numRuns: sized({ small: 300, ci: 2000, long: 50_000 }), seed: SEED }

/** A character in a JSON string, literal or escaped. */
const unit = fc.constantFrom(
  ...'aZ0 €/🐟{}[],:',
  '\\"',
  '\\\\',
  '\\n',
  '\\u0041',
  '\\ud83d\\udc1f',
  '\\ud83d',
  '\\udc1f',
  '\\u2028',
)
const string = fc.string({ unit, maxLength: 8 }).map((text) => `"${text}"`)
const name = fc.oneof(
  string,
  fc.constantFrom(...INHERITED, 'a', 'b').map((text) => `"${text}"`),
)
const scalar = fc.constantFrom(
  'null',
  'true',
  'false',
  '0',
  '-0',
  '1.0',
  '3e-7',
  '1E+2',
  '-12.50',
  '9007199254740993',
  '1e999',
)
const blank = fc.constantFrom('', '', ' ', '\n\t', '\r\n')

/** JSON texts with white space and repeated names. */
const { document } = fc.letrec<{ document: string }>((tie) => ({
  document: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalar,
    string,
    fc.array(tie('document'), { maxLength: 4 }).map((items) => `[${items.join(' , ')}]`),
    fc
      .array(fc.tuple(name, blank, tie('document'), blank), { maxLength: 4 })
      .map(
        (members) => `{${members.map(([key, before, value, after]) => `${key}${before}:${value}${after}`).join(',')}}`,
      ),
  ),
}))

const cuts = fc.array(fc.nat({ max: 9999 }), { maxLength: 12 })

/** Splits a text at some offsets. */
function pieces(text: string, places: readonly number[]): string[] {
  const at = places.map((place) => place % (text.length + 1)).toSorted((a, b) => a - b)
  return [...at, text.length].map((to, index) => text.slice(at[index - 1] ?? 0, to))
}

/**
 * Returns true if `part` can become `whole` by growing only: strings grow by characters, arrays and objects at their end, where the last
 * member may itself grow. Any other value is final.
 */
function isPrefix(part: unknown, whole: unknown): boolean {
  if (typeof part === 'string') return typeof whole === 'string' && whole.startsWith(part)
  if (typeof part !== 'object' || part === null) return Object.is(part, whole)
  if (typeof whole !== 'object' || whole === null || Array.isArray(part) !== Array.isArray(whole)) return false
  const [some, all] = [Object.entries(part), new Map(Object.entries(whole))]
  return some.every(([key, value], at) => {
    const known: unknown = all.get(key)
    return (
      all.has(key) && (at < some.length - 1 ? JSON.stringify(value) === JSON.stringify(known) : isPrefix(value, known))
    )
  })
}

/** Returns a predicate for strict equality that also works if a member is called `constructor`. */
const like = (expected: unknown) => (value: unknown) => isDeepStrictEqual(value, expected)

/** Returns the document on one line. */
function textOf(text: string): string {
  return run(chain(jsonTokens(), valuesAt([])), [text])
    .map((part) => part.text)
    .join('')
}

/** Joins consecutive pieces of a string. */
function joined(tokens: readonly JsonToken[]): JsonToken[] {
  const all: JsonToken[] = []
  for (const token of tokens) {
    const last = all.at(-1)
    if (last?.kind === 'piece' && token.kind === 'piece')
      all.splice(-1, 1, { kind: 'piece', text: last.text + token.text })
    else all.push(token)
  }
  return all
}

test('the tokens do not depend on how the text is split', () => {
  fc.assert(
    fc.property(document, cuts, (text, places) => {
      const whole = joined(run(jsonTokens(), [text]))
      expect(joined(run(jsonTokens(), pieces(text, places)))).toEqual(whole)
      expect(joined(run(jsonTokens(), text.split('')))).toEqual(whole)
    }),
    RUNS,
  )
})

test('every document gives the value of JSON.parse, and its own text', () => {
  fc.assert(
    fc.property(document, cuts, (text, places) => {
      const value = growingValue()
      for (const token of run(jsonTokens(), pieces(text, places))) value.add(token)
      expect(value.value()).toSatisfy(like(JSON.parse(text)))
      expect(JSON.parse(textOf(text))).toSatisfy(like(JSON.parse(text)))
      expect(textOf(textOf(text))).toBe(textOf(text))
    }),
    RUNS,
  )
})

/** Documents with changes that make most of them invalid. */
const invalid = fc
  .tuple(
    document,
    fc.nat(),
    fc.constantFrom('', ',', ']', '}', '"', '\\', '\n', '-', '0', 'x', '\\u12', '1 2', ':'),
    fc.nat({ max: 2 }),
  )
  .map(([text, place, by, over]) => {
    const at = place % (text.length + 1)
    return text.slice(0, at) + by + text.slice(at + over)
  })

test('a text is rejected if and only if JSON.parse rejects it, with one message however it is split', () => {
  fc.assert(
    fc.property(invalid, cuts, (text, places) => {
      let isJson = true
      try {
        JSON.parse(text)
      } catch {
        isJson = false
      }
      const { failure } = outcome(jsonTokens(), pieces(text, places))
      expect(failure?.code).toBe(isJson ? undefined : 'bad_data')
      expect(outcome(jsonTokens(), [text]).failure?.message).toBe(failure?.message)
    }),
    RUNS,
  )
})

test('every snapshot is a prefix of the document, as value and as text, and the last is the whole document', () => {
  fc.assert(
    fc.property(document, cuts, (text, places) => {
      const [tokens, parts, value] = [jsonTokens(), valuesAt([]), growingValue()]
      const whole: unknown = JSON.parse(text)
      const isRepeating = repeats(text)
      let last: unknown
      const see = (token: JsonToken) => {
        last = [...parts.push(token)][0]?.text ?? last
        value.add(token)
      }
      for (const piece of pieces(text, places)) {
        for (const token of tokens.push(piece)) see(token)
        const soFar = parts.soFar()
        if (soFar === undefined) continue
        const parsed: unknown = JSON.parse(soFar)
        expect(value.value()).toSatisfy(like(parsed))
        expect({ text, soFar, is: isRepeating || isPrefix(parsed, whole) }).toEqual({ text, soFar, is: true })
      }
      for (const token of tokens.end()) see(token)
      expect(JSON.parse(String(last))).toSatisfy(like(whole))
    }),
    RUNS,
  )
})

test('an unfinished string never ends in half of a character, literal or escaped', () => {
  const [tokens, parts, seen] = [jsonTokens(), valuesAt([]), new Set<string | undefined>()]
  for (const half of '"a\\ud83d\\udc1f🐟\\n\\\\u1"'.split('')) {
    for (const token of tokens.push(half)) parts.push(token)
    seen.add(parts.soFar())
  }
  expect([...seen]).toEqual([
    '""',
    '"a"',
    '"a\\ud83d\\udc1f"',
    '"a\\ud83d\\udc1f🐟"',
    '"a\\ud83d\\udc1f🐟\\n"',
    '"a\\ud83d\\udc1f🐟\\n\\\\"',
    '"a\\ud83d\\udc1f🐟\\n\\\\u"',
    '"a\\ud83d\\udc1f🐟\\n\\\\u1"',
    undefined,
  ])
})

/** Returns true if an object in the text has two members with the same name. */
function repeats(text: string): boolean {
  const count = (value: unknown): number =>
    typeof value === 'object' && value !== null
      ? Object.values(value).reduce<number>((sum, member) => sum + 1 + count(member), 0)
      : 0
  const values = run(jsonTokens(), [text]).filter(({ kind }) => kind === 'open' || kind === 'scalar').length
  return values - 1 !== count(JSON.parse(text))
}

test('the snapshots are those of jsonriver', async () => {
  const samples = fc.sample(fc.tuple(document, cuts), {
    numRuns: sized({ small: 100, ci: 500, long: 5000 }),
    seed: SEED,
  })
  for (const [text, places] of samples) {
    let theirs: unknown
    for await (const one of parse(source(pieces(text, places)))) theirs = one
    const ours = growingValue()
    for (const token of run(jsonTokens(), pieces(text, places))) ours.add(token)
    expect(ours.value()).toSatisfy(like(theirs))
  }
})

async function* source(texts: readonly string[]) {
  yield* texts
}

/** Returns a stage for the elements at a path. */
const elements = () => chain(jsonTokens(), valuesAt(elementsOf(parseJsonPath('a.b'))))

test('the elements are those of the document, and a truncated document gives complete elements only', () => {
  const list = fc.array(document, { maxLength: 5 })
  fc.assert(
    fc.property(list, cuts, fc.nat(), (items, places, end) => {
      const text = `{"a":{"b":[${items.join(',')}]},"c":[0]}`
      const whole = JSON.parse(text) as { a: { b: unknown[] } }
      const seen = outcome(elements(), pieces(text, places)).outputs
      expect(seen.map((part) => JSON.parse(part.text) as unknown)).toSatisfy(like(whole.a.b))
      expect(seen.map(({ pointer }) => pointer)).toEqual(items.map((_, at) => `/a/b/${at}`))
      const cut = outcome(elements(), pieces(text.slice(0, end % text.length), places))
      expect(cut.failure?.code).toBe('bad_data')
      expect(cut.outputs).toEqual(seen.slice(0, cut.outputs.length))
    }),
    RUNS,
  )
})

const read = (text: string) => outcome(jsonTokens({ maxBytes: 10 }), text.split('')).failure?.code
const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)

describe('bounds', () => {
  test('a text may be nested 1,000 levels deep, but not deeper', () => {
    expect(textOf(nested(1000))).toBe(nested(1000))
    expect(outcome(jsonTokens(), [nested(1001)]).failure).toMatchObject({
      code: 'bad_data',
      message: 'the JSON is nested more than 1,000 levels deep',
    })
  })

  test('a text over the limit is too large', () => {
    expect([read('"12345678"'), read('"123456789"'), read('1234567890 1')]).toEqual([
      undefined,
      'too_large',
      'too_large',
    ])
  })
})

test.each([
  ['', 'the text contains no JSON'],
  [' \n', 'the text contains no JSON'],
  ['[1, "a', 'the JSON ends too soon, after 6 characters'],
  ['{"a": tru', 'the JSON ends too soon, after 9 characters'],
  ['tru', 'invalid JSON at character 1: tru (--extract skips text around the JSON)'],
  ['[1, 02]', 'invalid JSON at character 5: 02]'],
  ['{"a"}', 'invalid JSON at character 5: }'],
  ['["\\x"]', 'invalid JSON at character 3: \\x"]'],
  ['["\t"]', 'invalid JSON at character 3: "]'],
  ['Sure! [1]', 'invalid JSON at character 1: Sure! [1] (--extract skips text around the JSON)'],
  ['[1] Done.', 'invalid JSON at character 5: Done. (--extract skips text around the JSON)'],
])('the error for %j', (text, message) => {
  for (const cut of [[text], text.split('')]) {
    expect(outcome(jsonTokens(), cut).failure).toMatchObject({ code: 'bad_data', message })
  }
})
