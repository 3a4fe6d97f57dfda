// Generates the input streams of the benchmarks from a seed, so that they are the same on every machine.
import { closeSync, existsSync, openSync, readdirSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'

const WORDS =
  ' the| of| and| to| in| a| is| that|,|.| sky| blue| light| scatter|ing| molecules| wave|length| short|er| because| air|\\n\\n|**| \\"why\\"| it|\'s| é|tude| 空| —| sunlight| atmosphere|s|-| red| longer| reaches| your| eyes'.split(
    '|',
  )
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const HEAD =
  '"id":"gen-1763740800-Zk1pQ8sWnV4xYtB2","provider":"OpenAI","model":"openai/gpt-4o-mini","object":"chat.completion.chunk","created":1763740800'

/** Returns a generator of random numbers from 0 (inclusive) to 1 (exclusive): mulberry32. */
export function random(seed) {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let bits = Math.imul(state ^ (state >>> 15), 1 | state)
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits
    return ((bits ^ (bits >>> 14)) >>> 0) / 4294967296
  }
}

/** Returns a random word, escaped for a JSON string. */
const word = (next) => WORDS[Math.floor(next() * WORDS.length)]

/** Returns random padding that makes all chunks equally long, like OpenAI's `obfuscation` field. */
function padding(next, length) {
  let text = ''
  for (let at = 0; at < length; at++) text += LETTERS[Math.floor(next() * LETTERS.length)]
  return text
}

const chunk = (words, more = '') =>
  `data: {${HEAD},"choices":[{"index":0,"delta":{"role":"assistant","content":"${words}"},"finish_reason":null,"native_finish_reason":null,"logprobs":null}]${more}}\n\n`

/** Event generators for each kind of stream. */
const KINDS = {
  /** Chunks that only differ in their words. */
  constant: (next) => chunk(word(next)),
  /** Chunks with an additional field that varies. */
  varying: (next) => {
    const words = word(next)
    return chunk(words, `,"obfuscation":"${padding(next, 16 - words.length)}"`)
  },
}

const END =
  `data: {${HEAD},"choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":"stop","native_finish_reason":"stop","logprobs":null}]}\n\n` +
  `data: {${HEAD},"choices":[],"usage":{"prompt_tokens":14,"completion_tokens":1000000,"total_tokens":1000014,"cost":0.6}}\n\ndata: [DONE]\n\n`

/** Yields the text of a stream, in pieces. */
export function* stream(kind, events, seed = 7) {
  const next = random(seed)
  for (let count = 0; count < events;) {
    let piece = ''
    for (const stop = Math.min(events, count + 1000); count < stop; count++) piece += KINDS[kind](next)
    yield piece
  }
  yield END
}

/** Writes a stream to a file. */
export function write(file, pieces) {
  const fd = openSync(file, 'w')
  for (const piece of pieces) writeSync(fd, piece)
  closeSync(fd)
}

/** Folders with recordings; the first one that exists is used. */
const RECORDINGS = ['../shared/corpus', 'fixtures/chat']

/** Yields chat recordings until they have `bytes` bytes, limited to those that a simple loop reads correctly. */
export function* mixed(bytes) {
  const folder = RECORDINGS.find((path) => existsSync(path))
  const files = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith('.sse'))
  const texts = files.toSorted().map((name) => readFileSync(join(folder, name), 'utf8'))
  const whole = texts.filter(isPlainChat)
  for (let written = 0; written < bytes;) {
    for (const text of whole) {
      yield text
      written += Buffer.byteLength(text)
    }
  }
}

/** Returns true if all events are chunks of a single choice, followed by the end marker. */
function isPlainChat(text) {
  if (!text.endsWith('data: [DONE]\n\n') || text.includes('\r')) return false
  return text.split('\n').every((line) => !line.startsWith('data: {') || isPlainChunk(JSON.parse(line.slice(6))))
}

function isPlainChunk({ object, choices, error }) {
  if (object !== 'chat.completion.chunk' || !Array.isArray(choices) || error) return false
  return choices.every(({ index, delta }) => index === 0 && (delta?.content ?? '') === String(delta?.content ?? ''))
}
