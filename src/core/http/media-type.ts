/** Whether a Content-Type names a media type, whatever its parameters (RFC 9110, section 8.3.1). */
export function isMediaType(contentType: string | undefined, type: string): boolean {
  const [named = ''] = (contentType ?? '').split(';')
  return named.trim().toLowerCase() === type
}

/** Whether it is that of an event stream. */
export function isEventStreamType(contentType: string | undefined): boolean {
  return isMediaType(contentType, 'text/event-stream')
}
