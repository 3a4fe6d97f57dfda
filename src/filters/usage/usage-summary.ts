import type { Chunk } from '../../core/answer/delta.js'
import type { AnswerEvent } from '../../core/answer/event.js'
import type { Stage } from '../../core/stream/stage.js'
import type { Usage } from '../../core/answer/usage.js'
import type { Verdict } from '../../core/errors/verdict.js'

/** The account of a stream, in the keys of `sse-usage --json`. Null is what the stream didn't say. */
export interface UsageSummary {
  readonly verdict: Verdict
  readonly model: string | null
  readonly provider: string | null
  readonly id: string | null
  readonly finish_reason: string | null
  readonly native_finish_reason: string | null
  readonly input_tokens: number | null
  readonly output_tokens: number | null
  readonly total_tokens: number | null
  readonly cached_tokens: number | null
  readonly cache_write_tokens: number | null
  readonly reasoning_tokens: number | null
  /** US dollars. */
  readonly cost: number | null
  readonly is_byok: boolean | null
  /** Data events, the end mark among them. */
  readonly events: number
  /** Milliseconds from the start to the first piece of the answer; null where the bytes were not made as they were read. */
  readonly first_token_ms: number | null
  /** Milliseconds from the start to the last data event. */
  readonly duration_ms: number | null
  /** Output tokens over the time from the first piece of the answer to the last data event. */
  readonly tokens_per_second: number | null
}

/** Bytes that came within this time came at once: no rate can be told from them. */
const SHORTEST_MEASURED = 50

/**
 * Events to one report at the end, on the last answer of the stream. The last usage wins, never a sum, because the counts of a
 * provider go on from chunk to chunk.
 */
export function usageSummary(): Stage<AnswerEvent, UsageSummary> {
  let verdict: Verdict = 'empty'
  let isOver = false
  let events = 0
  let understood = false
  let misread = false
  let usage: Usage = {}
  let finish: { reason: string; native: string | undefined } | undefined
  let times: Times = {}
  let who: { model?: string | undefined; provider?: string | undefined; id?: string | undefined } = {}

  return {
    push(event) {
      if (event.type === 'answer-end') {
        verdict = event.verdict
        isOver = true
        return []
      }
      if (isOver) {
        isOver = false
        usage = {}
        finish = undefined
        who = {}
        times = {}
      }
      if (event.type === 'chunk') events += event.count ?? 1
      else if (event.type !== 'error-line') events++
      understood ||= event.type === 'chunk' || event.type === 'done'
      misread ||= event.type === 'invalid' || event.type === 'unknown'
      if (event.type !== 'chunk') return []
      who.model = event.model ?? who.model
      who.provider = event.provider ?? who.provider
      who.id = event.id ?? who.id
      note(event, times)
      for (const delta of event.deltas) {
        if (delta.type === 'usage') usage = delta.partial ? { ...usage, ...delta.usage } : delta.usage
        else if (delta.type === 'finish' && delta.choice === 0) finish ??= delta
      }
      return []
    },
    // Input in which nothing could be read has no account.
    end: () => (misread && !understood ? [] : [account()]),
  }

  function account(): UsageSummary {
    const { outputTokens } = usage
    const inputTokens = usage.inputTokens ?? withCache(usage)
    return {
      verdict,
      model: who.model ?? null,
      provider: who.provider ?? null,
      id: who.id ?? null,
      finish_reason: finish?.reason ?? null,
      native_finish_reason: finish?.native ?? null,
      input_tokens: inputTokens ?? null,
      output_tokens: outputTokens ?? null,
      total_tokens: usage.totalTokens ?? sum(inputTokens, outputTokens),
      cached_tokens: usage.cachedTokens ?? null,
      cache_write_tokens: usage.cacheWriteTokens ?? null,
      reasoning_tokens: usage.reasoningTokens ?? null,
      cost: usage.cost ?? null,
      is_byok: usage.isByok ?? null,
      events,
      ...measured(times, outputTokens),
    }
  }
}

function withCache({ uncachedTokens, cachedTokens = 0, cacheWriteTokens = 0 }: Usage): number | undefined {
  return uncachedTokens === undefined ? undefined : uncachedTokens + cachedTokens + cacheWriteTokens
}

function sum(a: number | undefined, b: number | undefined): number | null {
  return a === undefined || b === undefined ? null : a + b
}

interface Times {
  first?: number
  token?: number
  last?: number
}

const ANSWERING = new Set(['text', 'reasoning', 'refusal', 'tool-call'])

function note({ t, deltas }: Chunk, times: Times) {
  if (t === undefined) return
  times.first ??= t
  times.last = t
  if (times.token === undefined && deltas.some(({ type }) => ANSWERING.has(type))) times.token = t
}

function measured({ first, token, last }: Times, outputTokens: number | undefined) {
  if (first === undefined || last === undefined || last - first < SHORTEST_MEASURED) {
    return { first_token_ms: null, duration_ms: null, tokens_per_second: null }
  }
  const isRated = token !== undefined && last > token && outputTokens !== undefined
  return {
    first_token_ms: token ?? null,
    duration_ms: last,
    tokens_per_second: isRated ? Math.round((outputTokens * 10_000) / (last - token)) / 10 : null,
  }
}

/** Tells who answered, when the account of an answer is there. */
export function answeredBy(tell: (line: string) => void): Stage<UsageSummary, never> {
  return {
    push({ model, provider }) {
      if (model !== null) tell(`answered by ${model}${provider === null ? '' : ` at ${provider}`}`)
      return []
    },
    end: () => [],
  }
}
