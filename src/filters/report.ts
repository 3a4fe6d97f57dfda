import type { Reading } from '../core/readings.js'
import type { Stage } from '../core/stage.js'
import type { Usage } from '../core/usage.js'
import type { NextAnswer, Verdict } from '../core/verdict.js'

/** The account of a stream, in the keys of `sse-usage --json`. Null is what the stream didn't say. */
export interface Report {
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
}

/**
 * Readings to one report at the end. The last usage wins, never a sum, because providers count on from chunk to chunk;
 * of several answers in one stream the last is reported. `verdict` is asked once, at the end.
 */
export function report(verdict: () => Verdict): Stage<Reading | NextAnswer, Report> {
  let events = 0
  let usage: Usage = {}
  let finish: { reason: string; native: string | undefined } | undefined
  const who: { model?: string | undefined; provider?: string | undefined; id?: string | undefined } = {}

  return {
    push(reading) {
      if (reading.type === 'next') {
        usage = {}
        finish = undefined
        return []
      }
      events++
      if (reading.type !== 'chunk') return []
      who.model = reading.model ?? who.model
      who.provider = reading.provider ?? who.provider
      who.id = reading.id ?? who.id
      for (const delta of reading.deltas) {
        if (delta.type === 'usage') usage = delta.usage
        else if (delta.type === 'finish' && delta.choice === 0) finish ??= delta
      }
      return []
    },
    end: () => [
      {
        verdict: verdict(),
        model: who.model ?? null,
        provider: who.provider ?? null,
        id: who.id ?? null,
        finish_reason: finish?.reason ?? null,
        native_finish_reason: finish?.native ?? null,
        input_tokens: usage.inputTokens ?? null,
        output_tokens: usage.outputTokens ?? null,
        total_tokens: usage.totalTokens ?? null,
        cached_tokens: usage.cachedTokens ?? null,
        cache_write_tokens: usage.cacheWriteTokens ?? null,
        reasoning_tokens: usage.reasoningTokens ?? null,
        cost: usage.cost ?? null,
        is_byok: usage.isByok ?? null,
        events,
      },
    ],
  }
}
