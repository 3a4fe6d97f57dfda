/** The part of the library that runs anywhere: it imports no module of Node, opens no socket, and needs no global but `TextDecoder`. */
export { serializeItem, type SerializableItem } from '../core/sse/serialize.js'
export type {
  AnswerDelta,
  AnswerIdentity,
  Chunk,
  ChunkOrigin,
  Delta,
  ToolCall,
  ToolCallDelta,
} from '../core/answer/delta.js'
export type { Dialect, DialectReader, OutgoingError, OutgoingEvent } from '../core/answer/dialect.js'
export { type AnswerEnd, type AnswerEvent, endsAnswer, type ParsedEvent } from '../core/answer/event.js'
export { outcomes } from '../core/answer/outcomes.js'
export { type ErrorDetails, type FailureOptions, StreamError } from '../core/errors/error.js'
export { events } from '../core/sse/detect.js'
export type { Assembler, AssembledCall, Assembly, ConversationTurn } from '../core/answer/assembler.js'
export type {
  SseComment,
  SseEvent,
  SseItem,
  SseRetry,
  SseTrailer,
  SseUnterminated,
  SseUnknownField,
  SseInvalid,
} from '../core/sse/item.js'
export type { JsonObject } from '../core/json/json.js'
export { ndjson } from '../core/sse/ndjson.js'
export type { ProviderError } from '../core/answer/provider-error.js'
export { sse } from '../core/sse/parser.js'
export { chain, type Stage, fanOut } from '../core/stream/stage.js'
export { type ErrorCode, type FailureKind, FAILURES, statusOf } from '../core/errors/codes.js'
export { DESCRIPTIONS, type FailureDescription } from '../core/errors/descriptions.js'
export { EXIT_STATUSES, type ExitStatus } from '../core/errors/exit-status.js'
export { readTrailer, type Trailer, trailerLine } from '../core/errors/trailer.js'
export { utf8 } from '../core/text/utf8.js'
export type { Usage } from '../core/answer/usage.js'
export { judge, type Judge, type Policy } from '../core/answer/judge.js'
export type { Verdict } from '../core/errors/verdict.js'
export { type Provider, PROVIDERS } from '../request/providers.js'
export { dialects, readers } from '../dialects/index.js'
export { chatTranscript } from '../filters/text/chat-transcript.js'
export { check, type CheckOptions, type CheckSummary, type Finding } from '../filters/check/check.js'
export type { Rule, LintEvent, RuleVisitor } from '../filters/check/rule.js'
export { RULES } from '../filters/check/rules.js'
export type { LineEnd, Located } from '../core/sse/positions.js'
export { eventLines, type LineOptions } from '../filters/convert/to-ndjson.js'
export { sseBlocks } from '../filters/convert/to-sse.js'
export { foldLines, type FoldedPart, type FoldLineOptions } from '../filters/fold/fold-lines.js'
export { type UsageSummary, usageSummary } from '../filters/usage/usage-summary.js'
export { decimalSum, type DecimalSum } from '../core/text/decimal.js'
export type { StderrText, Outcome, Output } from '../core/stream/output.js'
export { type Clock, withTimestamps } from '../core/sse/timestamps.js'
export { usageFooter } from '../filters/text/usage-footer.js'
export { sumUsage, type UsageTotal } from '../filters/usage/sum-usage.js'
export { text, type TextOptions } from '../filters/text/text.js'
export { blockwise } from '../core/sse/blocks.js'
export {
  errorEndFault,
  type StreamFault,
  truncateFault,
  crlfFault,
  dropEndFault,
} from '../recordings/faults/stream-faults.js'
export { type Growing, jsonElements, jsonSnapshots, type TextPieces } from './stream-json.js'
export {
  type AnthropicMessage,
  type ChatCompletion,
  fold,
  type Folded,
  type FoldedFailure,
  type FoldedObjects,
  type FoldOptions,
  type GeminiResponse,
  type ResponseObject,
  type TextCompletion,
} from './typed-fold.js'
export { parseAnswers, type ParseOptions } from '../core/answer/answers.js'
export { parseEvents } from '../core/answer/parse-events.js'
