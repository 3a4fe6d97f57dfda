import type { Stage } from '../stream/stage.js'

/** Matches an object up to its first name, or an array up to its first element. A brace or a bracket in prose does not match. */
const START = /\{(?=[ \t\r\n]*["}])|\[(?=\]|[ \t\r\n]*[[{"\d-])/
/** Matches a text that may become such a start when more text arrives. */
const MAYBE_START = /[{[][ \t\r\n]{0,999}$/

/** Drops everything before the first object or array of a text, such as prose or a code fence. */
export function jsonStart(): Stage<string, string> {
  let isFound = false
  let held = ''
  return {
    push(text) {
      if (isFound) return [text]
      const whole = held + text
      const at = START.exec(whole)?.index
      isFound = at !== undefined
      held = isFound ? '' : (MAYBE_START.exec(whole)?.[0] ?? '')
      return isFound ? [whole.slice(at)] : []
    },
    end: () => [],
  }
}
