// C0 and C1 without tab and newline, DEL, and the bidirectional overrides (CWE-150, "Trojan Source").
const UNSAFE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g

/** Replaces control characters that could control a terminal by visible text: ESC by `^[`, others by `^X` or `<U+009B>`. */
export function visible(text: string): string {
  return text.replace(UNSAFE, (character) => {
    const code = character.charCodeAt(0)
    if (code < 0x20) return `^${String.fromCharCode(code + 0x40)}`
    return `<U+${code.toString(16).toUpperCase().padStart(4, '0')}>`
  })
}

/** Returns the visible text on one line, for a message. */
export function oneLine(text: string): string {
  return visible(text.replace(/[\r\n]+/g, ' ')).trim()
}
