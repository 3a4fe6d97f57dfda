/** Returns true if a Content-Type header has this media type, ignoring parameters (RFC 9110, section 8.3.1). */
export function isMediaType(contentType: string | undefined, type: string): boolean {
  const [mediaType = ''] = (contentType ?? '').split(';')
  return mediaType.trim().toLowerCase() === type
}

export function isEventStreamType(contentType: string | undefined): boolean {
  return isMediaType(contentType, 'text/event-stream')
}
