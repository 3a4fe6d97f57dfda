const LF = 10
const CR = 13

/** The blocks of a stream as it stands in a file: each ends with its blank line, the last where the file does. Line ends are LF, CRLF or CR. */
export function blocks(bytes: Uint8Array): Uint8Array[] {
  const found: Uint8Array[] = []
  let from = 0
  let atLineStart = false
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]
    if (byte !== LF && byte !== CR) {
      atLineStart = false
      continue
    }
    if (byte === CR && bytes[at + 1] === LF) at++
    if (atLineStart) {
      found.push(bytes.subarray(from, at + 1))
      from = at + 1
    }
    atLineStart = !atLineStart
  }
  if (from < bytes.length) found.push(bytes.subarray(from))
  return found
}
