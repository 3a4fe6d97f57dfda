import { StreamError } from '../core/errors/error.js'

/** A bearer token has `=` only at its end (RFC 6750, section 2.1). Keys of private servers have other characters that the RFC excludes. */
const NOT_IN_KEY = /[^\u0021-\u007e]|["'`]|=(?!=*$)/

/** The characters that a key cannot have, with advice. The first match counts. */
const KEY_FAULTS: readonly (readonly [character: RegExp, kind: string, advice?: string])[] = [
  [/["'`\u2018-\u201f]/, 'a quotation mark', 'write the key without quotes'],
  [/=/, 'an equals sign', 'write only the key, not NAME=key'],
  [/[\r\n]/, 'a line break'],
  [/\s/, 'white space'],
  [/\p{Cc}/u, 'a control character'],
  [/[^]/, 'a non-ASCII character'],
]

/** Returns the trimmed key. Throws `no_key` for an invalid character; the message has its kind and position, never the key. */
export function checkKey(key: string): string {
  const trimmed = key.trim()
  const bad = NOT_IN_KEY.exec(trimmed)
  if (!bad) return trimmed
  const [, kind = 'a character', advice] = KEY_FAULTS.find(([character]) => character.test(bad[0])) ?? []
  const remedy = advice === undefined ? '' : `; ${advice}`
  throw new StreamError('no_key', `the key has ${kind} at position ${bad.index + 1}, which a key cannot have${remedy}`)
}

/** Headers that control the transfer of the request. */
const FRAMING = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/** Returns true if the value of a header may be a secret. */
export function isSecret(name: string): boolean {
  return /authorization|cookie|key|token|secret|password/i.test(name)
}

/** Returns the secrets in header lines: each value, and the part after a scheme such as `Bearer`. */
export function secretsIn(lines: readonly string[]): string[] {
  const secretHeaders = lines.map(headerLine).filter(([name]) => isSecret(name))
  return secretHeaders.flatMap(([, value]) => [value, value.replace(/^\S+\s+/, '')])
}

/** Parses a header line `Name: value`; the name is returned in lower case. Throws `usage`; the message does not repeat the value. */
export function headerLine(line: string): [name: string, value: string] {
  const split = line.indexOf(':')
  const [name, value] = [line.slice(0, split).trim(), line.slice(split + 1).trim()]
  if (split < 1 || !/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) throw new StreamError('usage', '-H takes "Name: value"')
  if (FRAMING.has(name.toLowerCase())) throw new StreamError('usage', `-H can't set ${name}: or-stream sets it itself`)
  return [name.toLowerCase(), headerValue(value, 'usage', `the header ${name}`)]
}

/** Returns the value if it is valid in a header. Otherwise throws `code`; the message names it as `title` and does not repeat the value. */
export function headerValue(value: string, code: 'usage' | 'bad_config', title: string): string {
  if (/[^\t\u0020-\u007e\u0080-\u00ff]/.test(value))
    throw new StreamError(code, `${title} contains a character that is not allowed in a header`)
  return value
}
