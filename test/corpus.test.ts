import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { parseAnswers } from '../src/core/answer/answers.js'
import type { StreamError } from '../src/core/errors/error.js'
import { events } from '../src/core/sse/detect.js'
import { statusOf } from '../src/core/errors/codes.js'
import { dialects } from '../src/dialects/index.js'
import { foldAnswers } from '../src/filters/fold/fold.js'
import { usageSummary } from '../src/filters/usage/usage-summary.js'
import { text } from '../src/filters/text/text.js'
import { RECORDINGS, type Counts, type Outcome } from './support/corpus.js'
import { inPieces, run } from './support/feed.js'
import { judgedIn } from './support/outcomes.js'
import { toolCall, contentOf } from './support/answer-content.js'

/** Formats without a dialect. */
const UNSUPPORTED = new Set(['cohere', 'gemini-interactions', 'other'])

function sha256(content: string): string {
  return createHash('sha256').update(content).digest('hex')
}

function summarize(pieces: readonly Uint8Array[]) {
  const items = run(events(), pieces)
  const data = items.flatMap((item) => (item.kind === 'event' ? [item.data] : []))
  const answers = run(parseAnswers(dialects), pieces)
  const words = run(text(), answers).join('')
  const [account] = run(usageSummary(), answers)
  return {
    events: data.length,
    comments: items.filter(({ kind }) => kind === 'comment').length,
    data: sha256(data.join('\n\0\n')),
    text: sha256(words),
    finish: account?.finish_reason ?? null,
    model: account?.model ?? null,
    provider: account?.provider ?? null,
    input: account?.input_tokens ?? null,
    output: account?.output_tokens ?? null,
    cached: account?.cached_tokens ?? null,
    reasoning: account?.reasoning_tokens ?? null,
    cost: account?.cost ?? null,
    status: exitStatusOf(judgedIn(answers).failure),
  }
}

function exitStatusOf(failure: StreamError | undefined): number {
  return failure === undefined ? 0 : statusOf(failure.code)
}

/**
 * A recording that repeats its text in `delta.content` and `text`. The outcome has the doubled text; this maps its hash to that of the
 * single text.
 */
const DOUBLED = new Map([
  [
    'c3f727b316947de00f142abef732013716e7eb7658c53950f5d496fe257343bd',
    'da61772146104c5e525d76c117487c6abed4640c26cc0925977da2eb5dcac156',
  ],
])

/** Returns the first count in the usage that exists at one of the paths. */
function countIn(usage: Counts | null, ...paths: readonly string[]): number | null {
  for (const path of paths) {
    let value: number | Counts | null | undefined = usage
    for (const key of path.split('.')) value = typeof value === 'object' ? value?.[key] : undefined
    if (typeof value === 'number') return value
  }
  return null
}

function sumOf(...counts: readonly (number | null)[]): number | null {
  return counts.every((count) => count === null) ? null : counts.reduce<number>((sum, count) => sum + (count ?? 0), 0)
}

/** The finish reasons of other APIs and their equivalent in the chat API. */
const FINISH: Record<string, string | null> = {
  STOP: 'stop',
  end_turn: 'stop',
  max_tokens: 'length',
  refusal: 'content_filter',
  tool_use: 'tool_calls',
  'response.failed': null,
}

function outcomeOf({ usage, finish, tool_calls: calls, error, ...outcome }: Outcome) {
  const last = outcome.dialect === 'anthropic-messages' ? finish.at(-1) : finish[0]
  const isEnded = finish.length > 0 || outcome.done_marker
  const finishReason = last === 'response.completed' ? (calls.length > 0 ? 'tool_calls' : 'stop') : (last ?? null)
  return {
    events: outcome.events,
    comments: outcome.comments,
    data: outcome.data_sha256,
    text: DOUBLED.get(outcome.text_sha256) ?? outcome.text_sha256,
    finish: finishReason !== null && finishReason in FINISH ? FINISH[finishReason] : finishReason,
    model: outcome.models.at(-1) ?? null,
    provider: outcome.providers.at(-1) ?? null,
    input:
      countIn(usage, 'prompt_tokens') ??
      sumOf(
        countIn(usage, 'input_tokens', 'promptTokenCount'),
        countIn(usage, 'cache_read_input_tokens', 'toolUsePromptTokenCount'),
        countIn(usage, 'cache_creation_input_tokens'),
      ),
    output:
      countIn(usage, 'completion_tokens', 'output_tokens') ??
      sumOf(countIn(usage, 'candidatesTokenCount'), countIn(usage, 'thoughtsTokenCount')),
    cached: countIn(
      usage,
      'cache_read_input_tokens',
      'prompt_tokens_details.cached_tokens',
      'input_tokens_details.cached_tokens',
      'prompt_cache_hit_tokens',
      'cachedContentTokenCount',
    ),
    reasoning: countIn(
      usage,
      'completion_tokens_details.reasoning_tokens',
      'output_tokens_details.reasoning_tokens',
      'output_tokens_details.thinking_tokens',
      'thoughtsTokenCount',
    ),
    cost: countIn(usage, 'cost', 'cost.total_cost'),
    status: error ? 75 : outcome.non_json_events > 0 ? 65 : isEnded ? 0 : 76,
  }
}

const supported = RECORDINGS.named((all) => all.filter(({ outcome }) => !UNSUPPORTED.has(outcome.dialect)))

test.skipIf(RECORDINGS.isMissing).each(supported)('%s: the answer and its usage', (_, { stream, outcome }) => {
  const [whole, fromPieces] = [[stream], inPieces(stream, 997)].map(summarize)
  const known = outcomeOf(outcome)
  expect(fromPieces).toEqual(whole)
  // The outcomes of Gemini have no model.
  expect(whole).toEqual(known.model === null ? { ...known, model: whole?.model } : known)
})

/** Calls that are missing in the outcomes: in pieces with paths, to custom tools, or complete at the start of a block. */
const NOT_IN_OUTCOMES = /"partialArgs"|"custom_tool_call"|"type":"tool_use"[^\n]*"input":\{"/

test.skipIf(RECORDINGS.isMissing).each(supported)('%s: the answer as one object', (_, { stream, outcome }) => {
  const [whole, fromPieces] = [[stream], inPieces(stream, 997)].map((pieces) => run(foldAnswers(dialects), pieces))
  expect(fromPieces).toEqual(whole)
  const answer = contentOf(whole?.flatMap((output) => (output.type === 'folded' ? [output.object] : [])) ?? [])
  const hasCalls = !NOT_IN_OUTCOMES.test(stream.toString())
  expect({
    text: sha256(answer.text),
    reasoning: answer.reasoning === '' ? null : sha256(answer.reasoning),
    calls: hasCalls ? answer.calls : [],
    finish: answer.finish,
    usage: answer.usage,
  }).toEqual({
    text: DOUBLED.get(outcome.text_sha256) ?? outcome.text_sha256,
    reasoning: outcome.reasoning_sha256,
    calls: hasCalls ? outcome.tool_calls.map((call) => toolCall(call.name, call.arguments)) : [],
    finish: outcome.dialect === 'openai-responses' ? null : (outcome.finish[0] ?? null),
    usage: outcome.usage,
  })
})

test.skipIf(RECORDINGS.isMissing).each(RECORDINGS.named())('%s: the events and the text', (_, { stream, outcome }) => {
  const { events: count, comments, data, text: words } = summarize([stream])
  const known = outcomeOf(outcome)
  expect({ count, comments, data, words }).toEqual({
    count: known.events,
    comments: known.comments,
    data: known.data,
    words: known.text,
  })
})
