import type { StreamError } from '../core/errors/error.js'

/** Hears of each response as it comes, whoever reads it and how slowly; of a request that is sent again, of the next one from its beginning. */
export interface ResponseObserver {
  /** A response begins. */
  opened(status: number, headers: ReadonlyMap<string, string>): void
  /** Bytes of its body; they are only lent. */
  push(bytes: Uint8Array): void
  /** The body has come to its end, or this cut it off. What is said after the first time says nothing. */
  ended(cut: StreamError | undefined): void
}
