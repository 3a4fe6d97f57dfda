// The streams that the programs are timed on, made from a seed: the same bytes on every machine.
import { closeSync, existsSync, openSync, readdirSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'

const WORDS =
  ' the| of| and| to| in| a| is| that|,|.| sky| blue| light| scatter|ing| molecules| wave|length| short|er| because| air|\\n\\n|**| \\"why\\"| it|\'s| é|tude| 空| —| sunlight| atmosphere|s|-| red| longer| reaches| your| eyes'.split(
    '|',
  )
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const HEAD =
  '"id":"gen-1763740800-Zk1pQ8sWnV4xYtB2","provider":"OpenAI","model":"openai/gpt-4o-mini","object":"chat.completion.chunk","created":1763740800'

/** Numbers from 0 up to, but without, 1: mulberry32. */
export function random(seed) {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let bits = Math.imul(state ^ (state >>> 15), 1 | state)
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits
    return ((bits ^ (bits >>> 14)) >>> 0) / 4294967296
  }
}

/** A word as JSON spells it between its quotes. */
const word = (next) => WORDS[Math.floor(next() * WORDS.length)]

/** As many characters as make all chunks equally long, which is what OpenAI's `obfuscation` is for. */
function padding(next, length) {
  let made = ''
  for (let at = 0; at < length; at++) made += LETTERS[Math.floor(next() * LETTERS.length)]
  return made
}

const chunk = (words, more = '') =>
  `data: {${HEAD},"choices":[{"index":0,"delta":{"role":"assistant","content":"${words}"},"finish_reason":null,"native_finish_reason":null,"logprobs":null}]${more}}\n\n`

/** How an event of each kind of stream is made. */
const KINDS = {
  /** Chunks that differ in nothing but their words. */
  constant: (next) => chunk(word(next)),
  /** The same with a field that is another one in every chunk. */
  varying: (next) => {
    const words = word(next)
    return chunk(words, `,"obfuscation":"${padding(next, 16 - words.length)}"`)
  },
}

const END =
  `data: {${HEAD},"choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":"stop","native_finish_reason":"stop","logprobs":null}]}\n\n` +
  `data: {${HEAD},"choices":[],"usage":{"prompt_tokens":14,"completion_tokens":1000000,"total_tokens":1000014,"cost":0.6}}\n\ndata: [DONE]\n\n`

/** The text of a stream, in pieces. */
export function* stream(kind, events, seed = 7) {
  const next = random(seed)
  for (let made = 0; made < events;) {
    let piece = ''
    for (const stop = Math.min(events, made + 1000); made < stop; made++) piece += KINDS[kind](next)
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

/** Real recordings where they are at hand, else our own fixtures. */
const RECORDINGS = ['../shared/corpus', 'fixtures/chat']

/** The recordings of chats that a plain loop reads as `sse-text` does, one behind the other until they are as long as that. */
export function* mixed(bytes) {
  const folder = RECORDINGS.find((path) => existsSync(path))
  const files = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith('.sse'))
  const texts = files.toSorted().map((name) => readFileSync(join(folder, name), 'utf8'))
  const whole = texts.filter(isPlainChat)
  for (let made = 0; made < bytes;) {
    for (const text of whole) {
      yield text
      made += Buffer.byteLength(text)
    }
  }
}

/** Whether each event is a chunk of one choice, or the mark at the end. */
function isPlainChat(text) {
  if (!text.endsWith('data: [DONE]\n\n') || text.includes('\r')) return false
  return text.split('\n').every((line) => !line.startsWith('data: {') || isPlainChunk(JSON.parse(line.slice(6))))
}

function isPlainChunk({ object, choices, error }) {
  if (object !== 'chat.completion.chunk' || !Array.isArray(choices) || error) return false
  return choices.every(({ index, delta }) => index === 0 && (delta?.content ?? '') === String(delta?.content ?? ''))
}
