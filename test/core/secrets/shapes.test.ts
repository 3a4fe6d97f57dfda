import { expect, test } from 'vitest'
import { SECRET_SHAPES, secretIn, withoutSecrets } from '../../../src/core/secrets/shapes.js'

const WORD = 'a1B2c3D4e5F6g7H8i9J0'.repeat(5)

/** Invented samples of each shape; none is a real key. */
const SAMPLES = new Map([
  ['an OpenRouter key', [`sk-or-v1-${'0a1b2c3d'.repeat(8)}`]],
  ['an Anthropic key', [`sk-ant-api03-${WORD}-${WORD}AA`]],
  ['an OpenAI project key', [`sk-proj-${WORD}_${WORD}`, `sk-svcacct-${WORD}`]],
  ['an OpenAI key', [`sk-${WORD.slice(0, 48)}`]],
  ['a Groq key', [`gsk_${WORD.slice(0, 52)}`]],
  ['an xAI key', [`xai-${WORD.slice(0, 80)}`]],
  ['a Google key', [`AIza${WORD.slice(0, 35)}`]],
  ['a Hugging Face token', [`hf_${WORD.slice(0, 34)}`]],
  ['an AWS access key', ['AKIA0123456789ABCDEF', 'ASIA0123456789ABCDEF']],
  ['a GitHub token', [`ghp_${WORD.slice(0, 36)}`, `ghs_${WORD.slice(0, 36)}`, `github_pat_${WORD.slice(0, 82)}`]],
  ['a GitLab token', [`glpat-${WORD.slice(0, 20)}`]],
  ['an npm token', [`npm_${WORD.slice(0, 36)}`]],
  ['a Slack token', [`xoxb-0123456789-${WORD.slice(0, 24)}`]],
  ['a Stripe key', [`sk_live_${WORD.slice(0, 24)}`]],
  ['a bearer token', [`Bearer eyJ.${WORD}.${WORD}`, `bearer ${WORD}==`]],
  ['a private key', ['-----BEGIN PRIVATE KEY-----', '-----BEGIN RSA PRIVATE KEY-----']],
])

const samples = [...SAMPLES].flatMap(([name, keys]) => keys.map((key) => [name, key] as const))

test('every shape has a sample', () => {
  expect(new Set(SECRET_SHAPES.map(([name]) => name))).toEqual(new Set(SAMPLES.keys()))
})

test.each(samples)('%s', (name, key) => {
  for (const [before, after] of [
    ['', ''],
    ['{"content":"', '"}'],
    ['KEY=', '\n'],
    [String.raw`\n`, String.raw`\n`],
    ['(', ').'],
  ]) {
    expect(secretIn(`${before}${key}${after}`)).toBe(name)
    expect(withoutSecrets(`${before}${key}${after}`)).toBe(`${before}[secret]${after}`)
  }
})

test.each(samples)('%s inside a longer word does not match', (_, key) => {
  for (const before of ['a', '/', '+', '-']) expect(secretIn(`${before}${key}`)).toBeUndefined()
})

test.each([
  ['a masked key', 'sk-or-v1-0a1...b2c, sk-proj-****************************, sk-ant-api03-...AA'],
  ['a placeholder', 'Bearer $OPENROUTER_API_KEY, Bearer YOUR_ACCESS_TOKEN_GOES_HERE, sk-your-own-key-goes-right-here'],
  ['an example from documentation', 'AKIAIOSFODNN7EXAMPLE'],
  ['words', 'a task-list-of-twenty-four-or-more, sk-abcdefghijklmnopqrstuvwxyz, the bearer of good news'],
])('%s does not match', (_, text) => {
  expect([secretIn(text), withoutSecrets(text)]).toEqual([undefined, text])
})

test('a secret that an excerpt cut off is replaced too', () => {
  expect(withoutSecrets('the key is sk-or-v1-0a1b2…')).toBe('the key is [secret]…')
})

test('two secrets are replaced, in time proportional to the text', () => {
  const key = 'AKIA0123456789ABCDEF'
  expect(withoutSecrets(`${key} ${key}`)).toBe('[secret] [secret]')
  const long = ['sk-', 'sk-proj-', 'Bearer ', '.sk-proj-', 'AKIA']
    .map((beginning) => beginning.repeat(200_000))
    .join(' ')
  expect(secretIn(long)).toBeUndefined()
})
