import { StreamError } from './errors.js'

const SHORTEST = 8
/** What is shorter would be found in every other word. */
const SHORTEST_SECRET = 4

/** The text with every piece of the secret that is eight characters or longer put out of sight: servers echo keys, whole or masked. A secret of four to seven is hidden whole. */
export function hide(text: string, secret: string): string {
  if (secret.length < SHORTEST_SECRET) return text
  if (secret.length < SHORTEST) return text.replaceAll(secret, '[key]')
  let shown = ''
  for (let at = 0; at < text.length;) {
    const length = sharedLength(text, at, secret)
    shown += length < SHORTEST ? text[at] : '[key]'
    at += length < SHORTEST ? 1 : length
  }
  return shown
}

/** An error whose message keeps the secret; what isn't ours is left as it is. */
export function concealed(error: unknown, secret: string): unknown {
  return error instanceof StreamError ? error.worded(hide(error.message, secret)) : error
}

/** How long the longest piece of the secret is that stands in the text at a place; 0 where it is shorter than eight. */
function sharedLength(text: string, at: number, secret: string): number {
  if (!secret.includes(text.slice(at, at + SHORTEST)) || at + SHORTEST > text.length) return 0
  let length = SHORTEST
  while (at + length < text.length && secret.includes(text.slice(at, at + length + 1))) length++
  return length
}
