import type { StreamError } from '../errors/error.js'

/** Text for stderr, in order with the output for stdout. */
export interface StderrText {
  readonly stderr: string
}

/** A report about the input. It is printed when the input has ended; the most severe failure decides the exit status. */
export type Outcome =
  /** Shown with `--verbose`. */
  | { readonly note: string }
  | { readonly warning: string }
  | { readonly failure: StreamError }
  /** The rest of the answer is not needed: a source stops its request, and the answer is not truncated. */
  | { readonly enough: true }

/** Output of a program's stage: data for stdout (text or bytes), text for stderr, or a report. */
export type Output = string | Uint8Array | StderrText | Outcome
