import type { StreamError } from '../errors/error.js'

/** Text for stderr, in its place between what goes to stdout. */
export interface StderrText {
  readonly stderr: string
}

/** What a program reports about its input, apart from its data. Reported when the input has ended; the most severe failure decides. */
export type Outcome =
  /** Shown with `--verbose`. */
  | { readonly note: string }
  | { readonly warning: string }
  | { readonly failure: StreamError }
  /** The rest of the answer is not needed: a source stops its request, and the answer is not truncated. */
  | { readonly enough: true }

/** What the step of a program produces: data for stdout, as text or bytes, text for stderr, and how it went. */
export type Output = string | Uint8Array | StderrText | Outcome
