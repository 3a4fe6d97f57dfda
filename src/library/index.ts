/** The pure steps of the toolkit, the table of dialects, and one request as an async iterable. */
export { serializeItem as blockOf, type SerializableItem as Carried } from '../core/sse/serialize.js'
export type {
  AnswerDelta,
  AnswerIdentity as Spoken,
  Chunk,
  ChunkOrigin as Source,
  Delta,
  ToolCall,
  ToolCallDelta,
} from '../core/answer/delta.js'
export type { Dialect, OutgoingError as ToldError, OutgoingEvent as ToldEvent } from '../core/answer/dialect.js'
export {
  type AnswerEnd,
  type AnswerEvent,
  endsAnswer as isEnding,
  type ParsedEvent as Reading,
} from '../core/answer/event.js'
export { outcomes } from '../core/answer/outcomes.js'
export { type ErrorDetails as Facts, type FailureOptions, StreamError } from '../core/errors/error.js'
export { events } from '../core/sse/detect.js'
export type {
  Assembler as Fold,
  AssembledCall as FoldedCall,
  Assembly as Folding,
  ConversationTurn as Turn,
} from '../core/answer/assembler.js'
export type {
  SseComment,
  SseEvent,
  SseItem,
  SseRetry,
  SseTrailer,
  SseUnterminated as SsePending,
  SseUnknownField as SseStray,
  SseInvalid as Unreadable,
} from '../core/sse/item.js'
export type { JsonObject } from '../core/json/json.js'
export { ndjson } from '../core/sse/ndjson.js'
export type { ProviderError } from '../core/answer/provider-error.js'
export { parseEvents as readings } from '../core/answer/parse-events.js'
export { sse } from '../core/sse/parser.js'
export { chain, type Stage, fanOut as together } from '../core/stream/stage.js'
export { type ErrorCode, FAILURES as failures, statusOf } from '../core/errors/codes.js'
export { EXIT_STATUSES, type ExitStatus } from '../core/errors/exit-status.js'
export { readTrailer, type Trailer, trailerLine } from '../core/errors/trailer.js'
export { utf8 } from '../core/text/utf8.js'
export type { Usage } from '../core/answer/usage.js'
export { parseAnswers as answers, type ParseOptions as ReadingOptions } from '../core/answer/answers.js'
export { judge, type Judge, type Policy } from '../core/answer/judge.js'
export type { Verdict } from '../core/errors/verdict.js'
export { type Provider as Endpoint, PROVIDERS as endpoints } from '../request/providers.js'
export { dialects } from '../dialects/index.js'
export { chatLog } from '../filters/text/chat-log.js'
export { check, type CheckOptions, type CheckSummary, type Finding } from '../filters/check/check.js'
export type { Rule, Sight, Watch } from '../filters/check/rule.js'
export { RULES as rules } from '../filters/check/rules.js'
export type { LineEnd, Located as Placed } from '../core/sse/positions.js'
export { eventLines, type LineOptions } from '../filters/convert/to-ndjson.js'
export { sseBlocks } from '../filters/convert/to-sse.js'
export { fold, type Folded } from '../filters/fold/fold.js'
export { foldLines, type FoldedPart, type FoldLineOptions } from '../filters/fold/fold-lines.js'
export { type Report, report } from '../filters/usage/report.js'
export { decimalSum, type DecimalSum } from '../core/text/decimal.js'
export type { Aside, Outcome, Output } from '../core/stream/output.js'
export { type Clock, withTimestamps as stamp } from '../core/sse/timestamps.js'
export { footer } from '../filters/text/footer.js'
export { total, type Total } from '../filters/usage/total.js'
export { text, type TextOptions } from '../filters/text/text.js'
export { blockwise } from '../core/sse/blocks.js'
export { endingIn, type Fault, first, inCrlf, withoutEnd } from '../recordings/faults/stream-faults.js'
export type { FetchAnswerOptions } from '../client/ask.js'
export { type Timeouts as Limits, DEFAULT_TIMEOUTS as limits } from '../client/timeouts.js'
export { DEFAULT_RETRY as retry, type RetryPolicy } from '../client/retry.js'
export type { HttpResponse as Answer } from '../client/http.js'
export { type FetchOptions, streamChat, type StreamChatOptions } from './stream-chat.js'
export { jsonElements, jsonSnapshots, type TextPieces } from './stream-json.js'
