import type { ServerResponse } from 'node:http'

/** Delay before the second probe, in milliseconds: the time in which a reset can arrive. */
const ROUND_TRIP = 50

/**
 * Calls `probe` when the client ends its side of the connection, and once more after a delay. The client may have disconnected, or only
 * ended its request: the two look the same until something is written. A disconnected client replies with a reset, which makes the second
 * write fail.
 */
export function onHalfClose(response: ServerResponse, probe: () => void): void {
  const { socket } = response
  let timer: NodeJS.Timeout | undefined

  function onEnd() {
    probe()
    timer = setTimeout(probe, ROUND_TRIP)
  }

  socket?.once('end', onEnd)
  response.once('close', () => {
    socket?.off('end', onEnd)
    clearTimeout(timer)
  })
}
