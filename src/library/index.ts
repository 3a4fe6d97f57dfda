/** The library: the pure streaming stages, the dialects, and a chat request as an async iterable. */
export * from './pure.js'
export { type Timeouts, DEFAULT_TIMEOUTS } from '../client/timeouts.js'
export { DEFAULT_RETRY, type RetryPolicy } from '../client/retry.js'
export { type FetchOptions, streamChat, type StreamChatOptions } from './stream-chat.js'
export type { ChatMessage, ChatRequest, ContentPart } from './chat-request.js'
