import { StreamError } from '../core/errors/error.js'

/** A bearer token has `=` only at its end (RFC 6750, section 2.1). Other characters that it excludes occur in keys of private servers. */
const NOT_IN_KEY = /[^\u0021-\u007e]|["'`]|=(?!=*$)/

/** The kinds of characters that a key cannot have, each with what to do. The first that matches counts. */
const KEY_FAULTS: readonly (readonly [character: RegExp, kind: string, advice?: string])[] = [
  [/["'`\u2018-\u201f]/, 'a quotation mark', 'give the key without quotes'],
  [/=/, 'an equals sign', 'give the key alone, not NAME=key'],
  [/[\r\n]/, 'a line end'],
  [/\s/, 'a blank'],
  [/\p{Cc}/u, 'a control character'],
  [/[^]/, 'a character that is not ASCII'],
]

/** Returns a key without blanks around it. Throws `no_key` with the kind and the position of a character that no key has, never the key. */
export function checkedKey(key: string): string {
  const trimmed = key.trim()
  const bad = NOT_IN_KEY.exec(trimmed)
  if (!bad) return trimmed
  const [, kind = 'a character', advice] = KEY_FAULTS.find(([character]) => character.test(bad[0])) ?? []
  const remedy = advice === undefined ? '' : `; ${advice}`
  throw new StreamError('no_key', `the key has ${kind} at position ${bad.index + 1}, which a key cannot have${remedy}`)
}

/** Headers that say how the request is carried. */
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

/** Whether the value of a header may be a secret. */
export function isSecret(name: string): boolean {
  return /authorization|cookie|key|token|secret|password/i.test(name)
}

/** The secrets that header lines bring: the value, and what follows a scheme such as `Bearer`. */
export function secretsIn(lines: readonly string[]): string[] {
  const secret = lines.map(headerLine).filter(([name]) => isSecret(name))
  return secret.flatMap(([, value]) => [value, value.replace(/^\S+\s+/, '')])
}

/** A header line `Name: value`. Throws `usage`, without repeating the value. */
export function headerLine(line: string): [name: string, value: string] {
  const split = line.indexOf(':')
  const [name, value] = [line.slice(0, split).trim(), line.slice(split + 1).trim()]
  if (split < 1 || !/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) throw new StreamError('usage', '-H takes "Name: value"')
  if (FRAMING.has(name.toLowerCase()))
    throw new StreamError('usage', `-H can't set ${name}: or-stream frames the request itself`)
  return [name.toLowerCase(), headerValue(value, 'usage', `the header ${name}`)]
}

/** A value that a header can carry; `what` names it in the failure, which doesn't repeat it. */
export function headerValue(value: string, code: 'usage' | 'bad_config', what: string): string {
  if (/[^\t\u0020-\u007e\u0080-\u00ff]/.test(value))
    throw new StreamError(code, `${what} has a character that no header can carry`)
  return value
}
