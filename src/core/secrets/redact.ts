import { StreamError } from '../errors/error.js'

/** The shortest part of a secret that is replaced. */
const MIN_MATCH = 8
/** Shorter secrets are ignored: they would match parts of ordinary words. */
const MIN_SECRET = 4

/**
 * Replaces every substring of the secret of 8 characters or more by `[key]`: servers echo keys, in full or masked. A secret of 4 to 7
 * characters is only replaced as a whole.
 */
export function redact(text: string, secret: string): string {
  let redacted = ''
  let from = 0
  for (const [start, end] of secretRanges(secret, text)) {
    redacted += `${text.slice(from, start)}[key]`
    from = end
  }
  return redacted + text.slice(from)
}

/** Finds the substrings of a secret that `redact` replaces: the offset of the first character, and the offset after the last. */
export function* secretRanges(secret: string, text: string): Generator<readonly [start: number, end: number]> {
  if (secret.length < MIN_SECRET) return
  const minLength = Math.min(MIN_MATCH, secret.length)
  // Every substring of seven characters or more contains one of these, and most texts contain none.
  const grams = secret.match(/.{4}/gs) ?? []
  if (!grams.some((gram) => text.includes(gram))) return
  for (let at = 0; at + minLength <= text.length;) {
    const length = sharedLength(text, at, secret, minLength)
    if (length > 0) yield [at, at + length]
    at += length || 1
  }
}

/** Redacts the message of a `StreamError`. Returns any other error unchanged. */
export function redactError(error: unknown, secret: string): unknown {
  return error instanceof StreamError ? error.withMessage(redact(error.message, secret)) : error
}

/** Returns the length of the longest substring of the secret at `at`, or 0 if it is shorter than `minLength`. */
function sharedLength(text: string, at: number, secret: string, minLength: number): number {
  if (!secret.includes(text.slice(at, at + minLength))) return 0
  let length = minLength
  while (at + length < text.length && secret.includes(text.slice(at, at + length + 1))) length++
  return length
}
