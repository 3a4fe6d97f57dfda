import type { StreamError } from '../core/errors/error.js'

/** How the body of a response ended: it came whole, the reader had enough, or the failure that cut it. */
export type BodyEnd = 'whole' | 'enough' | StreamError

/** Sees each response as it comes, whoever reads it and how slowly; if a request is retried, the next response from its beginning. */
export interface ResponseObserver {
  /** A response begins. */
  opened(status: number, headers: ReadonlyMap<string, string>): void
  /** Bytes of its body, which are only valid during the call. */
  push(bytes: Uint8Array): void
  /** The body has ended. Only the first call for a response counts. */
  ended(end: BodyEnd): void
}
