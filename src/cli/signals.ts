import { StreamError } from '../core/errors/error.js'
import { SIGNALLED } from '../core/errors/exit-status.js'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** The wish of a signal that this program come to an end. */
export interface Shutdown {
  /** Aborted by the first signal, with `interrupted` and its status as the reason. Made when it is asked for, which takes a millisecond. */
  readonly signal: AbortSignal
  /** Whether a signal has come. */
  isRequested(): boolean
  /** Dies of the signal that came, so that a shell sees an interrupted program and leaves its loop; nothing when none came. */
  raise(): void
}

/** Takes the first signal as a wish; the second ends the program at once. */
export function onSignals(): Shutdown {
  let controller: AbortController | undefined
  let received: (typeof SIGNALS)[number] | undefined

  function abort() {
    if (received === undefined) return
    controller?.abort(new StreamError('interrupted', `ended by ${received}`, { status: SIGNALLED[received] }))
  }

  function die() {
    if (received === undefined) return
    for (const name of SIGNALS) process.removeAllListeners(name)
    process.kill(process.pid, received)
  }

  for (const name of SIGNALS) {
    process.on(name, () => {
      if (received !== undefined) die()
      received = name
      abort()
    })
  }
  return {
    get signal() {
      if (!controller) {
        controller = new AbortController()
        abort()
      }
      return controller.signal
    },
    isRequested: () => received !== undefined,
    raise: die,
  }
}
