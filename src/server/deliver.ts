import type { ServerResponse } from 'node:http'
import { StreamError } from '../core/errors/error.js'
import { blockScanner } from '../core/sse/boundaries.js'
import { isEventStreamType } from '../core/http/media-type.js'
import type { Reply } from './reply.js'
import { Reset } from './reply-faults.js'
import { onHalfClose } from './half-close.js'

/** Timeout for writing the last event, in milliseconds. */
const LAST_EVENT_TIMEOUT = 500

/** An empty comment. */
const PROBE = ':\n\n'

/**
 * Sends a reply with back-pressure and returns a short text for the log, or undefined if all of it was sent. If the body throws, the
 * connection is closed without the last chunk, so that the client sees a truncated body. If the server itself ends the reply (`signal`, or
 * a bug), the event of `lastEvent` is sent first if the stream is at a block boundary.
 */
export async function deliver(
  response: ServerResponse,
  { status, headers, body }: Reply,
  signal: AbortSignal,
  lastEvent: (reason: unknown) => string,
): Promise<string | undefined> {
  const disconnect = new AbortController()
  response.once('close', () => disconnect.abort())
  const stopped = AbortSignal.any([disconnect.signal, signal])
  const scanner = blockScanner()
  const isStream = isEventStreamType(headers['content-type'])
  let sent = 0
  let lastSent = -1
  onHalfClose(response, () => {
    if (isStream && scanner.isAtBoundary()) response.write(PROBE)
    // Inside a block nothing can be written. A client that only ends its request does so at once, so this one has disconnected.
    else if (sent === lastSent) response.destroy()
    lastSent = sent
  })
  response.writeHead(status, headers)
  response.flushHeaders()
  try {
    for await (const piece of body) {
      if (disconnect.signal.aborted) return 'the client disconnected'
      scanner.push(typeof piece === 'string' ? Buffer.from(piece) : piece)
      sent += piece.length
      if (piece.length > 0) await write(response, piece, stopped)
      signal.throwIfAborted()
    }
    response.end()
    return undefined
  } catch (error) {
    // A write to a closed connection fails before the response is closed.
    if (disconnect.signal.aborted || response.socket?.destroyed) return 'the client disconnected'
    const isOwnFault = signal.aborted || !(error instanceof StreamError)
    if (isOwnFault && isStream && scanner.isAtBoundary()) {
      // Do not wait for a client that doesn't read.
      const deadline = AbortSignal.any([disconnect.signal, AbortSignal.timeout(LAST_EVENT_TIMEOUT)])
      await write(response, lastEvent(error), deadline).catch(() => {})
    }
    cut(response, error)
    return signal.aborted
      ? 'ended by the shutdown'
      : error instanceof StreamError
        ? `cut: ${error.message}`
        : `internal error: ${String(error)}`
  }
}

/** Writes a piece and waits until the system has it. Otherwise later pieces would join it in one chunk, and a cut would lose it. */
function write(response: ServerResponse, piece: Uint8Array | string, signal: AbortSignal): Promise<void> {
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

/** Closes the connection without the last chunk of the body. */
function cut(response: ServerResponse, error: unknown) {
  const { socket } = response
  if (error instanceof Reset) socket?.resetAndDestroy()
  else socket?.destroySoon()
}
