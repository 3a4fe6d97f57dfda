import type { StreamError } from '../core/errors/error.js'

/** The end of a response body: `whole` if it is complete, `enough` if the reader stopped it, otherwise the failure that cut it. */
export type BodyEnd = 'whole' | 'enough' | StreamError

/** Sees each response as it arrives, however slowly it is read. If a request is retried, the next response begins with `opened`. */
export interface ResponseObserver {
  /** Called with the head of a response. */
  opened(status: number, headers: ReadonlyMap<string, string>): void
  /** Called with bytes of the body, which are only valid during the call. */
  push(bytes: Uint8Array): void
  /** Called at the end of the body. Only the first call for a response counts. */
  ended(end: BodyEnd): void
}
