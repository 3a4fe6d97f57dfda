import type { StreamError } from '../errors/error.js'
import type { Trailer } from '../errors/trailer.js'
import type { Verdict } from '../errors/verdict.js'
import type { AnswerDelta, Chunk, ChunkOrigin } from './delta.js'
import type { ProviderError } from './provider-error.js'

type OtherEvent =
  /** The end marker `[DONE]`. */
  | { readonly type: 'done' }
  /** Data that only keeps the connection open: empty data, a ping, or a comment sent as data. */
  | { readonly type: 'keep-alive' }
  /** A line `error: {…}`, with which some servers end a stream. */
  | { readonly type: 'error-line'; readonly error: ProviderError; readonly source?: ChunkOrigin }
  /** JSON that no dialect can read. */
  | { readonly type: 'unknown' }
  /** Data that is neither JSON nor an end marker. `why` is a clause that names the position. */
  | { readonly type: 'invalid'; readonly why: string }

/** The meaning of one item of a stream. Every data event, error line and trailer gives exactly one. */
export type ParsedEvent = Chunk | OtherEvent | { readonly type: 'trailer'; readonly trailer: Trailer }

/** The end of an answer. Comes before the first event of the next answer, and at the end of the stream. */
export interface AnswerEnd {
  readonly type: 'answer-end'
  readonly verdict: Verdict
  /** True if the answer is complete, or `allowTruncated` accepts it without an end marker; false if `failOn` rejects it. */
  readonly accepted: boolean
  /** The most severe failure of the answer: an error, invalid data, or a missing end marker. */
  readonly failure: StreamError | undefined
  /** Set if data of the answer could not be read, even if another failure is more severe. */
  readonly formatError: StreamError | undefined
  /** Warnings about an answer that is less than what was requested, such as one cut at the token limit. */
  readonly warnings: readonly string[]
}

/** One event of a judged stream. */
export type AnswerEvent = Chunk<AnswerDelta> | OtherEvent | AnswerEnd

/** Returns true if the event ends its answer or one of its choices: an end marker, or a finish reason without an error. */
export function endsAnswer(event: ParsedEvent): boolean {
  if (event.type !== 'chunk') return event.type === 'done'
  const types = new Set(event.deltas.map(({ type }) => type))
  return !types.has('error') && (event.isFinal === true || types.has('finish'))
}
