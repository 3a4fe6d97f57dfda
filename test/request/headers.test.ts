import { expect, test } from 'vitest'
import { StreamError } from '../../src/core/errors/error.js'
import { checkKey, headerLine, secretsIn } from '../../src/request/headers.js'

test.each([
  ['is returned unchanged', 'sk-or-v1-0123', 'sk-or-v1-0123'],
  ['is trimmed', ' sk-or-v1-0123\r\n', 'sk-or-v1-0123'],
  ['of white space is empty', ' \n', ''],
])('a key %s', (_, key, checked) => {
  expect(checkKey(key)).toBe(checked)
})

test.each([
  ['padding', 'c2stb3I=='],
  ['the characters of a token', 'aZ0-._~+/'],
  ['characters that only private servers use', 'id:a|b!$%&*(),;<>?@[]^{}#'],
])('a key with %s is valid', (_, key) => {
  expect(checkKey(key)).toBe(key)
})

const QUOTES = 'write the key without quotes'
const NAME = 'write only the key, not NAME=key'

test.each([
  ['sk-or v1-0123', 'white space at position 6, which a key cannot have'],
  ['sk-or\u00a0v1-0123', 'white space at position 6, which a key cannot have'],
  ['sk-or\nv1-0123', 'a line break at position 6, which a key cannot have'],
  ['sk-or\0v1-0123', 'a control character at position 6, which a key cannot have'],
  ['sk-or-v1-€123', 'a non-ASCII character at position 10, which a key cannot have'],
  ['“sk-or-v1-0123”', `a quotation mark at position 1, which a key cannot have; ${QUOTES}`],
  ['"sk-or-v1-0123"', `a quotation mark at position 1, which a key cannot have; ${QUOTES}`],
  ["sk-or-v1-0123'", `a quotation mark at position 14, which a key cannot have; ${QUOTES}`],
  ['OPENROUTER_API_KEY=sk-or-v1-0123', `an equals sign at position 19, which a key cannot have; ${NAME}`],
  ['KEY="sk-or-v1-0123"', `an equals sign at position 4, which a key cannot have; ${NAME}`],
  ['export KEY=sk-or', 'white space at position 7, which a key cannot have'],
])('the key %j is refused: %s', (key, problem) => {
  const message = `the key has ${problem}`
  expect(() => checkKey(key)).toThrow(new StreamError('no_key', message))
})

test.each([
  ['with a name and a value', 'X-Title: My App', ['x-title', 'My App']],
  ['with spaces and tabs around', ' x-title :  My App\t', ['x-title', 'My App']],
  ['with a colon in the value', 'HTTP-Referer: https://app.example', ['http-referer', 'https://app.example']],
  ['with digits', 'X-0-B9: 1', ['x-0-b9', '1']],
  ['without a space', 'X-Title:My App', ['x-title', 'My App']],
  ['without a value', 'X-Title:', ['x-title', '']],
  ['with Latin-1', 'X-Title: Mäx', ['x-title', 'Mäx']],
])('a header %s', (_, line, header) => {
  expect(headerLine(line)).toEqual(header)
})

test.each([
  ['no colon', 'X-Title secret', '-H takes "Name: value"'],
  ['no name', ': secret', '-H takes "Name: value"'],
  [
    'a header of the transfer',
    'Transfer-Encoding: chunked',
    "-H can't set Transfer-Encoding: or-stream sets it itself",
  ],
  ['a length', 'content-length: 3', "-H can't set content-length: or-stream sets it itself"],
  ['a space in the name', 'X Title: secret', '-H takes "Name: value"'],
  ['a line break in the name', 'X\nTitle: secret', '-H takes "Name: value"'],
  [
    'a line break in the value',
    'X-Title: secret\r\nX-Evil: 1',
    'the header X-Title contains a character that is not allowed in a header',
  ],
  ['NUL', 'X-Title: sec\0ret', 'the header X-Title contains a character that is not allowed in a header'],
  [
    'a character beyond Latin-1',
    'X-Title: secret €',
    'the header X-Title contains a character that is not allowed in a header',
  ],
])('a header is refused: %s; the message does not repeat its value', (_, line, message) => {
  expect(() => headerLine(line)).toThrow(new StreamError('usage', message))
})

test('the secrets in header lines, with and without their scheme', () => {
  expect(secretsIn(['Authorization: Bearer s3cret', 'X-Title: t', 'api-key: k3y'])).toEqual([
    'Bearer s3cret',
    's3cret',
    'k3y',
    'k3y',
  ])
})
