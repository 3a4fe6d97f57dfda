import type { Stage } from '../core/stage.js'

/** Passes bytes through untouched while a step reads along; what the step has to say is held for the end. */
export function tee(step: Stage<Uint8Array, string>): { stage: Stage<Uint8Array, Uint8Array>; aside(): string } {
  let said = ''
  return {
    stage: {
      *push(bytes) {
        yield bytes
        for (const text of step.push(bytes)) said += text
      },
      // eslint-disable-next-line require-yield
      *end() {
        for (const text of step.end()) said += text
      },
    },
    aside: () => said,
  }
}
