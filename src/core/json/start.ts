import type { Stage } from '../stream/stage.js'

/** An object with its first name, or an array with its first element: not a brace or a bracket in prose. */
const START = /\{(?=[ \t\r\n]*["}])|\[(?=\]|[ \t\r\n]*[[{"\d-])/
/** What may be such a start when more has come. */
const MAYBE = /[{[][ \t\r\n]{0,999}$/

/** Leaves out what stands before the first object or array of a text: words, or the fence of a block of code. */
export function jsonStart(): Stage<string, string> {
  let isFound = false
  let held = ''
  return {
    push(text) {
      if (isFound) return [text]
      const whole = held + text
      const at = START.exec(whole)?.index
      isFound = at !== undefined
      held = isFound ? '' : (MAYBE.exec(whole)?.[0] ?? '')
      return isFound ? [whole.slice(at)] : []
    },
    end: () => [],
  }
}
