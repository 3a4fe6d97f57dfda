import type { Chunk } from '../../core/answer/delta.js'
import type { AnswerEvent } from '../../core/answer/event.js'
import type { Stage } from '../../core/stream/stage.js'
import type { Usage } from '../../core/answer/usage.js'
import type { Verdict } from '../../core/errors/verdict.js'

/** The usage of a stream, with the keys of `sse-usage --json`. A value is null if the stream does not report it. */
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
  /** Number of data events, including the end marker. */
  readonly events: number
  /** Milliseconds from the start to the first piece of the answer; null if the input was not produced in real time. */
  readonly first_token_ms: number | null
  /** Milliseconds from the start to the last data event. */
  readonly duration_ms: number | null
  /** Output tokens divided by the time from the first piece of the answer to the last data event. */
  readonly tokens_per_second: number | null
}

/** A stream that arrives within this time arrived at once, so no rate can be computed. */
const MIN_MEASURED_MS = 50

/**
 * Summarizes the last answer of a stream; yields one summary at the end. The last usage wins. It is never a sum, because the counts
 * of a provider are cumulative.
 */
export function usageSummary(): Stage<AnswerEvent, UsageSummary> {
  let verdict: Verdict = 'empty'
  let isEnded = false
  let events = 0
  let hasParsed = false
  let hasUnparsed = false
  let usage: Usage = {}
  let finish: { reason: string; native: string | undefined } | undefined
  let times: Times = {}
  let origin: { model?: string | undefined; provider?: string | undefined; id?: string | undefined } = {}

  return {
    push(event) {
      if (event.type === 'answer-end') {
        verdict = event.verdict
        isEnded = true
        return []
      }
      if (isEnded) {
        isEnded = false
        usage = {}
        finish = undefined
        origin = {}
        times = {}
      }
      if (event.type === 'chunk') events += event.count ?? 1
      else if (event.type !== 'error-line') events++
      hasParsed ||= event.type === 'chunk' || event.type === 'done'
      hasUnparsed ||= event.type === 'invalid' || event.type === 'unknown'
      if (event.type !== 'chunk') return []
      origin.model = event.model ?? origin.model
      origin.provider = event.provider ?? origin.provider
      origin.id = event.id ?? origin.id
      recordTimes(event, times)
      for (const delta of event.deltas) {
        if (delta.type === 'usage') usage = delta.partial ? { ...usage, ...delta.usage } : delta.usage
        else if (delta.type === 'finish' && delta.choice === 0) finish ??= delta
      }
      return []
    },
    // Input without any readable event has no summary.
    end: () => (hasUnparsed && !hasParsed ? [] : [summary()]),
  }

  function summary(): UsageSummary {
    const { outputTokens } = usage
    const inputTokens = usage.inputTokens ?? withCache(usage)
    return {
      verdict,
      model: origin.model ?? null,
      provider: origin.provider ?? null,
      id: origin.id ?? null,
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
      ...timings(times, outputTokens),
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
  firstToken?: number
  last?: number
}

const CONTENT_TYPES = new Set(['text', 'reasoning', 'refusal', 'tool-call'])

function recordTimes({ t, deltas }: Chunk, times: Times) {
  if (t === undefined) return
  times.first ??= t
  times.last = t
  if (times.firstToken === undefined && deltas.some(({ type }) => CONTENT_TYPES.has(type))) times.firstToken = t
}

function timings({ first, firstToken, last }: Times, outputTokens: number | undefined) {
  if (first === undefined || last === undefined || last - first < MIN_MEASURED_MS) {
    return { first_token_ms: null, duration_ms: null, tokens_per_second: null }
  }
  const hasRate = firstToken !== undefined && last > firstToken && outputTokens !== undefined
  return {
    first_token_ms: firstToken ?? null,
    duration_ms: last,
    tokens_per_second: hasRate ? Math.round((outputTokens * 10_000) / (last - firstToken)) / 10 : null,
  }
}

/** Logs the model and the provider of each summary. */
export function logOrigin(log: (line: string) => void): Stage<UsageSummary, never> {
  return {
    push({ model, provider }) {
      if (model !== null) log(`answered by ${model}${provider === null ? '' : ` at ${provider}`}`)
      return []
    },
    end: () => [],
  }
}
