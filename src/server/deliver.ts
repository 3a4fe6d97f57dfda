import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { StreamError } from '../core/errors.js'
import { framing } from '../core/framing.js'
import type { Reply } from './exchange.js'
import { Reset } from './faults.js'
import { onHalfClose } from './half-close.js'

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
  const frames = framing()
  const isStream = /^text\/event-stream\b/.test(headers['content-type'] ?? '')
  onHalfClose(response, () => {
    if (isStream && frames.isBetween()) response.write(PROBE)
  })
  response.writeHead(status, headers)
  response.flushHeaders()
  try {
    for await (const piece of body) {
      if (left.signal.aborted) return 'the client left'
      frames.push(typeof piece === 'string' ? Buffer.from(piece) : piece)
      if (piece.length > 0 && !response.write(piece)) await once(response, 'drain', { signal: either })
      signal.throwIfAborted()
    }
    response.end()
    return undefined
  } catch (error) {
    if (left.signal.aborted) return 'the client left'
    const isOurs = signal.aborted || !(error instanceof StreamError)
    if (isOurs && isStream && frames.isBetween()) response.write(farewell(error))
    cut(response, error)
    return signal.aborted
      ? 'ended by the shutdown'
      : error instanceof StreamError
        ? `cut: ${error.message}`
        : `a bug: ${String(error)}`
  }
}

/** Ends the connection without the end of the body. */
function cut(response: ServerResponse, error: unknown) {
  const { socket } = response
  if (error instanceof Reset) socket?.resetAndDestroy()
  // What was written goes out before the connection ends.
  else socket?.destroySoon()
}
