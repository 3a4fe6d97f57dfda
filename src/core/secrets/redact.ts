import { StreamError } from '../errors/error.js'

const SHORTEST = 8
/** What is shorter would be found in every other word. */
const SHORTEST_SECRET = 4

/** The text with every piece of the secret that is eight characters or longer put out of sight: servers echo keys, whole or masked. A secret of four to seven is hidden whole. */
export function redact(text: string, secret: string): string {
  let shown = ''
  let from = 0
  for (const [start, end] of secretRanges(secret, text)) {
    shown += `${text.slice(from, start)}[key]`
    from = end
  }
  return shown + text.slice(from)
}

/** Where the pieces of a secret that `hide` hides stand in a text: the first character of each, and the first after it. */
export function* secretRanges(secret: string, text: string): Generator<readonly [start: number, end: number]> {
  if (secret.length < SHORTEST_SECRET) return
  const shortest = Math.min(SHORTEST, secret.length)
  // Each piece of seven characters or more has one of these in it: most texts have none.
  const grams = secret.match(/.{4}/gs) ?? []
  if (!grams.some((gram) => text.includes(gram))) return
  for (let at = 0; at + shortest <= text.length;) {
    const length = sharedLength(text, at, secret, shortest)
    if (length > 0) yield [at, at + length]
    at += length || 1
  }
}

/** An error whose message keeps the secret; what isn't ours is left as it is. */
export function redactError(error: unknown, secret: string): unknown {
  return error instanceof StreamError ? error.withMessage(redact(error.message, secret)) : error
}

/** How long the longest piece of the secret is that stands in the text at a place; 0 where it is too short to be one. */
function sharedLength(text: string, at: number, secret: string, shortest: number): number {
  if (!secret.includes(text.slice(at, at + shortest))) return 0
  let length = shortest
  while (at + length < text.length && secret.includes(text.slice(at, at + length + 1))) length++
  return length
}
