/**
 * The atom of the toolkit: a pure streaming step. Push what arrived and take what is ready; end it once and take the rest.
 *
 * Three outcomes, no other: it gives items, it gives none yet, or it throws a `StreamError`. What came out before a throw
 * counts as delivered, so a step that can throw yields first. After `end` or a throw it is not used again.
 */
export interface Stage<In, Out> {
  push(input: In): Iterable<Out>
  end(): Iterable<Out>
}

/** Two steps as one: whatever the first gives goes through the second. */
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

/** Two steps over the same input: what the first says of each piece comes before what the second says. */
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

/** A step that only reads along. */
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
