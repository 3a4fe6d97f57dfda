import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { answers } from '../src/core/answers.js'
import { events } from '../src/core/events.js'
import { chain } from '../src/core/stage.js'
import { dialects } from '../src/dialects/index.js'
import { report } from '../src/filters/report.js'
import { text } from '../src/filters/text.js'
import { inPieces, run } from './support/feed.js'

/** Real recordings of other projects, where they are at hand. */
const CORPUS = new URL('../../shared/corpus/', import.meta.url)

interface Outcome {
  readonly dialect: string
  readonly events: number
  readonly comments: number
  readonly data_sha256: string
  readonly text_sha256: string
  readonly finish: readonly string[]
  readonly models: readonly string[]
  readonly providers: readonly string[]
  readonly usage: Usage | null
  readonly refusal?: string
  readonly error: string | null
}

interface Usage {
  readonly prompt_tokens?: number
  readonly completion_tokens?: number
  readonly total_tokens?: number
  readonly cost?: number | { readonly total_cost: number }
  readonly cache_read_input_tokens?: number
  readonly prompt_cache_hit_tokens?: number
  readonly prompt_tokens_details?: { readonly cached_tokens?: number } | null
  readonly completion_tokens_details?: { readonly reasoning_tokens?: number } | null
}

const file = new URL('EXPECTED.share.json', CORPUS)
const expected = existsSync(file)
  ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, { readonly outcome: Outcome }>)
  : {}

const recordings = Object.entries(expected).map(([name, { outcome }]) => [name, outcome] as const)
const answered = recordings.filter(([, { dialect }]) => dialect === 'openai-chat' || dialect === 'openai-completions')

function sha256(content: string): string {
  return createHash('sha256').update(content).digest('hex')
}

function readAs(pieces: readonly Uint8Array[]) {
  const items = run(events(), pieces)
  const data = items.flatMap((item) => (item.kind === 'event' ? [item.data] : []))
  const { verdict, failure, ...judged } = answers(dialects)
  const words = run(chain(judged, text()), pieces).join('')
  const accounted = answers(dialects)
  const [account] = run(chain(accounted, report(accounted.verdict)), pieces)
  return {
    events: data.length,
    comments: items.filter(({ kind }) => kind === 'comment').length,
    data: sha256(data.join('\n\0\n')),
    text: sha256(words),
    finish: account?.finish_reason,
    model: account?.model,
    provider: account?.provider,
    input: account?.input_tokens,
    output: account?.output_tokens,
    total: account?.total_tokens,
    cached: account?.cached_tokens,
    reasoning: account?.reasoning_tokens,
    cost: account?.cost,
    verdict: verdict(),
    error: failure()?.message ?? null,
  }
}

/** Every word stands twice in its chunks, in `delta.content` and in `text`, and the outcome counts both; it is one text. */
const TWICE = new Map([
  [
    'c3f727b316947de00f142abef732013716e7eb7658c53950f5d496fe257343bd',
    'da61772146104c5e525d76c117487c6abed4640c26cc0925977da2eb5dcac156',
  ],
])

function outcomeOf({ usage, finish, refusal, ...outcome }: Outcome) {
  const { cost, prompt_tokens_details: details } = usage ?? {}
  const whole = finish[0] === 'length' ? 'length' : 'complete'
  return {
    events: outcome.events,
    comments: outcome.comments,
    data: outcome.data_sha256,
    text: TWICE.get(outcome.text_sha256) ?? outcome.text_sha256,
    finish: finish[0] ?? null,
    model: outcome.models.at(-1) ?? null,
    provider: outcome.providers.at(-1) ?? null,
    input: usage?.prompt_tokens ?? null,
    output: usage?.completion_tokens ?? null,
    total: usage?.total_tokens ?? null,
    cached: details?.cached_tokens ?? usage?.cache_read_input_tokens ?? usage?.prompt_cache_hit_tokens ?? null,
    reasoning: usage?.completion_tokens_details?.reasoning_tokens ?? null,
    cost: (typeof cost === 'object' ? cost?.total_cost : cost) ?? null,
    verdict: refusal === undefined ? whole : 'filtered',
    error: outcome.error,
  }
}

test.each(answered)('%s: the answer and its account', (name, outcome) => {
  const bytes = readFileSync(new URL(name, CORPUS))
  const read = [[bytes], inPieces(bytes, 997)].map(readAs)
  expect(read).toEqual([outcomeOf(outcome), outcomeOf(outcome)])
})

test.each(recordings)('%s: the events and the words', (name, outcome) => {
  const { events: count, comments, data, text: words } = readAs([readFileSync(new URL(name, CORPUS))])
  const known = outcomeOf(outcome)
  expect({ count, comments, data, words }).toEqual({
    count: known.events,
    comments: known.comments,
    data: known.data,
    words: known.text,
  })
})

test('the recordings are read where they are at hand', () => {
  expect(recordings.length > 0).toBe(existsSync(CORPUS))
})
