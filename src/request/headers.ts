import { StreamError } from '../core/errors/error.js'

/**
 * Checks a key and gives it without blanks around it. Throws `no_key`; a key that no header can carry is told by the
 * position of its character, never by its text.
 */
export function checkedKey(key: string): string {
  const trimmed = key.trim()
  const bad = /[^\u0021-\u007e]/.exec(trimmed)
  if (bad)
    throw new StreamError('no_key', `the key has a character at position ${bad.index + 1} that a key cannot have`)
  return trimmed
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
