/** Splits text that arrives in pieces into complete lines. */
export interface Lines {
  /** Returns the text up to its last line end, with LF line ends, or an empty string if no line is complete yet. */
  push(text: string): string
  /** Returns, once, the beginning of an unfinished line that exceeds the limit. The rest of that line is discarded. */
  overlong(): string | undefined
  /** Returns the unfinished last line. */
  rest(): string
}

/** The length of the beginning of an overlong line: enough to recognise its field. */
const MAX_OVERLONG = 80

/** Accepts LF, CRLF and CR. Holds no more than `maxLength` characters of an unfinished line if `overlong` is called after each push. */
export function lines(maxLength: number): Lines {
  let held: string[] = []
  let length = 0
  let isAfterCr = false
  let isDropping = false

  function release(): string {
    const line = held.join('')
    held = []
    length = 0
    return line
  }

  function hold(text: string) {
    if (isDropping) return
    held.push(text)
    length += text.length
  }

  return {
    push(text) {
      const start = isAfterCr && text.startsWith('\n') ? text.slice(1) : text
      if (text !== '') isAfterCr = text.endsWith('\r')
      const normal = start.includes('\r') ? start.replace(/\r\n?/g, '\n') : start
      const end = normal.lastIndexOf('\n') + 1
      if (end === 0) {
        hold(normal)
        return ''
      }
      // The line end of a discarded line is discarded too.
      const from = isDropping ? normal.indexOf('\n') + 1 : 0
      isDropping = false
      hold(normal.slice(from, end))
      const whole = release()
      if (end < normal.length) hold(normal.slice(end))
      return whole
    },
    overlong() {
      if (length <= maxLength) return undefined
      isDropping = true
      return release().slice(0, MAX_OVERLONG)
    },
    rest: release,
  }
}
