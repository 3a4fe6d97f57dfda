/** The default limit for the data of one event, 16 MiB. */
export const MAX_EVENT_BYTES = 16 * 1024 * 1024

/** Returns true if a text takes more than `bytes` bytes in UTF-8. */
export function isOver(text: string, bytes: number): boolean {
  // A UTF-16 unit takes one to three bytes in UTF-8, so only lengths in between need encoding.
  if (text.length > bytes) return true
  return text.length * 3 > bytes && new TextEncoder().encode(text).length > bytes
}

const UNITS = ['', 'k', 'M', 'G'] as const

/** Parses a size such as `4096`, `64k` or `16M` into bytes. NaN if it is invalid. */
export function parseSize(size: string): number {
  const [, digits, unit = ''] = /^(\d+)([kMG]?)(?:i?B)?$/i.exec(size) ?? []
  const power = UNITS.findIndex((known) => known.toLowerCase() === unit.toLowerCase())
  return digits === undefined ? Number.NaN : Number(digits) * 1024 ** power
}

/** Formats bytes as `parseSize` reads them: `16M`. */
export function sizeText(bytes: number): string {
  const power = UNITS.findLastIndex((_, index) => bytes % 1024 ** index === 0)
  return bytes === 0 ? '0' : `${bytes / 1024 ** power}${UNITS[power]}`
}
