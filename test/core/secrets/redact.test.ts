import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { redact } from '../../../src/core/secrets/redact.js'

const KEY = 'sk-or-v1-0123456789abcdef'

test.each([
  ['nothing to hide', 'No auth credentials found', 'No auth credentials found'],
  ['whole', `the key ${KEY} is unknown`, 'the key [key] is unknown'],
  ['twice', `${KEY}, ${KEY}${KEY}`, '[key], [key][key]'],
  ['its beginning', 'Incorrect key: sk-or-v1-01***', 'Incorrect key: [key]***'],
  ['its end', '…9abcdef is revoked', '…9abcdef is revoked'],
  ['more of its end', '…89abcdef is revoked', '…[key] is revoked'],
  ['both', 'sk-or-v1…89abcdef', '[key]…[key]'],
  ['seven characters of it', 'sk-or-v', 'sk-or-v'],
  ['two pieces that touch', '01234567sk-or-v1-', '[key][key]'],
])('%s', (_, text, shown) => {
  expect(redact(text, KEY)).toBe(shown)
})

test('without a key all is shown', () => {
  expect(redact('as it is', '')).toBe('as it is')
})

test('no eight characters of the key are left, and what is no part of it stays', () => {
  const words = fc.oneof(
    fc.constantFrom(KEY, ...Array.from(KEY)),
    fc.tuple(fc.nat({ max: 25 }), fc.nat({ max: 25 })).map(([from, to]) => KEY.slice(from, to)),
    fc.string(),
  )
  const left = fc.property(fc.array(words, { maxLength: 20 }), (pieces) => {
    const text = pieces.join('')
    const shown = redact(text, KEY)
    const windows = Array.from(shown, (_, at) => shown.slice(at, at + 8)).filter(
      (window) => window.length === 8 && KEY.includes(window),
    )
    const around = shown.split('[key]').every((piece) => text.includes(piece))
    expect({ windows, around }).toEqual({ windows: [], around: true })
  })
  fc.assert(left, { numRuns: 500, seed: 7 })
})
