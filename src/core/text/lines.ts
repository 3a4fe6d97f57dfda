/** Text that comes in pieces, given on in whole lines. */
export interface Lines {
  /** The text up to its last line end, each line ended by LF; nothing when no line is whole yet. */
  push(text: string): string
  /** The beginning of a line that is longer than the bound and isn't there to be ended yet, once; it is then dropped up to its end. */
  overlong(): string | undefined
  /** The line that the end of the text left unfinished. */
  rest(): string
}

/** How much of an overlong line is told: enough to know what it is. */
const TOLD = 80

/** Lines that end in LF, CRLF or CR. No more than `bound` characters of an unfinished line are held. */
export function lines(bound: number): Lines {
  let held: string[] = []
  let length = 0
  let afterCr = false
  let dropping = false

  function release(): string {
    const line = held.join('')
    held = []
    length = 0
    return line
  }

  function hold(text: string) {
    if (dropping) return
    held.push(text)
    length += text.length
  }

  return {
    push(text) {
      const start = afterCr && text.startsWith('\n') ? text.slice(1) : text
      if (text !== '') afterCr = text.endsWith('\r')
      const normal = start.includes('\r') ? start.replace(/\r\n?/g, '\n') : start
      const end = normal.lastIndexOf('\n') + 1
      if (end === 0) {
        hold(normal)
        return ''
      }
      // What is dropped of a line goes with its line end.
      const from = dropping ? normal.indexOf('\n') + 1 : 0
      dropping = false
      hold(normal.slice(from, end))
      const whole = release()
      if (end < normal.length) hold(normal.slice(end))
      return whole
    },
    overlong() {
      if (length <= bound) return undefined
      dropping = true
      return release().slice(0, TOLD)
    },
    rest: release,
  }
}
