import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { mask } from '../../../src/core/secrets/mask.js'
import { cutAt, run, utf8Bytes } from '../../support/feed.js'
import { SEED } from '../../support/size.js'

const KEY = 'sk-or-v1-0123456789abcdef'
const stars = (count: number) => '*'.repeat(count)

function masked(text: string, { secrets = [KEY], accounts = false } = {}): string {
  return Buffer.concat(run(mask({ secrets, accounts }), [utf8Bytes(text)])).toString()
}

test.each([
  ['nothing to mask', 'data: 猫\r\n\r\n', 'data: 猫\r\n\r\n'],
  ['a key', `key ${KEY}, 猫`, `key ${stars(KEY.length)}, 猫`],
  ['the beginning of a key', 'key sk-or-v1-01…', `key ${stars(11)}…`],
  ['too little of a key to recognise', 'key sk-or-v…', 'key sk-or-v…'],
  ['an account in a stream', '{"user_id":"user_2w0"}', '{"user_id":"user_2w0"}'],
])('%s', (_, text, expected) => {
  expect(masked(text)).toBe(expected)
})

test.each([
  ['{"user_id":"user_2w0"}', `{"user_id":"${stars(8)}"}`],
  ['{"org_id" : "o", "account_id":"a"}', '{"org_id" : "*", "account_id":"*"}'],
  ['{"organization_id":"o1"}', '{"organization_id":"**"}'],
  ['{"user_id":null,"id":"gen-1"}', '{"user_id":null,"id":"gen-1"}'],
  [String.raw`{"arguments":"{\"user_id\":\"u1\"}"}`, String.raw`{"arguments":"{\"user_id\":\"u1\"}"}`],
])('the account in an error body: %s', (text, expected) => {
  expect(masked(text, { accounts: true })).toBe(expected)
})

test('the result has the same length and does not depend on how the bytes are split', () => {
  const words = fc.oneof(
    fc.constantFrom(KEY, KEY.slice(0, 12), KEY.slice(7), '"user_id":"user_2w0"', '猫', 'x'.repeat(300)),
    fc.string(),
  )
  const holds = fc.property(
    fc.array(words, { maxLength: 12 }),
    fc.array(fc.nat({ max: 4000 }), { maxLength: 12 }),
    (pieces, places) => {
      const text = pieces.join('')
      const cut = run(mask({ secrets: [KEY], accounts: true }), cutAt(utf8Bytes(text), places))
      const whole = masked(text, { accounts: true })
      expect(Buffer.concat(cut).toString()).toBe(whole)
      expect(Buffer.byteLength(whole)).toBe(Buffer.byteLength(text))
    },
  )
  fc.assert(holds, { numRuns: 500, seed: SEED })
})

test('only bytes that may start a match are held back', () => {
  const step = mask({ secrets: [KEY], accounts: true })
  const released = [...step.push(new Uint8Array(100_000))].reduce((sum, bytes) => sum + bytes.length, 0)
  expect(released).toBeGreaterThan(99_000)
})
