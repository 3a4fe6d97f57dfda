import type { ServerResponse } from 'node:http'
import { StreamError } from '../core/errors/error.js'
import { blockScanner } from '../core/sse/boundaries.js'
import { isEventStreamType } from '../core/http/media-type.js'
import type { Reply } from './reply.js'
import { Reset } from './reply-faults.js'
import { onHalfClose } from './half-close.js'

/** How long the last event may take to be written, in milliseconds. */
const LAST_EVENT_TIMEOUT = 500

/** A comment that says nothing. */
const PROBE = ':\n\n'

/**
 * Sends a reply, its body no faster than the client takes it, and tells how that went in a few words; nothing where all of it
 * went well. A body that breaks off is cut, so that no client takes it for whole; where the server ends it (`signal`, or a bug)
 * the event of `farewell` comes before, if the client is between two events.
 */
export async function deliver(
  response: ServerResponse,
  { status, headers, body }: Reply,
  signal: AbortSignal,
  farewell: (reason: unknown) => string,
): Promise<string | undefined> {
  const left = new AbortController()
  response.once('close', () => left.abort())
  const either = AbortSignal.any([left.signal, signal])
  const frames = blockScanner()
  const isStream = isEventStreamType(headers['content-type'])
  let sent = 0
  let sentBefore = -1
  onHalfClose(response, () => {
    if (isStream && frames.isAtBoundary()) response.write(PROBE)
    // Inside of a block nothing can be written. Who ends its request does so at once: this one has left.
    else if (sent === sentBefore) response.destroy()
    sentBefore = sent
  })
  response.writeHead(status, headers)
  response.flushHeaders()
  try {
    for await (const piece of body) {
      if (left.signal.aborted) return 'the client left'
      frames.push(typeof piece === 'string' ? Buffer.from(piece) : piece)
      sent += piece.length
      if (piece.length > 0) await written(response, piece, either)
      signal.throwIfAborted()
    }
    response.end()
    return undefined
  } catch (error) {
    // A write to a closed connection fails before the response is closed.
    if (left.signal.aborted || response.socket?.destroyed) return 'the client left'
    const isOurs = signal.aborted || !(error instanceof StreamError)
    if (isOurs && isStream && frames.isAtBoundary()) {
      // A client that doesn't read is not waited for.
      const soon = AbortSignal.any([left.signal, AbortSignal.timeout(LAST_EVENT_TIMEOUT)])
      await written(response, farewell(error), soon).catch(() => {})
    }
    cut(response, error)
    return signal.aborted
      ? 'ended by the shutdown'
      : error instanceof StreamError
        ? `cut: ${error.message}`
        : `a bug: ${String(error)}`
  }
}

/** Writes a piece, and waits until it is with the system: what is written before that joins it in one chunk, and a cut would lose it. */
function written(response: ServerResponse, piece: Uint8Array | string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(signal.reason)
    signal.addEventListener('abort', giveUp, { once: true })
    if (signal.aborted) giveUp()
    response.write(piece, (error) => {
      signal.removeEventListener('abort', giveUp)
      if (error) reject(error)
      else resolve()
    })
  })
}

/** Ends the connection without the end of the body. */
function cut(response: ServerResponse, error: unknown) {
  const { socket } = response
  if (error instanceof Reset) socket?.resetAndDestroy()
  else socket?.destroySoon()
}
