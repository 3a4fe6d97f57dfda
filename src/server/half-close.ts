import type { ServerResponse } from 'node:http'

/** How long an answer to the first probe may take, in milliseconds. */
const ROUND_TRIP = 50

/**
 * Calls `probe` when the client ends its side of the connection, and once more. It may have left, or only have ended its request:
 * the two look the same until something is written. A client that has left answers that with a reset, which the next write finds.
 */
export function onHalfClose(response: ServerResponse, probe: () => void): void {
  const { socket } = response
  let again: NodeJS.Timeout | undefined

  function ended() {
    probe()
    again = setTimeout(probe, ROUND_TRIP)
  }

  socket?.once('end', ended)
  response.once('close', () => {
    socket?.off('end', ended)
    clearTimeout(again)
  })
}
