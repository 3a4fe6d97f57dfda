import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { redact } from '../../../src/core/secrets/redact.js'

const KEY = 'sk-or-v1-0123456789abcdef'

test.each([
  ['no part of the key', 'No auth credentials found', 'No auth credentials found'],
  ['the whole key', `the key ${KEY} is unknown`, 'the key [key] is unknown'],
  ['the key several times', `${KEY}, ${KEY}${KEY}`, '[key], [key][key]'],
  ['its start', 'Incorrect key: sk-or-v1-01***', 'Incorrect key: [key]***'],
  ['seven characters of its end', '…9abcdef is revoked', '…9abcdef is revoked'],
  ['eight characters of its end', '…89abcdef is revoked', '…[key] is revoked'],
  ['its start and its end', 'sk-or-v1…89abcdef', '[key]…[key]'],
  ['seven characters of its start', 'sk-or-v', 'sk-or-v'],
  ['two adjacent parts', '01234567sk-or-v1-', '[key][key]'],
])('%s', (_, text, expected) => {
  expect(redact(text, KEY)).toBe(expected)
})

test('without a key the text is unchanged', () => {
  expect(redact('as it is', '')).toBe('as it is')
})

test('no eight characters of the key remain, and other text is unchanged', () => {
  const words = fc.oneof(
    fc.constantFrom(KEY, ...Array.from(KEY)),
    fc.tuple(fc.nat({ max: 25 }), fc.nat({ max: 25 })).map(([from, to]) => KEY.slice(from, to)),
    fc.string(),
  )
  const left = fc.property(fc.array(words, { maxLength: 20 }), (pieces) => {
    const text = pieces.join('')
    const redacted = redact(text, KEY)
    const windows = Array.from(redacted, (_, at) => redacted.slice(at, at + 8)).filter(
      (window) => window.length === 8 && KEY.includes(window),
    )
    const around = redacted.split('[key]').every((piece) => text.includes(piece))
    expect({ windows, around }).toEqual({ windows: [], around: true })
  })
  fc.assert(left, { numRuns: 500, seed: 7 })
})
