import type { StreamError } from '../errors/error.js'
import type { Trailer } from '../errors/trailer.js'
import type { Verdict } from '../errors/verdict.js'
import type { AnswerDelta, Chunk, ChunkOrigin } from './delta.js'
import type { ProviderError } from './provider-error.js'

type OtherEvent =
  /** The end marker `[DONE]`. */
  | { readonly type: 'done' }
  /** Data that only keeps the connection open: empty, a ping, a comment sent as data. */
  | { readonly type: 'keep-alive' }
  /** A line `error: {…}`, with which some servers end a stream. */
  | { readonly type: 'error-line'; readonly error: ProviderError; readonly source?: ChunkOrigin }
  /** JSON that no dialect reads. */
  | { readonly type: 'unknown' }
  /** Neither JSON nor an end marker; `why` is a clause that names the place. */
  | { readonly type: 'invalid'; readonly why: string }

/** What one item of a stream means. Every data event gives exactly one, and so do an error line and a trailer. */
export type ParsedEvent = Chunk | OtherEvent | { readonly type: 'trailer'; readonly trailer: Trailer }

/** Ends an answer: comes before the first event of the next answer, and at the end of the stream. */
export interface AnswerEnd {
  readonly type: 'answer-end'
  readonly verdict: Verdict
  /** Whether the answer is whole, or `allowTruncated` accepts it without an end marker. */
  readonly accepted: boolean
  /** The most severe failure of the answer: an error, unreadable data, or a missing end marker. */
  readonly failure: StreamError | undefined
  /** Set if data of the answer could not be read, whatever else failed. */
  readonly formatError: StreamError | undefined
  /** What is worth knowing about an answer that is whole but not all that was asked for. */
  readonly warnings: readonly string[]
}

/** What a judged stream consists of. */
export type AnswerEvent = Chunk<AnswerDelta> | OtherEvent | AnswerEnd

/** Returns true if the event ends its answer, apart from other choices: an end marker, or a finish reason without an error. */
export function endsAnswer(event: ParsedEvent): boolean {
  if (event.type !== 'chunk') return event.type === 'done'
  const types = new Set(event.deltas.map(({ type }) => type))
  return !types.has('error') && (event.isFinal === true || types.has('finish'))
}
