import type { StderrText, Outcome, Output } from './output.js'
import type { Stage } from './stage.js'

/** Ends the output with a newline, where something was put out and its last character is none. */
export function withFinalNewline<In>(step: Stage<In, Output>): Stage<In, Output> {
  let last = '\n'

  function* noted(outputs: Iterable<Output>): Generator<Output> {
    for (const output of outputs) {
      if (typeof output === 'string') last = output.at(-1) ?? last
      yield output
    }
  }

  return {
    push: (input) => noted(step.push(input)),
    *end() {
      yield* noted(step.end())
      if (last !== '\n') yield '\n'
    },
  }
}

/** Sends the text of a step to stderr. */
export function toStderr<In>(step: Stage<In, string | Outcome>): Stage<In, StderrText | Outcome> {
  return { push: (input) => textToStderr(step.push(input)), end: () => textToStderr(step.end()) }
}

/** Turns text into text for stderr. */
export function* textToStderr<Other extends Outcome>(outputs: Iterable<string | Other>): Generator<StderrText | Other> {
  for (const output of outputs) yield typeof output === 'string' ? { stderr: output } : output
}

/**
 * Passes bytes through untouched, while a step reads along and says what it has to say on stderr. Where the step gives up, the
 * bytes still pass, and its failure is thrown at the end.
 */
export function tee(step: Stage<Uint8Array, string | Outcome>): Stage<Uint8Array, Output> {
  const beside = toStderr(step)
  let failure: { error: unknown } | undefined
  return {
    *push(bytes) {
      yield bytes
      if (failure) return
      try {
        yield* beside.push(bytes)
      } catch (error) {
        failure = { error }
      }
    },
    *end() {
      if (failure) throw failure.error
      yield* beside.end()
    },
  }
}
