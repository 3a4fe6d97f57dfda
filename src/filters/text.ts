import type { Reading } from '../core/readings.js'
import type { Stage } from '../core/stage.js'
import type { NextAnswer } from '../core/verdict.js'

/** The words of one choice, piece by piece as they came. */
export function text(choice = 0): Stage<Reading | NextAnswer, string> {
  return {
    *push(reading) {
      if (reading.type !== 'chunk') return
      for (const delta of reading.deltas) if (delta.type === 'text' && delta.choice === choice) yield delta.text
    },
    end: () => [],
  }
}
