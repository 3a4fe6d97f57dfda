/**
 * A pure streaming step. `push` takes the next input and returns the outputs that are ready. `end` returns the rest; call it once.
 *
 * Consume each result before the next call: it may be a generator. Both methods may throw a `StreamError`. Outputs before the throw
 * are valid, so a stage that can throw yields first. Do not use a stage after `end` or after a throw.
 */
export interface Stage<In, Out> {
  push(input: In): Iterable<Out>
  end(): Iterable<Out>
}

/** Connects two stages: the outputs of the first are the inputs of the second. */
export function chain<In, Between, Out>(first: Stage<In, Between>, second: Stage<Between, Out>): Stage<In, Out> {
  function* through(items: Iterable<Between>): Generator<Out> {
    for (const item of items) yield* second.push(item)
  }
  return {
    push: (input) => through(first.push(input)),
    *end() {
      yield* through(first.end())
      yield* second.end()
    },
  }
}

/** Runs two stages on the same input. For each input, the outputs of the first come before those of the second. */
export function fanOut<In, A, B>(first: Stage<In, A>, second: Stage<In, B>): Stage<In, A | B> {
  return {
    *push(input) {
      yield* first.push(input)
      yield* second.push(input)
    },
    *end() {
      yield* first.end()
      yield* second.end()
    },
  }
}

/** Runs a stage and discards its outputs. */
export function drain<In>(step: Stage<In, unknown>): Stage<In, never> {
  return {
    push(input) {
      for (const _ of step.push(input));
      return []
    },
    end() {
      for (const _ of step.end());
      return []
    },
  }
}
