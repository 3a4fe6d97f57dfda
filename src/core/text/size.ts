/** The default bound of one event's data, 16 MiB. */
export const MAX_EVENT_BYTES = 16 * 1024 * 1024

/** Whether a text takes more than so many bytes of UTF-8. */
export function isOver(text: string, bytes: number): boolean {
  // A UTF-16 unit takes one to three bytes: only what lies between is worth the encoding.
  if (text.length > bytes) return true
  return text.length * 3 > bytes && new TextEncoder().encode(text).length > bytes
}
