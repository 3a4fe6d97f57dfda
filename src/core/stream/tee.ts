import type { StderrText, Outcome, Output } from './output.js'
import type { Stage } from './stage.js'

/** Appends a newline to the output if there is any text and it does not end with one. */
export function withFinalNewline<In>(step: Stage<In, Output>): Stage<In, Output> {
  let last = '\n'

  function* track(outputs: Iterable<Output>): Generator<Output> {
    for (const output of outputs) {
      if (typeof output === 'string') last = output.at(-1) ?? last
      yield output
    }
  }

  return {
    push: (input) => track(step.push(input)),
    *end() {
      yield* track(step.end())
      if (last !== '\n') yield '\n'
    },
  }
}

/** Sends the text of a stage to stderr. */
export function toStderr<In>(step: Stage<In, string | Outcome>): Stage<In, StderrText | Outcome> {
  return { push: (input) => textToStderr(step.push(input)), end: () => textToStderr(step.end()) }
}

/** Turns text into text for stderr. */
export function* textToStderr<Other extends Outcome>(outputs: Iterable<string | Other>): Generator<StderrText | Other> {
  for (const output of outputs) yield typeof output === 'string' ? { stderr: output } : output
}

/**
 * Passes bytes through unchanged, while a stage reads them and writes its text to stderr. If the stage throws, the bytes still pass, and
 * the error is thrown at the end.
 */
export function tee(step: Stage<Uint8Array, string | Outcome>): Stage<Uint8Array, Output> {
  const stderrStep = toStderr(step)
  let failure: { error: unknown } | undefined
  return {
    *push(bytes) {
      yield bytes
      if (failure) return
      try {
        yield* stderrStep.push(bytes)
      } catch (error) {
        failure = { error }
      }
    },
    *end() {
      if (failure) throw failure.error
      yield* stderrStep.end()
    },
  }
}
