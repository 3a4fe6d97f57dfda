import type { Stage } from './stage.js'

/**
 * Bytes to text, as the Encoding standard decodes UTF-8: a leading BOM is stripped, invalid bytes become U+FFFD, and a
 * character cut between two pieces is held until it is whole.
 */
export function utf8(): Stage<Uint8Array, string> {
  const decoder = new TextDecoder()
  return {
    push: (bytes) => ready(decoder.decode(bytes, { stream: true })),
    end: () => ready(decoder.decode()),
  }
}

function ready(text: string): string[] {
  return text === '' ? [] : [text]
}
